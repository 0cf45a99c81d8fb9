"""Each class against the rest: the same as a label of 0 and 1, for all classes by the same sums."""

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from scipy.stats import chi2_contingency

from irm_core.contracts.names import ENVIRONMENT
from irm_core.diagnostics.class_estimates import FEWEST, class_slopes, shares
from irm_core.diagnostics.estimates import OF_CLASS, slopes
from irm_core.diagnostics.heterogeneity import heterogeneity

CLASSES = pl.Enum(["a", "b", "c"])


def table(rows: int = 600, seed: int = 0) -> pl.DataFrame:
    """x depends on the class, is missing here and there, and spreads more in class c."""
    generator = np.random.default_rng(seed)
    y = generator.choice(3, rows, p=[0.5, 0.3, 0.2])
    x = y * 0.5 + generator.normal(size=rows) * (1 + y)
    x[::17] = np.nan
    site = np.where(np.arange(rows) < rows // 3, "one", "two")
    columns = {"x": x, "y": pl.Series(CLASSES.categories).gather(y).cast(CLASSES), ENVIRONMENT: site}
    return pl.DataFrame(columns).with_columns(pl.col("x").fill_nan(None))


def against_the_rest(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The slopes of the label that is 1 for the class and else 0, in standard deviations of that."""
    y = (pl.col("y") == name).cast(pl.Float64)
    return slopes(frame.with_columns(y=(y - y.mean()) / y.std()), ["x"], "y")


@pytest.mark.parametrize("name", CLASSES.categories)
def test_slopes_are_those_of_a_label_of_0_and_1_and_errors_no_smaller(name):
    expected = against_the_rest(table(), name)
    found = class_slopes(table(), ["x"], "y").filter(pl.col(OF_CLASS) == name).drop(OF_CLASS)
    assert_frame_equal(found.drop("standard_error"), expected.drop("standard_error"), rel_tol=1e-9)
    ratio = found["standard_error"] / expected["standard_error"]
    assert 1 - 1e-9 < ratio.min() <= ratio.max() < 1.25


def test_where_residuals_spread_most_far_out_the_error_is_that_of_hc3():
    frame = table(6000).with_columns(x=pl.col("x") * (1 + 4 * (pl.col("y") == "c")))
    found = class_slopes(frame, ["x"], "y").filter(pl.col(OF_CLASS) == "c").drop(OF_CLASS)
    assert_frame_equal(found, against_the_rest(frame, "c"), rel_tol=1e-9)


def test_a_rare_value_and_a_rare_class_that_never_meet_are_no_certainty():
    y = ["a"] * 180 + ["b"] * 90 + ["c"] * 30
    frame = pl.DataFrame(
        {"x": [1.0] * 30 + [0.0] * 270, "y": pl.Series(y, dtype=CLASSES), ENVIRONMENT: "one"}
    )
    (found,) = class_slopes(frame, ["x"], "y").filter(pl.col(OF_CLASS) == "c").iter_rows(named=True)
    assert -2 < found["estimate"] / found["standard_error"] < -1


def test_of_too_few_rows_of_a_class_or_of_the_rest_nothing_is_said():
    few = pl.DataFrame({"x": [0.0, 1.0] * 50, "y": ["a"] * 60 + ["b"] * (41 - FEWEST) + ["c"] * (FEWEST - 1)})
    frame = few.with_columns(pl.col("y").cast(CLASSES), pl.lit("one").alias(ENVIRONMENT))
    assert set(class_slopes(frame, ["x"], "y")[OF_CLASS]) == {"a", "b"}


def test_shares_are_judged_by_the_chi_squared_test_of_the_counts():
    frame = table()
    found = heterogeneity(shares(frame[ENVIRONMENT], frame["y"]))
    for name, q in found.select(OF_CLASS, "q").iter_rows():
        counts = frame.group_by(ENVIRONMENT).agg(
            one=(pl.col("y") == name).sum(), rest=(pl.col("y") != name).sum()
        )
        expected = chi2_contingency(counts.select("one", "rest").to_numpy(), correction=False)
        assert q == pytest.approx(
            expected.statistic, rel=2 / len(frame)
        )  # one degree of freedom for the mean


def test_a_class_that_an_environment_lacks_is_no_certainty():
    y = pl.Series(["a"] * 20 + ["b"] * 20 + ["a"] * 960 + ["c"] * 1000, dtype=CLASSES)
    environment = pl.Series(["small"] * 40 + ["large"] * 1960)
    found = shares(environment, y)
    assert set(found[OF_CLASS]) == {"a", "b", "c"}
    assert found["standard_error"].min() == pytest.approx(1 / np.sqrt(1960))
