"""Parting rows as they are read, by the environments of a split: publishing need not write them anew then."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import ENVIRONMENT, LINE
from irm_core.contracts.splits.split import Split
from irm_core.data.environment_files import PLACE, EnvironmentFiles, write_rows
from irm_core.data.parted import ROW, Parted
from irm_core.data.preparation import remarks
from irm_core.data.quarantine import NOWHERE, flag, good_columns, is_good, not_alone
from irm_core.data.raw_files import Origin
from irm_core.data.sighted import Sighted
from irm_core.data.validation_rows import content_columns


def can_be_parted(split: Split) -> bool:
    """Whether each row's environment is known, and what becomes of it, before all rows are read."""
    return split.alone and split.small == "error"


def part(
    seen: Iterable[Sighted], contract: Contract, split_name: str, origin: Origin, folder: Path
) -> Parted:
    """The rows, parted, in `folder`. What an earlier, broken attempt has left there is removed."""
    if folder.exists():
        shutil.rmtree(folder)
    parting = _Parting(Parted(contract, split_name, folder, origin, read=0))
    for one in seen:
        parting.add(one)
    parted = parting.done()
    if parted.read:
        refuse_repeated(parted)
    return parted


class _Parting:
    def __init__(self, parted: Parted) -> None:
        contract = parted.contract
        self._parted, self._home = parted, contract.splits[parted.split_name].home(pl.LazyFrame())
        self._remarks = remarks(contract)
        self._good = EnvironmentFiles(parted.good_folder, content_columns(contract))
        self._read = self._times = 0
        for one in (parted.refused_folder, parted.remarks_folder):
            one.mkdir(parents=True)

    def add(self, seen: Sighted) -> None:
        """Part some rows."""
        late, bad = seen.others.filter(is_good()), seen.others.filter(~is_good())
        if len(late):
            self._add_together(seen, late)
        else:
            for rows, good in zip(seen.rows, seen.good, strict=True):
                self._add(rows, self._homes(rows).filter(good))
        noted = late.filter(pl.any_horizontal(pl.col(self._remarks).is_not_null()))
        if len(bad) or not self._times:  # so that there is a file with all columns
            self._write(bad, self._parted.refused_folder)
        if len(noted):
            self._write(noted.select(*ROW, *self._remarks), self._parted.remarks_folder)
        self._read += bad.height

    def _add_together(self, seen: Sighted, late: pl.DataFrame) -> None:
        """Add good rows, and those among them of which only a second look has found that they are."""
        rows = pl.concat([*seen.rows, late.select(good_columns(self._parted.contract))], rechunk=True)
        good = pl.concat([*seen.good, pl.repeat(True, len(late), eager=True)])
        homes = self._homes(rows).filter(good)
        self._add(rows, homes.sort(LINE) if seen.rows else homes)

    def _homes(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.select(LINE, self._home.alias(ENVIRONMENT)).with_row_index(PLACE)

    def _add(self, rows: pl.DataFrame, homes: pl.DataFrame) -> None:
        self._good.add(self._parted.origin.names(rows.lazy()).collect(), homes)
        self._read += homes.height

    def done(self) -> Parted:
        """The rows, once there are no more."""
        self._good.write()
        return replace(self._parted, read=self._read)

    def _write(self, rows: pl.DataFrame, folder: Path) -> None:
        rows.write_parquet(folder / f"{self._times:08}.parquet", compression="lz4", statistics=False)
        self._times += 1


def refuse_repeated(parted: Parted) -> None:
    """Take the rows that break a rule which judges no row without the others from the good to the refused."""
    broken = not_alone(parted.flagged(), parted.contract)
    found = pl.concat([NOWHERE, *broken.values()]).struct.unnest().unique()
    if found.is_empty():
        return
    again = parted.folder / "again.parquet"
    flag(parted.told(), parted.contract, broken).sink_parquet(again, engine="streaming")
    for file in parted.refused_folder.iterdir():
        file.unlink()
    again.rename(parted.refused_folder / again.name)
    if files := parted.good_files():
        late = parted.good(files).join(found.lazy(), on=ROW, how="semi", maintain_order="left")
        flag(late, parted.contract, broken).sink_parquet(parted.late_file, engine="streaming")
        _take_out(files, parted.origin.names(parted.late().select(ROW)).collect())


def _take_out(files: Sequence[Path], late: pl.DataFrame) -> None:
    for file in files:
        if pl.read_parquet(file, columns=ROW).join(late, on=ROW, how="semi").is_empty():
            continue
        rows = pl.read_parquet(file, hive_partitioning=False)
        kept = rows.join(late, on=ROW, how="anti", maintain_order="left")
        file.unlink()
        write_rows(kept, file) if len(kept) else _forget_empty(file.parent)


def _forget_empty(home: Path) -> None:
    if not any(home.iterdir()):
        home.rmdir()
