"""Arguments and options of commands."""

from pathlib import Path
from typing import Annotated, Literal

import typer

DEBUG = "--debug"
Debug = Annotated[bool, typer.Option(DEBUG, help="Show the traceback of an error.")]
ContractFile = Annotated[
    Path, typer.Argument(metavar="CONTRACT", help="The data contract, an ODCS YAML file.")
]
SplitName = Annotated[
    str | None, typer.Option("--split", help="Which split of the contract; by default the first.")
]
ServerName = Annotated[
    str | None, typer.Option("--server", help="At which of the contract's servers the data are.")
]
PlanFile = Annotated[Path | None, typer.Option("--plan", help="The training plan, a YAML file.")]
Changes = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change the plan.")]
Anew = Annotated[bool, typer.Option("--force", help="Train and register again, though nothing has changed.")]
ReportFile = Annotated[Path | None, typer.Option("--report", help="Write the report to this file, as JSON.")]


def _store(store: str | None) -> str | None:
    if store is not None:
        from irm_core.data.lake.location import location_of

        location_of(store)
    return store


Store = Annotated[
    str | None,
    typer.Option(
        metavar="delta:PLACE",
        envvar="IRMFLOW_STORE",
        callback=_store,
        help="Commit good rows to a Delta table below this folder or URL too, for other tools.",
    ),
]
MaxParallel = Annotated[
    int | None,
    typer.Option(
        min=1,
        help="How many stacks of candidates to train at a time; by default one on each GPU, "
        "without a GPU one for each core, up to four.",
    ),
]
ProcessesPerModel = Annotated[
    int,
    typer.Option(
        min=1,
        help="How many processes train one model together, each on a GPU of its own: for a model too large "
        "for one.",
    ),
]
Timeout = Annotated[
    int | None,
    typer.Option(
        "--timeout", min=1, metavar="SECONDS", help="End a stage that takes longer; by default none is ended."
    ),
]
Overlap = Annotated[
    Literal["skip", "wait"],
    typer.Option(help="What a run does whose predecessor has not ended; one on new data waits."),
]
RunnerName = Annotated[
    Literal["processes", "ray"],
    typer.Option(help="Train stacks in processes of this machine, or on the Ray cluster at RAY_ADDRESS."),
]
Cron = Annotated[str | None, typer.Option(help='When, as in cron: "0 3 * * *" is daily at three.')]
LookEvery = Annotated[
    str | None,
    typer.Option(metavar="15m", help="Look for new data this often, and retrain when there are some."),
]
RawData = Annotated[
    str, typer.Argument(metavar="DATA", help="A CSV or Parquet file, a folder, or a pattern.")
]
EnvironmentColumns = Annotated[
    list[str], typer.Option(metavar="COLUMN[,COLUMN]", help="What separates the environments.")
]
NewContract = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="The contract; by default DATA's name, .odcs.yaml."),
]
OfContract = Annotated[
    Path | None, typer.Argument(metavar="CONTRACT", help="Only the versions of this contract's data set.")
]
