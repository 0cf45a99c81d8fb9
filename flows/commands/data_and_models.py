"""From raw data to predictions."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from flows import console
from flows.options import (
    Anew,
    Changes,
    ContractFile,
    EnvironmentColumns,
    MaxParallel,
    NewContract,
    PlanFile,
    ProcessesPerModel,
    RawData,
    ReportFile,
    RunnerName,
    ServerName,
    SplitName,
    Store,
    Timeout,
)
from flows.report_file import write_report
from irm_core.garbage import not_looked_for

app = typer.Typer()


@app.command()
def run(  # noqa: PLR0913 - a command's options
    contract: ContractFile,
    *,
    split: SplitName = None,
    plan: PlanFile = None,
    changes: Changes = None,
    max_parallel: MaxParallel = None,
    runner: RunnerName = "processes",
    server: ServerName = None,
    store: Store = None,
    processes_per_model: ProcessesPerModel = 1,
    report: ReportFile = None,
    force: Anew = False,
    timeout: Timeout = None,
) -> None:
    """Retrain: ingest, validate, split, train with each environment left out, select, register."""
    with not_looked_for():
        from flows.plans import read_plan
        from flows.prefect_server import reach
        from flows.retrain import retrain

    reach()
    chosen = read_plan(plan, contract, changes or [])
    found = retrain(
        contract,
        split,
        chosen,
        max_parallel=max_parallel,
        runner=runner,
        processes_per_model=processes_per_model,
        force=force,
        store=store,
        server=server,
        timeout=timeout,
    )
    write_report(found, report)


@app.command()
def init(
    data: RawData,
    environment: EnvironmentColumns,
    target: Annotated[str, typer.Option(metavar="COLUMN", help="What is to be predicted.")],
    output: NewContract = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a contract that is there.")] = False,
) -> None:
    """Profile raw data and write a first contract, to be checked and run as it is, or corrected."""
    from flows.init.proposal import default_output, proposal
    from flows.init.show import show
    from flows.init.write import refuse_existing, write

    path = output or default_output(data)
    refuse_existing(path, force)
    with console.err.status("Profiling …"):
        made = proposal(data, environment, target)
        write(made, path)
    show(made, path)


@app.command()
def check(
    contract: ContractFile, split: SplitName = None, server: ServerName = None, report: ReportFile = None
) -> None:
    """Validate the data and diagnose the environments; train and publish nothing."""
    from flows.checking.document import document
    from flows.checking.findings import find
    from flows.checking.show import show

    found = find(contract, split, server)
    show(found)
    write_report(document(found), report)
    found.refuse()


@app.command()
def demo(
    data_only: Annotated[bool, typer.Option("--data-only", help="Write the raw data and stop.")] = False,
) -> None:
    """The main job on real data that come with the installed packages: a table, then images."""
    from flows.demo import run as demonstration
    from flows.prefect_server import reach

    demonstration.write_data()
    if not data_only:
        reach()
        demonstration.retrain_all()


@app.command()
def predict(
    model: Annotated[str, typer.Argument(metavar="MODEL", help="models:/NAME@champion, or a folder.")],
    data: Annotated[
        Path, typer.Argument(metavar="DATA", help="Rows to predict: CSV, TSV, NDJSON or Parquet.")
    ],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="CSV or Parquet to write.")],
) -> None:
    """Predict: every row of DATA, in its order, with the prediction beside it."""
    from flows.prediction import predict_file

    rows = predict_file(model, data, output)
    console.err.print(f"{rows:,} rows predicted: {output}")


@app.command()
def objectives() -> None:
    """What can be trained, one line each."""
    from irm_core.objectives import OBJECTIVES

    for name, objective in OBJECTIVES.items():
        console.out.print(f"[bold]{name:<22}[/]{objective.description}", highlight=False)


@app.command()
def schema(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it to this file.")
    ] = None,
) -> None:
    """The JSON schema of contracts, for editors: the standard's, and that of our custom properties."""
    from irm_core.contracts.editor_schema import editor_schema

    text = json.dumps(editor_schema(), indent=1, ensure_ascii=False) + "\n"
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text, encoding="utf-8")
