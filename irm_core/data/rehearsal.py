"""Rehearsal of a publication: all that publishing finds out, and nothing published."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.data.environments import environments, unfit
from irm_core.data.ingestion import Ingested
from irm_core.data.partitions import QUARANTINE, good_rows
from irm_core.data.rejection import Reason, broken_rules, excess, reasons
from irm_core.data.store import described
from irm_core.data.version import Rows, Version
from irm_core.data.version_rows import write


@dataclass(frozen=True)
class Rehearsal:
    """rows: how many were read, are good, are quarantined. reasons: why, the most frequent first.

    other_reasons: how many more there are.

    good: the good rows, with ENVIRONMENT; None where there is none.
    problems: sentences that say why the version would not be published.
    version: the version; None where not all of its environments are fit to be ones.
    """

    rows: Rows
    reasons: tuple[Reason, ...]
    other_reasons: int
    good: pl.DataFrame | None
    problems: tuple[str, ...]
    version: Version | None


def rehearse(raw: Ingested, contract: Contract, split_name: str, folder: Path) -> Rehearsal:
    """Sort the raw rows as publishing does, into a folder that the caller removes."""
    rows = write(raw, contract, split_name, folder)
    quarantine = pl.scan_parquet(folder / QUARANTINE)
    why = excess(rows, quarantine, contract)
    told = tuple(reasons(quarantine, contract, split_name))
    others = len(broken_rules(quarantine)) - len(told)
    if rows.good == 0:
        return Rehearsal(rows, told, others, None, (str(why),), None)
    good = good_rows(folder).collect()
    problems = unfit(good.lazy(), contract, split_name)
    version = None
    if not problems:
        found = environments(good.lazy(), contract, split_name)
        version = described(folder, rows, found, contract, split_name, raw)
    return Rehearsal(rows, told, others, good, (*([why] if why else []), *problems), version)
