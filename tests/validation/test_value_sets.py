"""The engine alone: numbers are looked for as numbers, whatever their type, as the pandas engine does."""

from typing import Any

import great_expectations
import pandas as pd
import polars as pl
import pytest
from great_expectations.core.expectation_suite import ExpectationSuite
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from hypothesis import given, settings
from hypothesis import strategies as st

from irm_core.validation import datasource  # noqa: F401 - adds add_polars
from irm_core.validation.quiet import quiet

NUMBER = st.sampled_from([-1, 0, 1, 2, -1.0, 0.5, 1.0, 2.5])
KINDS = ["expect_column_values_to_be_in_set", "expect_column_values_to_not_be_in_set"]


def results(asset: Any, define: str, frame: Any, wanted: list[Any]) -> list[tuple[bool, Any, Any]]:
    batch = getattr(asset, define)("whole").get_batch({"dataframe": frame})
    suite = ExpectationSuite(
        "suite",
        expectations=[
            ExpectationConfiguration(type=kind, kwargs={"column": column, "value_set": wanted})
            for kind in KINDS
            for column in frame.columns
        ],
    )
    with quiet():
        found = batch.validate(suite, result_format="COMPLETE").results
    return [(one.success, one.result["unexpected_count"], one.result["unexpected_list"]) for one in found]


@settings(max_examples=10, deadline=None)
@given(wanted=st.lists(NUMBER, min_size=1, max_size=4))
@pytest.mark.filterwarnings("ignore:Determining the column names of a LazyFrame")
def test_the_pandas_engine_says_the_same(wanted):
    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    ours = context.data_sources.add_polars("polars").add_frame_asset("frame")
    theirs = context.data_sources.add_pandas("pandas").add_dataframe_asset("frame")
    columns = {"whole": [-1, 0, 1, 2, 3], "fractions": [-1.0, 0.5, 1.0, 2.0, 2.5]}
    found = results(ours, "add_batch_definition_whole_frame", pl.LazyFrame(columns), wanted)
    assert found == results(theirs, "add_batch_definition_whole_dataframe", pd.DataFrame(columns), wanted)


def test_what_is_no_number_is_refused():
    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_polars("polars").add_frame_asset("frame")
    batch = asset.add_batch_definition_whole_frame("whole").get_batch({"dataframe": pl.LazyFrame({"x": [1]})})
    texts = ExpectationConfiguration(type=KINDS[0], kwargs={"column": "x", "value_set": ["1"]})
    with quiet():
        (one,) = batch.validate(ExpectationSuite("suite", expectations=[texts])).results
    assert not one.success
    assert "cannot check for Int64 values in List(String)" in str(one.exception_info)
