"""Ingest: find the raw files, or bring them here, read their headers, fingerprint their contents."""

from functools import partial
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.credentials import credentials
from flows.tasks.retries import POLICY
from irm_core.contracts.contract import Contract
from irm_core.data import ingestion
from irm_core.data.store import is_published


@task(name="Ingest", cache_policy=NO_CACHE, **POLICY)
def ingest(contract: Contract, folder: Path, split: str, root: Path) -> ingestion.Ingested:
    """The raw data that the contract names, not yet judged; their rows, typed, are kept in `folder`.

    Data of which there is a version in `root` are not parsed.
    """
    return ingestion.ingest(
        contract,
        folder,
        split_name=split,
        published=partial(is_published, contract, split, root),
        credentials=credentials(contract.source),
    )
