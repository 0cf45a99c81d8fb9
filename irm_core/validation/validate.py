"""Validate a frame against a contract with Great Expectations."""

from collections.abc import Sequence

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.executable import why_not
from irm_core.contracts.kinds import expression
from irm_core.garbage import not_looked_for
from irm_core.validation.expansion import expanded
from irm_core.validation.judged import judged
from irm_core.validation.quiet import quiet
from irm_core.validation.verdict import Verdict, not_evaluated

EXAMPLES = 5
"""How many of the rows that break a rule are shown."""


def validate(
    frame: pl.LazyFrame,
    contract: Contract,
    *,
    refused: pl.LazyFrame | None = None,
    complete: bool = False,
    columns: Sequence[str] | None = None,
) -> Verdict:
    """What became of each rule of the contract in the prepared frame, good rows and bad.

    refused: those of its rows that break a rule which quarantines, where that is known (`Ingested.refused`):
    what these rules count is looked for there alone.
    columns: of the raw data (`Ingested.columns`); those that the contract declares, if not said.
    complete: the document lists every row that breaks a rule, not only some.
    Raises DataError where a rule cannot be evaluated: a rule never passes for not having been run.
    """
    _check(frame, contract)
    with quiet():
        # Great Expectations takes seconds to import, which only those who validate should pay.
        with not_looked_for():
            from irm_core.validation.run_suite import run_suite

        named, each = expanded(frame, contract)
        declared = (one.name for one in contract.columns)
        rows = judged(named, refused, contract, tuple(declared if columns is None else columns))
        document, results = run_suite(rows, each, complete=complete, examples=EXAMPLES)
    broken = any(not one.success and one.severity == "error" for one in results)
    return Verdict(success=not broken, results=results, document=document)


def _check(frame: pl.LazyFrame, contract: Contract) -> None:
    """Great Expectations may tell of one rule's exception as another's, so each is tried by itself first."""
    empty = pl.LazyFrame(schema=frame.collect_schema())
    for rule in contract.rules:
        obstacle = why_not(expression(rule.expectation, rule.arguments), empty)
        if obstacle is not None:
            raise not_evaluated(rule, obstacle, contract)
