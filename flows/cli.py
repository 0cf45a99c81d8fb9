"""`irmflow`, the command. Everything heavy is imported where it is used: `--help` is there at once."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from flows import console, failure, workspace
from flows.options import (
    DEBUG,
    Anew,
    Changes,
    ContractFile,
    Cron,
    Debug,
    EnvironmentColumns,
    LookEvery,
    MaxParallel,
    NewContract,
    OfContract,
    Overlap,
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
from flows.stopping import stoppable
from irm_core.errors import IrmflowError

app = typer.Typer(name="irmflow", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def irmflow(debug: Debug = False) -> None:
    """From raw tables or images of many sites to a model that holds at a site it has never seen."""
    workspace.enter(debug)


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
    data: Annotated[Path, typer.Argument(metavar="DATA", help="Rows to predict: CSV or Parquet.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="OUT", help="CSV or Parquet to write.")],
) -> None:
    """Predict: every row of DATA, in its order, with the prediction beside it."""
    from flows.prediction import predict_file

    rows = predict_file(model, data, output)
    console.err.print(f"{rows:,} rows predicted: {output}")


@app.command()
def versions(
    contract: OfContract = None,
) -> None:
    """The published versions of the data, the newest first."""
    from flows.versions import show

    show(contract)


@app.command()
def prune(
    keep: Annotated[
        int, typer.Option(min=1, help="How many to keep of each kind, data set and split, the newest.")
    ],
    dataset: Annotated[str | None, typer.Option(help="Only of this data set.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would go, and stop.")] = False,
) -> None:
    """Remove what old retrainings left: versions of data and of models, runs, artifacts, trials.

    A registered model with an alias stays, with all that it came from.
    """
    from flows.prefect_server import reach
    from flows.pruning.prune import prune as remove_outdated

    reach()
    remove_outdated(keep, dataset, dry_run)


@app.command()
def doctor() -> None:
    """Mend what killed retrainings left: runs that seem to run for ever, half-written folders."""
    from flows.doctor import mend
    from flows.prefect_server import reach

    reach()
    for line in list(mend()) or ["Nothing to mend."]:
        console.out.print(line, soft_wrap=True, highlight=False)


@app.command()
def sync() -> None:
    """Send to MLflow what retrainings could not while it was away."""
    from flows.sync import sync as send

    console.out.print(send(), soft_wrap=True, highlight=False)


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


@app.command()
def deploy(  # noqa: PLR0913 - a command's options
    contract: ContractFile,
    *,
    cron: Cron = None,
    look_every: LookEvery = None,
    split: SplitName = None,
    plan: PlanFile = None,
    changes: Changes = None,
    server: ServerName = None,
    store: Store = None,
    timezone: Annotated[str, typer.Option(help="Of the schedule, as in Europe/Berlin.")] = "UTC",
    overlap: Overlap = "skip",
    here: Annotated[bool, typer.Option("--serve", help="Run it in this terminal, until Ctrl-C.")] = False,
) -> None:
    """Retrain on a schedule, or on new data, or both: a Prefect deployment, for a worker or this terminal."""
    from flows import deploy as deployment
    from flows.plans import read_plan
    from flows.prefect_server import reach
    from flows.when import when

    reach()
    chosen, starts = read_plan(plan, contract, changes or []), when(cron, timezone, look_every, overlap)
    if here:
        deployment.serve(contract, split, chosen, starts, store, server)
        return
    names = " and ".join(deployment.deploy(contract, split, chosen, starts, store, server))
    console.out.print(
        f"Deployed {names}: {starts}. A worker runs it: prefect worker start --pool irmflow", soft_wrap=True
    )


@app.command()
def ui(
    mlflow_port: Annotated[int, typer.Option(help="Port of MLflow.")] = 5000,
    prefect_port: Annotated[int, typer.Option(help="Port of Prefect.")] = 4200,
) -> None:
    """MLflow and Prefect on this machine, over the working folder's .irmflow, until Ctrl-C."""
    from flows.servers import serve

    serve(mlflow_port, prefect_port)


def main() -> None:
    """Run the command. An error is told in a sentence; --debug, wherever it stands, shows its traceback."""
    arguments = [one for one in sys.argv[1:] if one != DEBUG]
    debug = len(arguments) < len(sys.argv) - 1
    try:
        with stoppable():
            app(args=[*([DEBUG] if debug else []), *arguments])
    except Exception as error:
        if debug:
            raise
        failure.tell(error)
        sys.exit(error.exit_code if isinstance(error, IrmflowError) else 1)
