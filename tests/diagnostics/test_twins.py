"""Equal rows in different environments."""

from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest

from irm_core.contracts.names import ENVIRONMENT
from irm_core.diagnostics.twins import twins

ROWS = 2500


def measured() -> dict[str, np.ndarray]:
    """Rows of three environments that no two have in common."""
    numbers = np.random.default_rng(0).normal(size=3 * ROWS)
    return dict(zip(("e0", "e1", "e2"), np.split(numbers, 3), strict=True))


def joined(parts: dict[str, np.ndarray]) -> pl.DataFrame:
    site = np.repeat(list(parts), [len(one) for one in parts.values()])
    return frame(np.concatenate(list(parts.values())), site)


def frame(x: Sequence[float | None], site: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame({"x": x, ENVIRONMENT: site}, schema_overrides={"x": pl.Float64})


def test_pairs_and_their_rows_the_most_first() -> None:
    found = twins(frame([1, 2, 3, 4, 1, 3, 4, 5], list("aaabbbcc")), ["x"]).told
    assert [(one.environments, one.rows) for one in found] == [(("a", "b"), 2), (("b", "c"), 1)]


def test_missing_values_are_the_same() -> None:
    (found,) = twins(frame([None, 1, None, 2], list("aabb")), ["x"]).told
    assert found.rows == 1


def test_rows_that_repeat_inside_environments_say_nothing() -> None:
    assert twins(frame([1, 1, 1, 1, 1, 1], list("aaabbb")), ["x"]) == ((), 1, 2 / 6)


@pytest.mark.parametrize(("x", "distinct"), [([1, 2, 3, 4], 1.0), ([1, 1, 2, 2], 0.5)])
def test_rows_of_their_own_have_no_twin(x: list[float], distinct: float) -> None:
    assert twins(frame(x, list("aabb")), ["x"]) == ((), 0, distinct)


def test_copies_are_found_though_another_environment_repeats_its_rows() -> None:
    parts = measured()
    parts["e1"] = np.concatenate([parts["e1"], parts["e0"][:500]])
    parts["e2"] = np.concatenate([parts["e2"], *[parts["e2"][:700]] * 2])
    found = twins(joined(parts), ["x"])
    assert found.distinct < 0.9
    assert [(one.environments, one.rows) for one in found.told] == [(("e0", "e1"), 500)]
    assert found.chance == 0


def test_copies_into_an_environment_that_repeats_its_rows_are_found() -> None:
    parts = measured()
    parts["e2"] = np.concatenate([parts["e2"], *[parts["e2"][:700]] * 2, parts["e0"][:500]])
    (found,) = twins(joined(parts), ["x"]).told
    assert (found.environments, found.rows) == (("e0", "e2"), 500)


@pytest.mark.parametrize("values", [5, 300, 3000])
@pytest.mark.parametrize("rows", [[50, 5000, 5000], [2000, 2000, 2000]])
def test_what_few_categories_have_in_common_by_chance_is_not_told_but_that_it_was_not_judged(
    values: int, rows: list[int]
) -> None:
    """Each environment prefers other values."""
    random = np.random.default_rng(values)
    shares = random.dirichlet(np.ones(values), size=3)
    parts = {f"e{one}": random.choice(values, n, p=shares[one]) * 1.0 for one, n in enumerate(rows)}
    found = twins(joined(parts), ["x"])
    assert (found.told, found.chance) == ((), 3)
