"""Verdict, quarantine and Great Expectations' own pandas engine agree on every row."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Literal

import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from irm_core.contracts.names import LINE
from irm_core.contracts.rules import Rule
from irm_core.contracts.splits import ColumnSplit
from irm_core.contracts.within import Within
from irm_core.validation.suite import RULE
from irm_core.validation.validate import validate
from irm_core.validation.verdict import RuleResult

Row = tuple[int | None, float | None, float | None, str | None, date | None, bool | None, str | None]

ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(-3, 3),
        st.none() | st.sampled_from([-1.5, 0.0, 0.5, 2.0]),
        st.none() | st.sampled_from([-1.5, 0.0, 0.5, 2.0, 1e9]),
        st.none() | st.text("abé ", max_size=3),
        st.none() | st.dates(date(2024, 1, 1), date(2024, 1, 4)),
        st.none() | st.booleans(),
        st.none() | st.sampled_from(["va", "St. Mary's"]),
    ),
    max_size=12,
)

RULES: dict[str, tuple[str, dict[str, Any]]] = {
    "present": ("expect_column_values_to_not_be_null", {"column": "i"}),
    "absent": ("expect_column_values_to_be_null", {"column": "s"}),
    "unique": ("expect_column_values_to_be_unique", {"column": "i"}),
    "unique text": ("expect_column_values_to_be_unique", {"column": "s"}),
    "unique together": ("expect_compound_columns_to_be_unique", {"column_list": ["i", "s"]}),
    "in set": ("expect_column_values_to_be_in_set", {"column": "i", "value_set": [1, 2]}),
    "text in set": ("expect_column_values_to_be_in_set", {"column": "s", "value_set": ["a", ""]}),
    "truths in set": ("expect_column_values_to_be_in_set", {"column": "b", "value_set": [True]}),
    "days in set": (
        "expect_column_values_to_be_in_set",
        {"column": "d", "value_set": [date(2024, 1, 1), date(2024, 1, 3)]},
    ),
    "days between": (
        "expect_column_values_to_be_between",
        {"column": "d", "min_value": date(2024, 1, 2), "max_value": date(2024, 1, 3)},
    ),
    "day present": ("expect_column_values_to_not_be_null", {"column": "d"}),
    "unique truth": ("expect_column_values_to_be_unique", {"column": "b"}),
    "unique day and truth": ("expect_compound_columns_to_be_unique", {"column_list": ["d", "b"]}),
    "not in set": ("expect_column_values_to_not_be_in_set", {"column": "f", "value_set": [0.5]}),
    "between": ("expect_column_values_to_be_between", {"column": "f", "min_value": -1.0, "max_value": 2.0}),
    "strictly": (
        "expect_column_values_to_be_between",
        {"column": "i", "min_value": -1, "max_value": 2, "strict_min": True, "strict_max": True},
    ),
    "matches": ("expect_column_values_to_match_regex", {"column": "s", "regex": "^a|b$"}),
    "does not match": ("expect_column_values_to_not_match_regex", {"column": "s", "regex": "é"}),
    "length": ("expect_column_value_lengths_to_be_between", {"column": "s", "min_value": 1, "max_value": 2}),
    "equal": ("expect_column_pair_values_to_be_equal", {"column_A": "f", "column_B": "g"}),
    "greater": (
        "expect_column_pair_values_a_to_be_greater_than_b",
        {"column_A": "f", "column_B": "g", "ignore_row_if": "either_value_is_missing"},
    ),
    "greater or equal": (
        "expect_column_pair_values_a_to_be_greater_than_b",
        {"column_A": "f", "column_B": "g", "or_equal": True, "ignore_row_if": "both_values_are_missing"},
    ),
    "different": (
        "expect_select_column_values_to_be_unique_within_record",
        {"column_list": ["f", "g"], "ignore_row_if": "any_value_is_missing"},
    ),
    "sum of two": (
        "expect_multicolumn_sum_to_equal",
        {"column_list": ["f", "g"], "sum_total": 2, "ignore_row_if": "any_value_is_missing"},
    ),
    "length of 1": ("expect_column_value_lengths_to_equal", {"column": "s", "value": 1}),
}
NUMBERS: dict[str, tuple[str, dict[str, Any]]] = {
    "rows": ("expect_table_row_count_to_be_between", {"min_value": 3}),
    "rows exactly": ("expect_table_row_count_to_equal", {"value": 3}),
    "least": ("expect_column_min_to_be_between", {"column": "i", "min_value": 0}),
    "greatest": ("expect_column_max_to_be_between", {"column": "f", "max_value": 2.0}),
    "mean": ("expect_column_mean_to_be_between", {"column": "f", "min_value": 0.0}),
    "median": ("expect_column_median_to_be_between", {"column": "f", "min_value": 0.0}),
    "sum": ("expect_column_sum_to_be_between", {"column": "i", "min_value": 0}),
    "deviation": ("expect_column_stdev_to_be_between", {"column": "f", "max_value": 2.0}),
    "first day": ("expect_column_min_to_be_between", {"column": "d", "min_value": date(2024, 1, 2)}),
    "distinct days": ("expect_column_unique_value_count_to_be_between", {"column": "d", "max_value": 2}),
    "truth mostly": (
        "expect_column_values_to_be_in_set",
        {"column": "b", "value_set": [True], "mostly": 0.5},
    ),
    "distinct": ("expect_column_unique_value_count_to_be_between", {"column": "s", "max_value": 3}),
    "share distinct": (
        "expect_column_proportion_of_unique_values_to_be_between",
        {"column": "i", "min_value": 0.5},
    ),
    "mostly present": ("expect_column_values_to_not_be_null", {"column": "i", "mostly": 0.7}),
    "mostly unique": ("expect_column_values_to_be_unique", {"column": "i", "mostly": 0.5}),
    "mostly greater": (
        "expect_column_pair_values_a_to_be_greater_than_b",
        {"column_A": "f", "column_B": "g", "mostly": 0.5, "ignore_row_if": "either_value_is_missing"},
    ),
    "mostly equal": (
        "expect_column_pair_values_to_be_equal",
        {"column_A": "f", "column_B": "g", "mostly": 0.3, "ignore_row_if": "neither"},
    ),
    "mostly unique together": (
        "expect_compound_columns_to_be_unique",
        {"column_list": ["i", "s"], "mostly": 0.9, "ignore_row_if": "never"},
    ),
    "share present": (
        "expect_column_proportion_of_non_null_values_to_be_between",
        {"column": "i", "min_value": 0.5},
    ),
}


def frame_of(rows: list[Row]) -> pl.LazyFrame:
    schema = {
        "i": pl.Int64, "g": pl.Float64, "f": pl.Float64, "s": pl.String,
        "d": pl.Date, "b": pl.Boolean, "e": pl.String,
    }  # fmt: skip
    return pl.LazyFrame(rows, schema=schema, orient="row").with_row_index(LINE)


def as_pandas(rows: list[Row], environment: str | None = None) -> pd.DataFrame:
    """All rows, or those of one environment, if it is named."""
    frame = pd.DataFrame(rows, columns=["i", "g", "f", "s", "d", "b", "e"]).reset_index(names=LINE)
    frame = frame.astype({"i": "Int64", "g": "float64", "f": "float64", "s": "object", "b": "boolean"})
    return frame if environment is None else frame[frame["e"] == environment]


def assert_same(result: RuleResult, found: dict[str, Any], expected: Any) -> None:
    """The same verdict, the same number of rows that break the rule, and these very rows."""
    assert result.success == expected.success, result.rule
    if "unexpected_count" in expected.result:
        assert result.failed == expected.result["unexpected_count"], result.rule
        assert lines(found["result"]) == lines(expected.result), result.rule


def lines(result: dict[str, Any]) -> list[int]:
    return sorted(row[LINE] for row in result["unexpected_index_list"] or [])


def stated(level: Literal["row", "table"], rules: Mapping[str, Any], within: Within | None) -> list[Rule]:
    return [Rule(name, level, *one, "error", 1, within) for name, one in rules.items()]


@pytest.fixture
def all_rules(contract):
    return contract(*stated("row", RULES, None), *stated("table", NUMBERS, None))


@pytest.fixture
def rules_in_each_environment(contract):
    each = Within("by_e", ColumnSplit(columns=("e",)))
    return contract(*stated("row", RULES, each), *stated("table", NUMBERS, each))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_verdict_counts_the_rows_that_the_rules_flag(all_rules, rows):
    frame = frame_of(rows)
    for result, rule in zip(validate(frame, all_rules).results, all_rules.rules, strict=True):
        if rule.level == "row":
            flagged = frame.select((~rule.valid()).sum()).collect().item()
            assert result.failed == flagged
            assert result.success == (flagged == 0)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, quarantining=st.sets(st.sampled_from(sorted(RULES))))
def test_the_verdict_is_the_same_where_the_refused_rows_are_known(contract, rows, quarantining):
    rules = [
        replace(one, severity="error" if one.name in quarantining else "warning")
        for one in stated("row", RULES, None)
    ]
    declared, frame = contract(*rules, *stated("table", NUMBERS, None)), frame_of(rows)
    broken = [~one.valid() for one in rules if one.name in quarantining]
    refused = frame.filter(pl.any_horizontal(pl.lit(False), *broken))
    known, unknown = validate(frame, declared, refused=refused), validate(frame, declared)
    assert known.results == unknown.results


def test_what_quarantines_is_counted_among_the_refused_rows(contract, rule):
    """So that the verdict and the quarantine cannot disagree."""
    frame = frame_of([(1, None, 5.0, *[None] * 4), (1, None, 6.0, *[None] * 4)])
    between = ("expect_column_values_to_be_between", "range")
    declared = contract(
        rule(*between, column="f", max_value=4.0),
        rule(between[0], "mild", severity="warning", column="f", max_value=3.0),
    )
    first, mild = validate(frame, declared, refused=frame.head(1)).results
    assert (first.failed, mild.failed) == (1, 2)


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_polars_engine_says_what_the_pandas_engine_says(by_pandas, all_rules, rows):
    oracle = by_pandas(as_pandas(rows), RULES | NUMBERS)
    verdict = validate(frame_of(rows), all_rules, complete=True)
    assert [one.rule for one in verdict.results] == list(RULES | NUMBERS)
    documents = {one["expectation_config"]["meta"][RULE]: one for one in verdict.document["results"]}
    for result in verdict.results:
        assert_same(result, documents[result.rule], oracle[result.rule])


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_verdict_counts_by_environment_the_rows_that_the_rules_flag(rules_in_each_environment, rows):
    frame, failed = frame_of(rows), {}
    for rule in rules_in_each_environment.rules:
        if rule.level == "row":
            broken = frame.filter(~rule.valid()).select(rule.called()).collect().to_series()
            failed |= Counter(broken)
    results = validate(frame, rules_in_each_environment).results
    found = {one.rule: one.failed for one in results if one.level == "row" and one.failed}
    assert found == failed


@pytest.mark.slow
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_in_each_environment_the_pandas_engine_says_the_same_of_its_rows_alone(
    by_pandas, rules_in_each_environment, rows
):
    verdict = validate(frame_of(rows), rules_in_each_environment, complete=True)
    environments = {row[-1] for row in rows} - {None}
    oracle = {
        f"{rule} in {environment}": expected
        for environment in environments
        for rule, expected in by_pandas(as_pandas(rows, environment), RULES | NUMBERS).items()
    }
    assert {one.rule for one in verdict.results} == set(oracle)
    documents = {one["expectation_config"]["meta"][RULE]: one for one in verdict.document["results"]}
    for result in verdict.results:
        assert_same(result, documents[result.rule], oracle[result.rule])
