"""What a contract says about bad data."""

import pytest

from irm_core.contracts.policy import max_quarantined, means_missing, missing_values
from irm_core.contracts.problems import Problem


@pytest.mark.parametrize(
    ("stated", "share"), [("20 %", 0.2), ("20%", 0.2), ("0.5 %", 0.005), (0.2, 0.2), (0, 0.0), ("100 %", 1.0)]
)
def test_share(stated, share):
    assert max_quarantined(stated, ()) == pytest.approx(share)


@pytest.mark.parametrize("stated", [20, -0.1, "20", "200 %", "many", True, None, [0.1], "-1 %", float("nan")])
def test_refuses_what_is_no_share(stated):
    with pytest.raises(Problem, match="such as 20 %"):
        max_quarantined(stated, ())


@pytest.mark.parametrize("stated", [1, 1.0])
def test_a_bare_one_is_not_guessed_at(stated):
    with pytest.raises(Problem, match=r"1 % or 100 %\? Write it so"):
        max_quarantined(stated, ())


def test_texts_that_mean_missing():
    assert missing_values(["?", -9, 1.5], ()) == ("?", "-9", "1.5")


@pytest.mark.parametrize("stated", ["?", [True], [None], {"a": 1}])
def test_refuses_what_is_no_list_of_texts(stated):
    with pytest.raises(Problem):
        missing_values(stated, ())


def test_are_read_from_the_contract(edited):
    share, missing = "{property: maxQuarantined, value: 5 %}", "{property: missingValues, value: [NA]}"
    contract = edited(("status: active", f"customProperties: [{share}, {missing}]"))
    assert (contract.max_quarantined, contract.missing_values) == (0.05, ("NA",))


@pytest.mark.parametrize(
    ("value", "listed"),
    [
        ("?", True),
        (-9, True),
        (-9.0, True),
        ("-9.0", True),
        (None, True),
        ("", True),
        (9, False),
        (True, False),
    ],
)
def test_a_value_is_listed_as_missing_as_a_text_or_as_a_number(value, listed):
    assert means_missing(value, ("?", "-9", "1")) == listed


def test_a_column_has_missing_values_of_its_own(edited, declare):
    line = (
        "        logicalType: integer\n        customProperties: [",
        "        logicalType: integer\n        customProperties: [{property: missingValues, value: [999]}, ",
    )
    everywhere = ("status: active", "customProperties: [{property: missingValues, value: ['?']}]")
    contract = edited(line, everywhere)
    missing = {one.name: contract.missing_in(one) for one in contract.columns}
    assert (missing["age"], missing["cholesterol"]) == (("999",), ("?",))


def test_a_metric_of_missing_values_may_list_what_its_column_reads_as_missing(problems, edited, declare):
    contracts = ("status: active", "customProperties: [{property: missingValues, value: ['?', -9]}]")
    entry = "quality:\n  - {metric: missingValues, mustBe: 0, arguments: {missingValues: %s}}"
    assert edited(contracts, declare("age", entry % "[-9, '?', -9.0]"))
    for listed, told in (("[-8]", "-8 is not read as missing"), ("5", "is a list of values")):
        (found,) = problems(contracts, declare("age", entry % listed))
        assert told in found.sentence
