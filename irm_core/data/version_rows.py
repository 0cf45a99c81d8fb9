"""The rows of a version in the making: each among the good ones of an environment, or quarantined."""

import os
import shutil
from pathlib import Path

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import ENVIRONMENT, FILE, LINE
from irm_core.data.assignment import assign
from irm_core.data.environment_files import PLACE, EnvironmentFiles
from irm_core.data.ingestion import Ingested
from irm_core.data.parted import Parted
from irm_core.data.partitions import ENVIRONMENTS, QUARANTINE, good_files, rows_of_file
from irm_core.data.prepared_rows import BATCH
from irm_core.data.quarantine import flag, good, not_alone, quarantined, refused
from irm_core.data.raw_rows import with_raw
from irm_core.data.validation_rows import content_columns
from irm_core.data.version import Rows
from irm_core.errors import IrmflowError


def write(ingested: Ingested, contract: Contract, split_name: str, folder: Path) -> Rows:
    """Put the good rows there, then the quarantined ones, and count them in what was written.

    Rows that were parted for this split are there already; those for another are written now.
    """
    parted = ingested.parted
    with ingested.damage_named():
        if parted is not None and parted.split_name == split_name:
            told, untold, read = parted.told(), _placed(parted, folder), parted.read
        else:
            told, (untold, read) = None, _sorted_out(ingested, contract, split_name, folder)
    ingested.refuse_changes()
    with ingested.damage_named():
        bad = _with_raw(told, untold, ingested)
        quarantined(ingested.origin.names(bad), contract).sink_parquet(
            folder / QUARANTINE, mkdir=True, engine="streaming"
        )
    return _counted(read, folder)


def _with_raw(told: pl.LazyFrame | None, untold: pl.DataFrame, ingested: Ingested) -> pl.LazyFrame:
    """Quarantined rows in the order of their files, with raw values, which those that are `told` have."""
    if told is not None and untold.is_empty():
        return told
    found = with_raw(untold, ingested.contract, ingested.files)
    if told is None:
        return found
    places = {file.as_posix(): place for place, file in enumerate(ingested.files)}
    return pl.concat([told, found], how="diagonal").sort(pl.col(FILE).replace_strict(places), LINE)


def _placed(parted: Parted, folder: Path) -> pl.DataFrame:
    """Put the parted good rows there, and return those of the others of which raw values are not kept."""
    contract, homeless = parted.contract, []
    for file in parted.good_files():
        if contract.splits[parted.split_name].missing == "quarantine" and _has_no_home(file):
            homeless.append(file)
        else:
            _link(file, folder / ENVIRONMENTS / file.relative_to(parted.good_folder))
    untold = [parted.late()]
    if homeless:
        untold.append(assign(parted.good(homeless), contract, parted.split_name))
    return pl.concat(refused(rows, contract) for rows in untold).collect(engine="streaming")


def _has_no_home(file: Path) -> bool:
    return pl.read_parquet(file, columns=[ENVIRONMENT], n_rows=1).item() is None


def _link(file: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, target)
    except OSError:  # On another disk, or one that has no links, it is a copy. A full one refuses that, too.
        shutil.copyfile(file, target)


def _sorted_out(
    ingested: Ingested, contract: Contract, split_name: str, folder: Path
) -> tuple[pl.DataFrame, int]:
    """Write the good rows, and return the others, and how many all are.

    Rules such as uniqueness take a pass of their own before, over their own columns.
    """
    assigned = _assigned(ingested.flagged, contract, split_name)
    files = EnvironmentFiles(folder / ENVIRONMENTS, content_columns(contract))
    rows = ingested.origin.names(good(assigned, contract, ENVIRONMENT))
    for some in rows.collect_batches(chunk_size=BATCH, maintain_order=True):
        files.add(some.drop(ENVIRONMENT), some.select(ENVIRONMENT).with_row_index(PLACE))
    files.write()
    bad = refused(assigned, contract).collect(engine="streaming")
    return bad, ingested.flagged.select(pl.len()).collect(engine="streaming").item()


def _assigned(flagged: pl.LazyFrame, contract: Contract, split_name: str) -> pl.LazyFrame:
    repeated = not_alone(flagged, contract)
    if any(len(rows) for rows in repeated.values()):
        flagged = flag(flagged, contract, repeated)
    return assign(flagged, contract, split_name)


def _counted(read: int, folder: Path) -> Rows:
    kept, quarantined = sum(map(rows_of_file, good_files(folder))), rows_of_file(folder / QUARANTINE)
    if read != kept + quarantined:
        raise IrmflowError(
            f"{read} rows were read, but {kept} good and {quarantined} quarantined ones written. "
            f"Nothing was published. Please report this."
        )
    return Rows(read=read, good=kept, quarantined=quarantined)
