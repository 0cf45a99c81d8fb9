"""Every kind of expectation that can be run, of rows and of tables, by its Great Expectations type."""

from irm_core.contracts.aggregates import AGGREGATES, BROKEN_ROWS, Aggregate
from irm_core.contracts.conditions import CONDITIONS, Condition

KINDS: dict[str, Condition | Aggregate] = {**CONDITIONS, **AGGREGATES}

KINDS_OF_CONTRACTS = sorted(set(KINDS) - {BROKEN_ROWS})
"""Those that a contract may name. Broken rows are what its library metrics are turned into."""
