"""Validation rows: a fifth of each environment, never trained on, for risk in the training distribution."""

from collections.abc import Sequence

import polars as pl

from irm_core.contracts.contract import Contract
from irm_core.contracts.names import ENVIRONMENT, VALIDATION
from irm_core.data.images import digest

ONE_IN = 5
SEED = 20
FEWEST = 5
"""Environments of fewer rows are left as the hash has it, though one side of them may be empty."""
CONTENT = "_content"


def content_columns(contract: Contract) -> list[str]:
    """The columns that make two rows the same: of an image its content, not its path."""
    image = contract.image
    return [digest(one.name) if one == image else one.name for one in contract.columns]


def content(columns: Sequence[str]) -> pl.Expr:
    """A hash of what the row says, the same in every process: equal rows never end on different sides."""
    return pl.struct(columns).hash(SEED)


def is_validation(columns: Sequence[str]) -> pl.Expr:
    """True for about one row in five, by the row's content: it keeps its side in later versions."""
    return (content(columns) % ONE_IN == 0).alias(VALIDATION)


def one_sided(good: pl.LazyFrame) -> list[str]:
    """The environments of at least FEWEST rows of which the hash has put all rows on one side."""
    sides = good.group_by(ENVIRONMENT).agg(pl.len(), pl.col(VALIDATION).n_unique().alias(VALIDATION))
    lacking = sides.filter((pl.col("len") >= FEWEST) & (pl.col(VALIDATION) == 1))
    return lacking.collect().get_column(ENVIRONMENT).sort().to_list()


def two_sided(environment: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """A one-sided environment again: validation are the fifth of its rows with the smallest hashes."""
    rank = content(columns).rank("ordinal")
    return environment.with_columns((rank <= pl.len() // ONE_IN).alias(VALIDATION))
