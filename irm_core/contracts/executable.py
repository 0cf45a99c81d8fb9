"""Can an expression be computed over columns of the given types?"""

import polars as pl


def why_not(expression: pl.Expr, empty: pl.LazyFrame) -> str | None:
    """None where it can, else what Polars has against it. `empty` has the columns and no rows."""
    try:
        empty.select(expression).collect()
    except pl.exceptions.PolarsError as error:
        return _told(str(error))
    return None


def _told(message: str) -> str:
    """The line that says what is wrong; the others show a query plan, or point into a pattern."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    told = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    return (told or lines)[0].rstrip(".")
