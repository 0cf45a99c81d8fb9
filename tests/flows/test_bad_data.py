"""Bad data: what docs/bad_data.md says of each case is what the command says."""

import bz2
import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from irm_core.contracts.read import read
from irm_core.data import store
from irm_core.data.ingestion import ingest
from irm_core.data.version import MANIFEST
from irm_core.errors import DataError

PAGE = Path(__file__).parents[2] / "docs/bad_data.md"
CONTRACT, RAW = Path("clinics.odcs.yaml"), Path("clinics.csv")


class Case(NamedTuple):
    """A line of the page's table."""

    name: str
    status: int
    message: str


CELL = r"\|\s*(.+?)\s*"
LINES = re.findall(rf"(?m)^{CELL}\| (\d) {CELL}\| ``(.+)`` \|$", PAGE.read_text())
CASES = [Case(name, int(status), message) for name, status, _, message in LINES]


def edit(old: str, new: str) -> None:
    text = CONTRACT.read_text()
    assert old in text
    CONTRACT.write_text(text.replace(old, new, 1))


def fourth_line(line: str) -> Callable[[pl.DataFrame], None]:
    def write(frame: pl.DataFrame) -> None:
        lines = frame.write_csv().splitlines()
        lines[3] = line
        RAW.write_text("\n".join(lines))

    return write


def header(line: str) -> Callable[[pl.DataFrame], None]:
    return lambda frame: RAW.write_text("\n".join([line, *frame.write_csv().splitlines()[1:]]))


def nothing_but(text: str) -> Callable[[pl.DataFrame], None]:
    return lambda _: RAW.write_text(text)


def encoded(encoding: str) -> Callable[[pl.DataFrame], None]:
    return lambda frame: RAW.write_bytes(frame.write_csv().replace(",a,", ",ä,").encode(encoding))


def cut_gzip(frame: pl.DataFrame) -> None:
    edit("clinics.csv", "clinics.csv.gz")
    Path("clinics.csv.gz").write_bytes(gzip.compress(frame.write_csv().encode())[:-2000])


def bzip2(frame: pl.DataFrame) -> None:
    edit("clinics.csv", "clinics.csv.bz2")
    Path("clinics.csv.bz2").write_bytes(bz2.compress(frame.write_csv().encode()))


def cut_parquet(frame: pl.DataFrame) -> None:
    edit("clinics.csv, format: csv", "clinics.parquet, format: parquet")
    file = Path("clinics.parquet")
    frame.write_parquet(file)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def damaged_page(frame: pl.DataFrame) -> None:
    edit("clinics.csv, format: csv", "part_*.parquet, format: parquet")
    for number in (1, 2, 3):
        frame.write_parquet(f"part_{number}.parquet")
    flip(Path("part_2.parquet"), 200)


def flip(file: Path, start: int) -> None:
    content = bytearray(file.read_bytes())
    for place in range(start, start + 20):
        content[place] ^= 0xFF
    file.write_bytes(content)


def seventh(kind: str, changed: Callable[[pl.DataFrame], pl.DataFrame]) -> Callable[[pl.DataFrame], None]:
    def write(frame: pl.DataFrame) -> None:
        edit("clinics.csv, format: csv", f"part_*.{kind}, format: {kind}")
        for number in range(1, 9):
            part = frame.slice(40 * (number - 1), 40)
            part = changed(part) if number == 7 else part
            getattr(part, f"write_{kind}")(f"part_{number}.{kind}")

    return write


def one_class(frame: pl.DataFrame) -> None:
    edit(
        "recovery\n        logicalType: number",
        "recovery\n        logicalType: boolean",
    )
    well = (pl.col("recovery") > -5) | (pl.col("site") == "north")
    frame.with_columns(well.alias("recovery")).write_csv(RAW)


def without_environment(frame: pl.DataFrame) -> None:
    edit("logicalType: string\n        required: true\n", "logicalType: string\n")
    fourth_line(",30,0.1,a,1.0")(frame)


DAMAGE: dict[str, Callable[[pl.DataFrame], object]] = {
    "a row with too few fields": fourth_line("south,30,0.1"),
    "a row with too many fields": fourth_line("south,30,0.1,a,1.0,x"),
    "an extra column": lambda frame: frame.with_columns(note=pl.lit("x")).write_csv(RAW),
    "a renamed column": header("site,age,doses,ward,recovery"),
    "a column twice in the header": header("site,age,dose,age,recovery"),
    "a byte order mark": lambda frame: RAW.write_text(frame.write_csv(), encoding="utf-8-sig"),
    "Latin-1": encoded("latin-1"),
    "UTF-16": encoded("utf-16"),
    "no file": lambda _: RAW.unlink(),
    "an empty file": nothing_but(""),
    "a header only": nothing_but("site,age,dose,ward,recovery\n"),
    "another compression than gzip and zstd": bzip2,
    "a cut gzip file": cut_gzip,
    "a cut Parquet file": cut_parquet,
    "a damaged page of a Parquet file": damaged_page,
    "another header in the seventh file": seventh("csv", lambda part: part.rename({"dose": "doses"})),
    "text for numbers in the seventh Parquet file": seventh(
        "parquet", lambda part: part.with_columns(dose=pl.lit("much"))
    ),
    "structures in the seventh Parquet file": seventh(
        "parquet", lambda part: part.with_columns(dose=pl.struct("age"))
    ),
    "text in a number": fourth_line("south,old,0.1,a,1.0"),
    "a whole number too large for 64 bits": fourth_line("south,99999999999999999999,0.1,a,1.0"),
    "a number too large for 64 bits": fourth_line("south,30,1e999,a,1.0"),
    "NaN": fourth_line("south,30,NaN,a,1.0"),
    "infinity": fourth_line("south,30,inf,a,1.0"),
    "a row without environment": without_environment,
    "an environment with one class": one_class,
    "a hold-out that does not exist": lambda _: edit("minRows: 20", "minRows: 20, holdOut: [nroth]"),
    "a pattern that Polars cannot run": lambda _: edit(
        "ward\n        logicalType: string",
        'ward\n        logicalType: string\n        logicalTypeOptions: {pattern: "(?=a)a"}',
    ),
    "a misspelt key in the contract": lambda _: edit("required: true", "requird: true"),
}


def another_count(version: Path) -> None:
    said = json.loads((version / MANIFEST).read_text())
    north = next(one for one in said["environments"] if one["name"] == "north")
    north["rows"] -= 1
    (version / MANIFEST).write_text(json.dumps(said))


AFTER_PUBLICATION: dict[str, Callable[[Path], None]] = {
    "a flipped bit in a published version": lambda version: flip(
        next((version / "environments/north").iterdir()), 100
    ),
    "a manifest with other row counts than its files": another_count,
}


def named(cases: list[Case]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [pytest.param(one, id=one.name) for one in cases])


def test_the_page_has_a_line_for_every_case() -> None:
    assert sorted(one.name for one in CASES) == sorted([*DAMAGE, *AFTER_PUBLICATION])


@named([one for one in CASES if one.name in DAMAGE])
def test_the_command_says_what_the_page_says(case: Case, folder, light) -> None:
    DAMAGE[case.name](pl.read_csv(folder.raw))
    said = light("check", "clinics.odcs.yaml")
    assert case.message in " ".join(f"{said.out} {said.err}".split())
    assert said.status == case.status
    assert "Traceback" not in said.err


@named([one for one in CASES if one.name in AFTER_PUBLICATION])
def test_a_published_version_that_was_changed_is_refused_as_the_page_says(case: Case, folder) -> None:
    contract = read(folder.contract)
    published = store.publish(ingest(contract), contract, "by_site", folder.path / "store")
    AFTER_PUBLICATION[case.name](published.path)
    with pytest.raises(DataError) as refused:
        store.publish(ingest(contract), contract, "by_site", folder.path / "store")
    assert case.message in str(refused.value)
    assert refused.value.exit_code == case.status
