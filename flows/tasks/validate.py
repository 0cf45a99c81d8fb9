"""Validate: the contract's rules as a Great Expectations suite, over all rows."""

from prefect import task
from prefect.cache_policies import NO_CACHE

from flows.tasks.retries import POLICY
from irm_core.contracts.contract import Contract
from irm_core.data.ingestion import Ingested
from irm_core.errors import DataError
from irm_core.validation.validate import Verdict
from irm_core.validation.validate import validate as judge


@task(name="Validate", cache_policy=NO_CACHE, **POLICY)
def validate(raw: Ingested, contract: Contract) -> Verdict:
    """The verdict on every rule.

    Rows that break a row rule are the quarantine's. DataError where a rule of the table is broken.
    """
    with raw.damage_named():
        verdict = judge(raw.flagged, contract, refused=raw.refused, columns=raw.columns)
    if verdict.stopping:
        broken = "\n".join(f"  {one.rule}: {one.found}" for one in verdict.stopping)
        raise DataError(
            f"{contract.name} breaks rules of {contract.path} that no quarantine mends:\n{broken}"
        )
    return verdict
