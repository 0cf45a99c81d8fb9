"""The demonstration: write the raw data, then retrain by the code that any user's data take."""

from importlib.resources import files
from pathlib import Path

from flows import console, workspace
from flows.demo import coloured_digits, gapminder

CONTRACTS = ("gapminder", "coloured_digits")


def contract(name: str) -> Path:
    """The contract of a demonstration, as installed."""
    return Path(str(files("data_contracts") / f"{name}.odcs.yaml"))


def write_data() -> None:
    """Write the raw data under `.irmflow/demo`."""
    workspace.DEMO.mkdir(parents=True, exist_ok=True)
    for data_set in (gapminder, coloured_digits):
        console.err.print(f"Raw data: {data_set.write(workspace.DEMO)}", highlight=False)


def retrain_all() -> None:
    """Retrain on each data set in turn."""
    from flows.plans import read_plan
    from flows.retrain import retrain

    for name in CONTRACTS:
        path = contract(name)
        console.out.rule(f"irmflow run {name}.odcs.yaml")
        retrain(path, None, read_plan(None, path, ()))
