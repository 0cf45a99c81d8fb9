"""Publish: good rows by environment and the quarantine, as an immutable version."""

from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.tasks.retries import POLICY
from irm_core.contracts.contract import Contract
from irm_core.data import store
from irm_core.data.ingestion import Ingested
from irm_core.data.lake import store as lake
from irm_core.data.version import Published


@task(name="Publish", cache_policy=NO_CACHE, **POLICY)
def publish(
    raw: Ingested, contract: Contract, split: str, root: Path, in_lake: str | None = None
) -> Published:
    """The version of these data under this split; the one that is there already where nothing has changed.

    in_lake: the store in Delta Lake that is to have its good rows too.
    """
    published = store.publish(raw, contract, split, root)
    return lake.publish(published, in_lake) if in_lake else published
