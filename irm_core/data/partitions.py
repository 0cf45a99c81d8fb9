"""The files of a version: good rows, one folder per environment, and the quarantine."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import ENVIRONMENT, FILE
from irm_core.data.assignment import assign
from irm_core.data.images import digest
from irm_core.data.ingestion import Ingested
from irm_core.data.quarantine import flag, good, not_alone, quarantined, refused
from irm_core.data.raw_rows import with_raw
from irm_core.data.validation_rows import is_validation, one_sided, two_sided
from irm_core.data.version import Environment, Rows, Version
from irm_core.errors import IrmflowError

QUARANTINE = "quarantine.parquet"
ENVIRONMENTS = "environments"
ROWS_IN_GROUP = 32_768
"""So many rows of each environment wait in memory to be written."""
FAST = 1
"""Of zstandard: half the time of what Polars takes by itself, for files of the same size."""


def write(ingested: Ingested, contract: Contract, split_name: str, folder: Path) -> Rows:
    """Write the good rows, then the quarantined ones, and count them in what was written.

    Rules such as uniqueness take a pass of their own before, over their own columns.
    """
    with ingested.damage_named():
        assigned = _assigned(ingested.flagged, contract, split_name)
        _write_good(ingested.origin.names(assigned), contract, folder)
        bad = refused(assigned, contract).collect(engine="streaming")
        read = ingested.flagged.select(pl.len()).collect(engine="streaming").item()
    ingested.refuse_changes()
    with ingested.damage_named():
        said = with_raw(bad, ingested.contract, ingested.files)
        quarantined(ingested.origin.names(said), contract).sink_parquet(
            folder / QUARANTINE, mkdir=True, engine="streaming"
        )
    return _counted(read, folder)


def tidy(environments: Sequence[Environment], contract: Contract, folder: Path) -> None:
    """Give each environment's folder its slug, and each environment that has the rows for it both sides."""
    named = {one.name: one.slug for one in environments}
    for partition in sorted((folder / ENVIRONMENTS).iterdir()):
        file = next(partition.glob("*.parquet"))
        name = pl.read_parquet(file, columns=[ENVIRONMENT], n_rows=1).item()
        partition.rename(partition.with_name(named[name]))
    for name in one_sided(good_rows(folder)):
        first, *others = environment_files(folder, named[name])
        two_sided(pl.read_parquet([first, *others]), _content(contract)).write_parquet(first)
        for file in others:
            file.unlink()


def good_rows(folder: Path) -> pl.LazyFrame:
    """All good rows of a version, or of one in the making. There must be some."""
    return pl.scan_parquet(_good_files(folder), glob=False, hive_partitioning=False)


def files_of_rows(folder: Path) -> pl.LazyFrame:
    """FILE of all rows, good and quarantined."""
    files = [*_good_files(folder), folder / QUARANTINE]
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


def _assigned(flagged: pl.LazyFrame, contract: Contract, split_name: str) -> pl.LazyFrame:
    repeated = not_alone(flagged, contract)
    if any(len(rows) for rows in repeated.values()):
        flagged = flag(flagged, contract, repeated)
    return assign(flagged, contract, split_name)


def _write_good(assigned: pl.LazyFrame, contract: Contract, folder: Path) -> None:
    sorted_out = good(assigned, contract, ENVIRONMENT).with_columns(is_validation(_content(contract)))
    sorted_out.sink_parquet(
        pl.PartitionBy(folder / ENVIRONMENTS, key=ENVIRONMENT, include_key=True),
        row_group_size=ROWS_IN_GROUP,
        compression_level=FAST,
        mkdir=True,
        engine="streaming",
    )


def _good_files(folder: Path) -> list[Path]:
    return sorted((folder / ENVIRONMENTS).rglob("*.parquet"))


def _counted(read: int, folder: Path) -> Rows:
    kept, quarantined = sum(map(rows_of_file, _good_files(folder))), rows_of_file(folder / QUARANTINE)
    if read != kept + quarantined:
        raise IrmflowError(
            f"{read} rows were read, but {kept} good and {quarantined} quarantined ones written. "
            f"Nothing was published. Please report this."
        )
    return Rows(read=read, good=kept, quarantined=quarantined)


def _content(contract: Contract) -> list[str]:
    """The columns that make two rows the same: of an image its content, not its path."""
    image = contract.image
    return [digest(one.name) if one == image else one.name for one in contract.columns]
