"""The Polars engine under Great Expectations."""

from collections.abc import Callable
from typing import Any

import great_expectations
import polars as pl
import pytest
from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

from irm_core.validation.datasource import PolarsFrameAsset
from irm_core.validation.quiet import quiet

FRAME = pl.LazyFrame({"x": [1, 2, 3, None], "s": ["a", "b", "b", None]})

SUITE: list[tuple[str, dict[str, Any]]] = [
    ("expect_column_values_to_be_between", {"column": "x", "min_value": 0}),
    ("expect_column_values_to_match_regex", {"column": "s", "regex": "a|b"}),
    ("expect_column_mean_to_be_between", {"column": "x", "min_value": 0}),
    ("expect_column_median_to_be_between", {"column": "x", "min_value": 0}),
    ("expect_column_unique_value_count_to_be_between", {"column": "s", "max_value": 2}),
    ("expect_column_proportion_of_unique_values_to_be_between", {"column": "s", "min_value": 0.6}),
    ("expect_column_proportion_of_non_null_values_to_be_between", {"column": "s", "min_value": 0.7}),
    ("expect_table_row_count_to_equal", {"value": 4}),
]
UNIQUE: tuple[str, dict[str, Any]] = ("expect_column_values_to_be_unique", {"column": "x"})
COMPOUND: tuple[str, dict[str, Any]] = ("expect_compound_columns_to_be_unique", {"column_list": ["x", "s"]})
FAILING: tuple[str, dict[str, Any]] = ("expect_column_values_to_be_between", {"column": "x", "min_value": 2})


@pytest.fixture
def asset() -> PolarsFrameAsset:
    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context.data_sources.add_polars("polars").add_frame_asset("frame")


@pytest.fixture
def run(asset: PolarsFrameAsset) -> Callable[..., tuple[Any, int]]:
    """Great Expectations' result, and how often the data were read."""

    def run(*expectations: tuple[str, dict[str, Any]], frame: pl.LazyFrame = FRAME) -> tuple[Any, int]:
        batch = asset.add_batch_definition_whole_frame("whole").get_batch({"dataframe": frame})
        configurations = [ExpectationConfiguration(type=kind, kwargs=kwargs) for kind, kwargs in expectations]
        with quiet():
            result = batch.validate(ExpectationSuite("suite", expectations=configurations))
        return result, batch.data.execution_engine.passes

    return run


def test_all_numbers_are_added_up_in_one_pass(run):
    result, passes = run(*SUITE)
    assert result.success
    assert passes == 1


def test_uniqueness_is_found_in_the_same_pass(run):
    result, passes = run(*SUITE, UNIQUE, COMPOUND)
    assert result.success
    assert passes == 1


def test_each_broken_expectation_is_read_once_more_for_its_rows(run):
    result, passes = run(*SUITE, FAILING)
    assert not result.success
    assert passes == 2


def test_a_metric_that_is_not_here_fails_and_says_so(run):
    ranges = {"quantiles": [0.5], "value_ranges": [[0, 9]]}
    result, _ = run(
        ("expect_column_quantile_values_to_be_between", {"column": "x", "quantile_ranges": ranges})
    )
    (one,) = result.results
    assert not one.success
    assert "No provider found for column.quantile_values" in one.exception_info["exception_message"]


@pytest.mark.parametrize("kind", [FAILING[0], "expect_column_mean_to_be_between"])
def test_row_conditions_fail_and_say_so(run, kind):
    conditional = {
        "column": "x",
        "min_value": 2,
        "row_condition": 'col("x") > 1',
        "condition_parser": "pandas",
    }
    result, _ = run((kind, conditional))
    (one,) = result.results
    assert not one.success
    assert "evaluates no row_condition" in str(one.exception_info)


def test_a_batch_is_a_lazy_frame(asset):
    whole = asset.add_batch_definition_whole_frame("whole")
    with pytest.raises(TypeError, match="must be a LazyFrame, not DataFrame"):
        whole.get_batch({"dataframe": FRAME.collect()})
