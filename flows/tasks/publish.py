"""Publish: good rows by environment and the quarantine, as an immutable version."""

from pathlib import Path

import polars as pl
from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.tasks.retries import POLICY
from irm_core.contracts.contract import Contract
from irm_core.data import store
from irm_core.data.version import Published


@task(name="Publish", cache_policy=NO_CACHE, **POLICY)
def publish(flagged: pl.LazyFrame, contract: Contract, split: str, raw_sha256: str, root: Path) -> Published:
    """The version of these data under this split; the one that is there already where nothing has changed."""
    return store.publish(flagged, contract, split, raw_sha256, root)
