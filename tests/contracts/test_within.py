"""Rules within environments, as contracts state them."""

import polars as pl
import pytest

from irm_core.contracts.splits import ColumnSplit, CutsSplit
from irm_core.contracts.within import Within

SPLIT = "by_hospital: {kind: column, columns: [hospital]}"
TWO = (SPLIT, f"{SPLIT}\n          by_age: {{kind: cuts, column: age, cuts: [40, 65]}}")
QUANTILES = (SPLIT, "by_age: {kind: quantiles, column: age, quantiles: 4}")
CUSTOM = "type: custom\n    engine: greatExpectations\n    implementation: %s"


def within(rule: str, *properties: str) -> str:
    """A quality rule with these custom properties, each of the form `name, value: ...`."""
    listed = "\n".join(f"      - {{property: {one}}}" for one in properties)
    return f"quality:\n  - {rule}\n    customProperties:\n{listed}"


@pytest.mark.parametrize(
    ("value", "named"),
    [("each", ()), ("va", ("va",)), ("[va, 2013]", ("va", "2013")), ("[each]", ("each",))],
)
def test_environments_are_each_or_named(rules, declare, value, named):
    rule = rules(declare("age", within("metric: nullValues\n    mustBe: 0", f"environments, value: {value}")))
    assert rule["age.required"].within == Within("by_hospital", ColumnSplit(columns=("hospital",)), named)


@pytest.mark.parametrize(
    "stated",
    [
        "metric: nullValues\n    mustBeLessThan: 5\n    unit: percent",
        "metric: duplicateValues\n    mustBe: 0",
        CUSTOM % "{type: expect_column_mean_to_be_between, kwargs: {min_value: 3}}",
        CUSTOM % "{type: expect_column_values_to_be_in_set, kwargs: {value_set: [3], mostly: 0.9}}",
    ],
)
def test_every_kind_of_quality_rule_can_be_about_environments(rules, declare, stated):
    (rule,) = rules(declare("age", within(stated, "environments, value: each"))).values()
    assert rule.within.split_name == "by_hospital"


def test_rules_of_the_table_too(rules, table):
    stated = within("metric: rowCount\n    mustBeGreaterThan: 50", "environments, value: each")
    assert rules(table(stated))["table.rows"].within.named == ()


def test_of_several_splits_one_is_said(rules, declare):
    stated = within(
        "metric: nullValues\n    mustBe: 0", "environments, value: below 40", "split, value: by_age"
    )
    rule = rules(TWO, declare("note", stated))["note.required"]
    assert rule.within == Within("by_age", CutsSplit(column="age", cuts=(40, 65)), ("below 40",))


def test_the_same_rule_of_all_rows_and_of_some_is_two(rules, declare):
    stated = within("metric: nullValues\n    mustBe: 0", "environments, value: va")
    found = rules(declare("age", f"required: true\n{stated}"))
    assert {name: rule.within and rule.within.named for name, rule in found.items()} == {
        "age.required": None,
        "age.required 2": ("va",),
    }


def test_classes_that_are_listed_in_one_environment_only_make_no_classification(problems, declare):
    listed = "metric: invalidValues\n    arguments: {validValues: [0, 1]}\n    mustBe: 0"
    (told,) = problems(
        ("logicalType: boolean", "logicalType: integer"),
        declare("disease", within(listed, "environments, value: va")),
    )
    assert "declare the custom property `task" in told.sentence


@pytest.mark.parametrize(
    ("splits", "properties", "line", "told"),
    [
        (None, ["environments, value: true"], "environments, value: true", "use quotes"),
        (None, ["environments, value: []"], "environments, value: []", "or a list of names"),
        (None, ["environments, value: {va: 1}"], "environments, value: {va: 1}", "or a list of names"),
        (None, ["environments, value: [va, va]"], "environments, value: [va, va]", "named twice"),
        (None, ["split, value: by_hospital"], "split, value: by_hospital", "nothing without `environments`"),
        (None, ["environment, value: va"], "environment, value: va", "did you mean 'environments'?"),
        (
            None,
            ["environments, value: va", "split, value: by_hopsital"],
            "split, value: by_hopsital",
            "unknown split 'by_hopsital'; did you mean 'by_hospital'?",
        ),
        (TWO, ["environments, value: va"], "environments, value: va", "`split`: by_hospital, by_age."),
        (
            QUANTILES,
            ["environments, value: each"],
            "environments, value: each",
            "use a split of another kind",
        ),
    ],
)
def test_refuses_with_the_line(problems, declare, splits, properties, line, told):
    stated = within("metric: nullValues\n    mustBe: 0", *properties)
    (found,) = problems(*([splits] if splits else []), declare("note", stated))
    assert told in found.sentence
    assert found.line == f"- {{property: {line}}}"


FRAME = pl.DataFrame({"hospital": ["va", "va", "zh", "zh", None], "age": [7, 7, 7, None, 7]})
UNIQUE = pl.col("age").is_null() | pl.col("age").is_unique()


@pytest.mark.parametrize(
    ("named", "missing", "obeyed"),
    [
        ((), "error", [False, False, True, True, True]),
        (("zh",), "error", [True] * 5),
        (("va", "zh"), "error", [False, False, True, True, True]),
        (("missing",), "own", [True] * 5),
    ],
)
def test_what_needs_peers_is_judged_among_those_of_the_environment(named, missing, obeyed):
    some = Within("by_hospital", ColumnSplit(columns=("hospital",), missing=missing), named)
    assert FRAME.select(some.obeyed(UNIQUE, alone=False)).to_series().to_list() == obeyed


def test_rows_of_other_environments_and_of_none_obey():
    some = Within("by_hospital", ColumnSplit(columns=("hospital",)), ("va",))
    nothing = some.obeyed(pl.col("age") > 100, alone=True)
    assert FRAME.select(nothing).to_series().to_list() == [False, False, True, True, True]


def test_rows_without_environment_have_one_where_the_split_says_so():
    own = Within("by_hospital", ColumnSplit(columns=("hospital",), missing="own"))
    nothing = own.obeyed(pl.col("age") > 100, alone=True).fill_null(True)
    assert FRAME.select(nothing).to_series().to_list() == [False, False, False, True, False]
