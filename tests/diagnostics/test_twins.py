"""Equal rows in different environments."""

import polars as pl

from irm_core.contracts.names import ENVIRONMENT
from irm_core.diagnostics.twins import twins


def frame(x: list[float | None], site: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"x": x, ENVIRONMENT: site}, schema_overrides={"x": pl.Float64})


def test_pairs_and_their_rows_the_most_first() -> None:
    found = twins(frame([1, 2, 3, 4, 1, 3, 4, 5], list("aaabbbcc")), ["x"])
    assert [(one.environments, one.rows) for one in found] == [(("a", "b"), 2), (("b", "c"), 1)]


def test_missing_values_are_the_same() -> None:
    (found,) = twins(frame([None, 1, None, 2], list("aabb")), ["x"])
    assert found.rows == 1


def test_rows_that_repeat_inside_environments_say_nothing() -> None:
    assert twins(frame([1, 1, 1, 1, 1, 1], list("aaabbb")), ["x"]) == ()


def test_rows_of_their_own_have_no_twin() -> None:
    assert twins(frame([1, 2, 3, 4], list("aabb")), ["x"]) == ()
