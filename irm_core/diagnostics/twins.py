"""Rows that are the same in several environments: evidence that is counted twice, or has leaked."""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl
from scipy.sparse import csr_array, triu

from irm_core.contracts.names import ENVIRONMENT
from irm_core.diagnostics.diagnosis import Twins

CONTENT, COUNT = "_content", "_count"
DISTINCT = 0.9
"""Where fewer of the environments' rows are distinct, equal rows can be chance."""
BEYOND = 2
"""How many times what chance gives at most is more than chance."""
UNSEEN = 3
"""How many equal rows may be expected where none was seen: the 95 % bound of Poisson's law."""


class Common(NamedTuple):
    """told: pairs of environments that share rows. chance: how many more pairs do, perhaps by chance.

    distinct: the share of rows that do not repeat another of their environment.
    """

    told: tuple[Twins, ...]
    chance: int
    distinct: float


def twins(frame: pl.DataFrame, columns: Sequence[str]) -> Common:
    """How many different rows of the first environment of a pair, in all `columns`, the second has too.

    Pairs in order, the most rows first. Where rows repeat inside environments, as those of a few categories
    do, only pairs that share more than chance gives: see `_by_chance`.
    """
    rows = frame.select(ENVIRONMENT, pl.struct(columns).hash().alias(CONTENT)).drop_nulls(ENVIRONMENT)
    counted = rows.group_by(ENVIRONMENT, CONTENT).agg(pl.len().cast(pl.Int64).alias(COUNT))
    distinct, shared = counted.height / max(rows.height, 1), _shared(counted)
    likely = _by_chance(counted, shared) if distinct < DISTINCT else pl.repeat(0.0, shared.height, eager=True)
    ordered = shared.filter(pl.col("equal") > BEYOND * likely).sort(
        "rows", "one", "other", descending=[True, False, False]
    )
    told = (Twins(environments=(one, two), rows=rows) for one, two, rows, _ in ordered.iter_rows())
    return Common(tuple(told), shared.height - ordered.height, distinct)


def _shared(counted: pl.DataFrame) -> pl.DataFrame:
    """(one, other, rows, equal): environments, how many contents both have, and pairs of equal rows."""
    several = counted.filter(pl.len().over(CONTENT) > 1)
    names = several[ENVIRONMENT].unique().sort()
    places = several[ENVIRONMENT].cast(pl.Enum(names)).to_physical().to_numpy()
    contents = several[CONTENT].rank("dense").to_numpy()
    size = (len(names), int(contents.max(initial=0)) + 1)
    # A join would hold every pair of rows; a product of matrices holds pairs of environments.
    counts = csr_array((several[COUNT].to_numpy(), (places, contents)), size)
    equal = triu(counts @ counts.T, k=1).tocoo()
    rows = (counts.sign() @ counts.sign().T).tocsr()[equal.row, equal.col]
    pairs = {"one": names.gather(equal.row), "other": names.gather(equal.col)}
    return pl.DataFrame({**pairs, "rows": rows, "equal": equal.data})


def _by_chance(counted: pl.DataFrame, shared: pl.DataFrame) -> pl.Series:
    """Pairs of equal rows that two environments have at most, if all rows are drawn independently.

    With p_a(h) the probability of the content h in a, it is n_a n_b Σ p_a p_b ≤ n_a √Σp_a² · n_b √Σp_b²
    (Cauchy and Schwarz); Σp² is how often two rows of the environment are equal, here bounded from above.
    """
    n, c = pl.col(COUNT).sum(), pl.col(COUNT)
    often = ((c * (c - 1)).sum() / 2 + UNSEEN) / (n * (n - 1) / 2)
    found = dict(counted.group_by(ENVIRONMENT).agg(n * often.sqrt()).iter_rows())
    pairs = shared.select("one", "other").iter_rows()
    return pl.Series([found[one] * found[other] for one, other in pairs], dtype=pl.Float64)
