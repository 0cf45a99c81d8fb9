"""What validation says."""

import json
import logging
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime

import polars as pl
import pytest

from irm_core.contracts.aggregates import BROKEN_ROWS
from irm_core.contracts.names import FILE, LINE
from irm_core.errors import DataError
from irm_core.validation.validate import validate

NOT_NULL = "expect_column_values_to_not_be_null"
UNIQUE = "expect_column_values_to_be_unique"
BETWEEN = "expect_column_values_to_be_between"

FRAME = pl.LazyFrame(
    {
        "x": [1.0, 200.0, None, 3.0],
        "s": ["a", "b", "b", None],
        "day": [date(2024, 1, day) for day in (1, 2, 3, 4)],
        "at": [datetime(2024, 1, 1, hour) for hour in (1, 2, 3, 4)],
        FILE: ["hearts.csv"] * 4,
        LINE: [2, 3, 4, 5],
    }
)


def test_counts_rows_and_shows_examples_with_file_and_line(contract, rule):
    verdict = validate(FRAME, contract(rule(BETWEEN, column="x", max_value=100.0)))
    (found,) = verdict.results
    assert (found.success, found.checked, found.failed) == (False, 3, 1)
    assert found.examples == ("hearts.csv:3: 200.0",)
    assert not verdict.success
    assert verdict.stopping == ()


def test_missing_values_are_checked_by_required_only(contract, rule):
    verdict = validate(
        FRAME, contract(rule(NOT_NULL, "a", column="x"), rule(BETWEEN, "b", column="x", min_value=0.0))
    )
    required, between = verdict.results
    assert (required.checked, required.failed, required.examples) == (4, 1, ("hearts.csv:4: missing",))
    assert (between.checked, between.failed, between.success) == (3, 0, True)


@pytest.mark.parametrize(
    ("expectation", "arguments", "asked"),
    [
        ("expect_table_row_count_to_be_between", {"min_value": 3}, "≥ 3"),
        ("expect_table_row_count_to_equal", {"value": 4}, "= 4"),
        (BETWEEN, {"column": "x", "min_value": 1.0, "strict_min": True, "max_value": 9.0}, "> 1, ≤ 9"),
        (NOT_NULL, {"column": "x", "mostly": 0.9}, "≥ 90 % of rows"),
        (
            BROKEN_ROWS,
            {"expectation": NOT_NULL, "arguments": {"column": "x"}, "unit": "percent", "max_value": 30.0,
             "strict_max": True},
            "< 30 %",
        ),
        (UNIQUE, {"column": "x"}, ""),
    ],
)  # fmt: skip
def test_says_what_was_asked(expectation, arguments, asked, contract, rule):
    (found,) = validate(FRAME, contract(replace(rule(expectation), arguments=arguments))).results
    assert found.asked == asked


def test_results_are_in_the_order_of_the_rules(contract, rule):
    rules = [rule(NOT_NULL, name, column=name) for name in ("s", "x", "day", "at")]
    assert [one.rule for one in validate(FRAME, contract(*rules)).results] == ["s", "x", "day", "at"]


def test_a_number_is_observed(contract, rule):
    few = rule("expect_table_row_count_to_be_between", level="table", min_value=10)
    verdict = validate(FRAME, contract(few))
    (found,) = verdict.results
    assert (found.success, found.observed, found.checked, found.failed) == (False, 4, None, None)
    assert verdict.stopping == (found,)


def test_warnings_do_not_break_a_verdict(contract, rule):
    warned = rule(NOT_NULL, severity="warning", column="x")
    verdict = validate(FRAME, contract(warned))
    assert verdict.success
    assert not verdict.results[0].success


def test_mostly_tolerates_a_share(contract, rule):
    some, most = (rule(NOT_NULL, str(share), "table", column="x", mostly=share) for share in (0.75, 0.76))
    assert [one.success for one in validate(FRAME, contract(some, most)).results] == [True, False]


@pytest.mark.parametrize(
    ("unit", "limits", "success"),
    [
        ("rows", {"max_value": 1}, True),
        ("rows", {"max_value": 1, "strict_max": True}, False),
        ("percent", {"max_value": 25}, True),
        ("percent", {"max_value": 25, "strict_max": True}, False),
        ("percent", {"min_value": 25, "strict_min": True}, False),
    ],
)
def test_broken_rows_are_compared_as_the_standard_says(contract, rule, unit, limits, success):
    broken = {"expectation": NOT_NULL, "arguments": {"column": "x"}, "unit": unit}
    some = replace(rule(BROKEN_ROWS, level="table"), arguments=broken | limits)
    (found,) = validate(FRAME, contract(some)).results
    assert found.success == success
    assert found.observed == (1 if unit == "rows" else 25.0)


@pytest.mark.parametrize(("unit", "found"), [("rows", 3), ("percent", 60.0)])
def test_rows_that_repeat_others_are_counted_and_are_a_share_of_all(contract, rule, unit, found):
    repeated = {"expectation": UNIQUE, "arguments": {"column": "x"}, "unit": unit}
    some = replace(rule(BROKEN_ROWS, level="table"), arguments=repeated | {"max_value": 5})
    frame = pl.LazyFrame({"x": [1, 1, 2, None, 1]})
    assert validate(frame, contract(some)).results[0].observed == found


@pytest.mark.parametrize(
    ("column", "bound", "failed"), [("day", date(2024, 1, 3), 2), ("at", datetime(2024, 1, 1, 2, 30), 2)]
)
def test_dates_and_times_keep_their_precision(contract, rule, column, bound, failed):
    (found,) = validate(FRAME, contract(rule(BETWEEN, column=column, min_value=bound))).results
    assert found.failed == failed


def test_examples_are_few_and_the_complete_document_lists_all(contract, rule):
    frame = pl.LazyFrame({"x": range(1000), LINE: range(1000)})
    low = contract(rule(BETWEEN, column="x", max_value=-1))
    few = validate(frame, low)
    assert few.results[0].examples == ("0: 0", "1: 1", "2: 2", "3: 3", "4: 4")
    assert len(json.dumps(few.document)) < 5000
    (result,) = validate(frame, low, complete=True).document["results"]
    assert [row["x"] for row in result["result"]["unexpected_index_list"]] == list(range(1000))


def test_no_rows_obey_every_rule_of_rows(contract, rule):
    rules = [rule(NOT_NULL, "a", column="x"), rule("expect_column_values_to_be_unique", "b", column="x")]
    verdict = validate(FRAME.clear(), contract(*rules))
    assert verdict.success
    assert [one.checked for one in verdict.results] == [0, 0]


@pytest.mark.parametrize(
    ("expectation", "arguments", "told"),
    [
        (NOT_NULL, {"column": "absent"}, 'unable to find column "absent"'),
        ("expect_column_values_to_match_regex", {"column": "s", "regex": "(?=a)"}, "look-around"),
        ("expect_column_values_to_be_in_set", {"column": "x", "value_set": ["a"]}, "is_in"),
    ],
)
def test_a_rule_that_cannot_be_evaluated_is_an_error_with_its_name_and_line(
    contract, rule, expectation, arguments, told
):
    fine = rule(NOT_NULL, "fine", column="x")
    with pytest.raises(DataError, match=told) as caught:
        validate(FRAME, contract(fine, rule(expectation, **arguments)))
    assert str(caught.value).startswith("hearts.odcs.yaml:7: the rule 'the rule' cannot be evaluated: ")


def test_says_nothing_and_leaves_no_trace(contract, rule, capfd, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    logger = logging.getLogger("great_expectations")
    level = logger.level
    validate(FRAME, contract(rule(NOT_NULL, column="x")))
    assert capfd.readouterr() == ("", "")
    assert list(tmp_path.iterdir()) == []
    assert logger.level == level


def test_great_expectations_is_imported_only_to_validate():
    code = "import sys, irm_core.validation.validate; sys.exit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_verdict_is_json(contract, rule):
    day = contract(rule(BETWEEN, column="day", min_value=date(2024, 1, 3)))
    text = validate(FRAME, day).model_dump_json()
    assert (
        json.loads(text)["document"]["results"][0]["expectation_config"]["kwargs"]["min_value"]
        == "2024-01-03"
    )
