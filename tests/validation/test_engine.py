"""The Polars engine under Great Expectations."""

from collections.abc import Callable
from typing import Any

import great_expectations
import polars as pl
import pytest
from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.row_conditions import Column, ComparisonCondition

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


def test_what_repeats_is_found_in_a_pass_before_for_all_that_ask(run):
    result, passes = run(*SUITE, UNIQUE, COMPOUND)
    assert result.success
    assert passes == 2


def test_rows_that_repeat_are_counted_and_listed_with_what_they_are_compared_by(run):
    frame = pl.LazyFrame({"x": [1, 1, 1, None, None], "s": ["a", "b", "a", None, None]})
    result, passes = run(UNIQUE, COMPOUND, frame=frame)
    one, several = result.results
    assert (one.result["unexpected_count"], one.result["partial_unexpected_list"]) == (3, [1, 1, 1])
    assert several.result["unexpected_count"] == 2
    assert several.result["partial_unexpected_list"] == [{"x": 1, "s": "a"}] * 2
    assert passes == 4


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


def of_s(value: str) -> ComparisonCondition:
    return Column("s") == value


def test_row_conditions_that_name_a_value_of_a_column_are_evaluated_in_one_pass(run):
    kinds = [
        ("expect_column_mean_to_be_between", {"column": "x", "min_value": 2}),
        ("expect_column_values_to_be_between", {"column": "x", "min_value": 1}),
        ("expect_table_row_count_to_be_between", {"min_value": 2}),
    ]
    result, passes = run(
        *((kind, kwargs | {"row_condition": of_s(value)}) for kind, kwargs in kinds for value in "ab")
    )
    assert [one.success for one in result.results] == [False, True, True, True, False, True]
    assert passes == 1


def test_no_row_of_a_value_is_no_error_but_nothing_to_count(run):
    none = {"row_condition": of_s("c")}
    rows, mean = run(
        ("expect_table_row_count_to_be_between", {"max_value": 9} | none),
        ("expect_column_mean_to_be_between", {"column": "x", "min_value": 0} | none),
    )[0].results
    assert (rows.success, rows.result["observed_value"]) == (True, 0)
    assert (mean.success, mean.result["observed_value"]) == (False, None)


def test_a_value_of_another_type_than_its_column_fails_and_says_so(run):
    wrong = {"column": "s", "row_condition": Column("x") == "1"}
    (one,) = run(("expect_column_values_to_not_be_null", wrong))[0].results
    assert not one.success
    assert "cannot compare string with numeric type" in str(one.exception_info)


@pytest.mark.parametrize("result_format", ["SUMMARY", "COMPLETE"])
def test_broken_rows_of_one_value_are_listed_with_their_names(asset, result_format):
    low = ExpectationConfiguration(type=FAILING[0], kwargs=FAILING[1] | {"row_condition": of_s("a")})
    batch = asset.add_batch_definition_whole_frame("whole").get_batch({"dataframe": FRAME})
    rows = {"result_format": result_format, "unexpected_index_column_names": ["s"]}
    with quiet():
        (one,) = batch.validate(ExpectationSuite("suite", expectations=[low]), result_format=rows).results
    listed = "unexpected_index_list" if result_format == "COMPLETE" else "partial_unexpected_index_list"
    assert one.result[listed] == [{"s": "a", "x": 1}]


def test_a_batch_is_a_lazy_frame(asset):
    whole = asset.add_batch_definition_whole_frame("whole")
    with pytest.raises(TypeError, match="must be a LazyFrame, not DataFrame"):
        whole.get_batch({"dataframe": FRAME.collect()})
