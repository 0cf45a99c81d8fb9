"""Awkward tables, and `irmflow init` on them."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from flows.init.proposal import proposal
from flows.init.write import write
from irm_core.contracts.names import ENVIRONMENT, RULES
from irm_core.contracts.read import read
from irm_core.data.assignment import assign
from irm_core.data.ingestion import ingest

ROWS = 240

SITES = ("Köln", "north", "east: 2", "west, end")


def _rows() -> list[dict[str, object]]:
    """Recovery falls with age; its slope on the dose differs between the sites."""
    generator = np.random.default_rng(0)
    found: list[dict[str, object]] = []
    for number in range(ROWS):
        site = SITES[number % 4]
        age, dose = int(generator.integers(20, 90)), float(generator.normal())
        slope = {"Köln": 2.0, "north": 1.0}.get(site, -1.0)
        recovery = round(-0.1 * age + slope * dose + float(generator.normal()), 3)
        found.append(
            {"id": f"p{number}", "site": site, "age": age, "dose": round(dose, 3), "recovery": recovery}
        )
    return found


def _table(written: list[dict[str, object]], delimiter: str = ",", newline: str = "\n") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(written[0]), delimiter=delimiter, lineterminator=newline)
    writer.writeheader()
    writer.writerows(written)
    return text.getvalue()


def _commas(written: list[dict[str, object]]) -> list[dict[str, object]]:
    return [
        {name: str(one).replace(".", ",") if isinstance(one, float) else one for name, one in row.items()}
        for row in written
    ]


def semicolons_and_decimal_commas() -> bytes:
    written = _commas(_rows())
    written[7]["dose"] = "k. A."
    return _table(written, ";", "\r\n").encode()


def byte_order_mark_and_missing_values() -> bytes:
    written = _rows()
    for number in range(0, ROWS, 10):
        written[number]["age"] = "NA"
        written[number + 1]["dose"] = "?"
        written[number + 2] |= {"age": -9}
    return b"\xef\xbb\xbf" + _table(written).encode()


def day_month_year() -> bytes:
    written = [
        row | {"seen": f"{number % 28 + 1:02}/{number % 12 + 1:02}/2023"}
        for number, row in enumerate(_rows())
    ]
    return _table(written).encode()


def quoted_newlines() -> bytes:
    written = [
        row | {"note": f'He said "{number}",\nand went; again', "zip": f"0{number % 9}123"}
        for number, row in enumerate(_rows())
    ]
    return _table(written).encode()


def text_label() -> bytes:
    written = [row | {"recovery": "-" if float(str(row["recovery"])) < -5.5 else "+"} for row in _rows()]
    return _table(written).encode()


def five_rows_of_one_site() -> bytes:
    written = [*_rows(), *(row | {"id": f"x{row['id']}", "site": "tiny"} for row in _rows()[:5])]
    return _table(written, "\t").encode()


AWKWARD: dict[str, Callable[[], bytes]] = {
    "semicolons": semicolons_and_decimal_commas,
    "byte-order-mark": byte_order_mark_and_missing_values,
    "day-month-year": day_month_year,
    "quoted-newlines": quoted_newlines,
    "text-label": text_label,
    "five-rows": five_rows_of_one_site,
}


def _raw(name: str) -> Path:
    """Write one of the tables to `<name>.csv`."""
    path = Path(f"{name}.csv")
    path.write_bytes(AWKWARD[name]())
    return path


@pytest.fixture
def here(tmp_path, monkeypatch) -> Path:
    """A new working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / '.irmflow' / 'mlflow.db'}")
    return tmp_path


def _init(light, data, *more, environment="site", target="recovery"):
    return light("init", str(data), "--environment", environment, "--target", target, *more)


def _contract_of(data: str, environment: str = "site", target: str = "recovery"):
    """The contract that init makes, written and read, and the proposal."""
    made = proposal(data, environment.split(","), target)
    path = Path("made.odcs.yaml")
    write(made, path)
    return read(path), made


def _sizes(contract) -> dict[str, int]:
    """The good rows of each environment, as a run will have them."""
    (split,) = contract.splits
    flagged = ingest(contract).flagged
    good = assign(flagged, contract, split).filter(pl.col(RULES).list.len() == 0)
    return dict(good.group_by(ENVIRONMENT).len().sort(ENVIRONMENT).collect().iter_rows())


# Tests get what they share as fixtures: they are imported one by one, and import nothing from each other.


@pytest.fixture(params=AWKWARD)
def name(request) -> str:
    """The name of each awkward table in turn."""
    return str(request.param)


@pytest.fixture
def rows():
    """Rows of four sites, as dictionaries."""
    return _rows


@pytest.fixture
def table():
    """Rows as the text of a file."""
    return _table


@pytest.fixture
def commas():
    """Rows with decimal commas."""
    return _commas


@pytest.fixture
def raw():
    """Writes one of the awkward tables to `<name>.csv`."""
    return _raw


@pytest.fixture
def init():
    """Runs the command."""
    return _init


@pytest.fixture
def contract_of():
    """The contract that init makes, written and read, and the proposal."""
    return _contract_of


@pytest.fixture
def sizes():
    """The good rows of each environment, as a run will have them."""
    return _sizes
