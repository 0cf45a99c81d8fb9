"""Schedules, servers, and what retrainings leave behind."""

from itertools import chain
from typing import Annotated

import typer

from flows import console
from flows.options import (
    Changes,
    ContractFile,
    Cron,
    LookEvery,
    OfContract,
    Overlap,
    PlanFile,
    ServerName,
    SplitName,
    Store,
)

app = typer.Typer()


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
    """Mend what killed retrainings left: runs that seem to run for ever, half-written folders, records."""
    from flows.doctor import mend
    from flows.prefect_server import reach

    reach()
    mended = mend()
    for line in chain([next(mended, "Nothing to mend.")], mended):
        console.out.print(line, soft_wrap=True, highlight=False)


@app.command()
def sync() -> None:
    """Send to MLflow what retrainings could not while it was away."""
    from flows.sync import sync as send

    console.out.print(send(), soft_wrap=True, highlight=False)
