"""The files of a version: good rows, one folder per environment, and the quarantine."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import ENVIRONMENT, FILE
from irm_core.data.environment_files import write_rows
from irm_core.data.validation_rows import content_columns, one_sided, two_sided
from irm_core.data.version import Environment, Version

QUARANTINE = "quarantine.parquet"
ENVIRONMENTS = "environments"


def tidy(environments: Sequence[Environment], contract: Contract, folder: Path) -> None:
    """Give each environment's folder its slug, and each environment that has the rows for it both sides."""
    named = {one.name: one.slug for one in environments}
    for partition in sorted((folder / ENVIRONMENTS).iterdir()):
        file = next(partition.glob("*.parquet"))
        name = pl.read_parquet(file, columns=[ENVIRONMENT], n_rows=1).item()
        partition.rename(partition.with_name(named[name]))
    for name in one_sided(good_rows(folder)):
        first, *others = environment_files(folder, named[name])
        rows = two_sided(pl.read_parquet([first, *others]), content_columns(contract))
        for file in (first, *others):  # which are perhaps known by another name, too
            file.unlink()
        write_rows(rows, first)


def good_rows(folder: Path) -> pl.LazyFrame:
    """All good rows of a version, or of one in the making. There must be some."""
    return pl.scan_parquet(good_files(folder), glob=False, hive_partitioning=False)


def files_of_rows(folder: Path) -> pl.LazyFrame:
    """FILE of all rows, good and quarantined."""
    files = [*good_files(folder), folder / QUARANTINE]
    return pl.concat(
        [pl.scan_parquet(one, glob=False, hive_partitioning=False).select(FILE) for one in files]
    )


def environment_files(folder: Path, slug: str) -> list[Path]:
    """The files of one environment, in the order of their rows."""
    return sorted((folder / ENVIRONMENTS / slug).glob("*.parquet"))


def all_files(folder: Path) -> list[str]:
    """The names, relative to the version, of all its files but the manifest."""
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*.parquet"))


def counted(folder: Path, version: Version) -> Iterator[tuple[str, int, int]]:
    """Of each environment, all of them, and the quarantine: name, rows in the manifest, rows in the files."""
    good = 0
    for one in version.environments:
        rows = sum(map(rows_of_file, environment_files(folder, one.slug)))
        good += rows
        yield f"the environment {one.name!r}", one.rows, rows
    yield "all environments", version.rows.good, good
    yield "the quarantine", version.rows.quarantined, rows_of_file(folder / QUARANTINE)


def rows_of_file(file: Path) -> int:
    """As its footer says."""
    return int(pl.scan_parquet(file, glob=False, hive_partitioning=False).select(pl.len()).collect().item())


def good_files(folder: Path) -> list[Path]:
    """The files of all good rows."""
    return sorted((folder / ENVIRONMENTS).rglob("*.parquet"))
