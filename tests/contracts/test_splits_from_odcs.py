"""Declared splits."""

import pytest

from irm_core.contracts.splits import KINDS

SPLIT = "by_hospital: {kind: column, columns: [hospital]}"


def test_reads_splits_in_order(edited):
    more = f"{SPLIT}\n          both: {{columns: [hospital, note], minRows: 50, holdOut: [va / x, 2013]}}"
    splits = edited((SPLIT, more)).splits
    assert list(splits) == ["by_hospital", "both"]
    assert splits["both"].columns == ("hospital", "note")
    assert splits["both"].min_rows == 50
    assert splits["both"].hold_out == ("va / x", "2013")


def test_reads_every_kind_with_its_policies(edited):
    more = """by_hospital:
            {kind: column, columns: [hospital], minRows: 5, small: pool, missing: own, holdOut: [pooled]}
          by_age: {kind: cuts, column: age, cuts: [40, 65.5], missing: quarantine}
          by_cholesterol: {kind: quantiles, column: cholesterol, quantiles: 4, minRows: 5, small: drop}
          by_year: {kind: window, column: admitted, every: 1y}
          by_rule: {kind: rules, rules: {old: age > 65, young: "age <= 65 AND note = 'x'"}}
          by_error: {kind: inferred, columns: [hospital]}"""
    splits = edited((SPLIT, more)).splits
    assert [type(split) for split in splits.values()] == list(KINDS.values())
    assert (splits["by_hospital"].small, splits["by_hospital"].missing) == ("pool", "own")
    assert splits["by_age"].cuts == (40, 65.5)


def test_a_column_that_only_a_condition_names_has_the_role_environment(edited):
    rule = "by_rule: {kind: rules, rules: {a: \"hospital = 'va'\", b: \"hospital <> 'va'\"}}"
    contract = edited(
        (SPLIT, rule), ("        customProperties: [{property: role, value: environment}]\n", "")
    )
    assert contract.with_role("environment")[0].name == "hospital"


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ("by_hospital: {kind: cloumn, columns: [hospital]}", "unknown kind of split 'cloumn'"),
        ("by_hospital: {columns: [hopsital]}", "unknown column 'hopsital'; did you mean 'hospital'?"),
        ("by_hospital: {columns: []}", "at least 1 item"),
        ("by_hospital: {columns: hospital}", "valid tuple"),
        ("by_hospital: {columns: [hospital, hospital]}", "named twice"),
        ("by_hospital: {columns: [hospital], minRows: 3, small: merge}", "'error', 'drop' or 'pool'"),
        ("by_hospital: {columns: [hospital], missing: ignore}", "'error', 'quarantine' or 'own'"),
        ("by_age: {kind: cuts, column: hospital, cuts: [3]}", "only numbers can be cut"),
        ("by_age: {kind: cuts, column: age, cuts: [yes]}", "valid number"),
        ("by_age: {kind: cuts, column: age, cuts: ['40']}", "valid number"),
        ("by_age: {kind: cuts, column: age, cuts: [.nan]}", "finite number"),
        ("by_age: {kind: cuts, column: age, cuts: []}", "at least 1 item"),
        ("by_age: {kind: cuts, column: aeg, cuts: [40]}", "unknown column 'aeg'; did you mean 'age'?"),
        ("by_age: {kind: cuts, column: age, cuts: [40], columns: [age]}", "unknown key 'columns'"),
        ("by_age: {kind: cuts, column: age, cuts: [40], holdOut: [elders]}", "unknown environment 'elders'"),
        ("by_age: {kind: quantiles, column: note, quantiles: 4}", "only numbers have quantiles"),
        ("by_age: {kind: quantiles, column: age, quantiles: 1}", "greater than or equal to 2"),
        ("by_age: {kind: quantiles, column: age, quantiles: 2.5}", "valid integer"),
        ("by_year: {kind: window, column: age, every: 1y}", "only dates have windows"),
        ("by_year: {kind: window, column: admitted, every: 1d}", "'1y', '1q', '1mo' or '1w'"),
        ("by_rule: {kind: rules, rules: {old: aeg > 3}}", "unknown column 'aeg'; did you mean 'age'?"),
        ("by_rule: {kind: rules, rules: {old: note > 3}}", "cannot be evaluated: cannot compare"),
        ("by_rule: {kind: rules, rules: {old: age + 3}}", "must be a condition"),
        ("by_rule: {kind: rules, rules: {old: COUNT(age) > 3}}", "unknown function 'COUNT'"),
        ("by_rule: {kind: rules, rules: {old: true}}", "use quotes"),
        ("by_rule: {kind: rules, rules: {}}", "at least 1 item"),
        ("by_rule: {kind: rules, rules: {old: disease}}", "is the label"),
        ("by_hospital: {columns: [hospital], holdOut: [va, va]}", "held out twice"),
        ("by_hospital: {columns: [hospital], holdOut: [no]}", "use quotes"),
        ("by_hospital: {columns: [hospital], minRows: 0}", "greater than 0"),
        ("by_hospital: {columns: [hospital], minrows: 3}", "did you mean 'minRows'?"),
        ("by_hospital: {columns: [hospital], min_rows: 3}", "did you mean 'minRows'?"),
        ("by_hospital: {kind: column}", "lacks the key 'columns'"),
        ("by_hospital: [hospital]", "is a mapping"),
        ("../escape: {columns: [hospital]}", "letters, digits"),
    ],
)
def test_refuses(problems, new, told):
    (found,) = problems((SPLIT, new))
    assert told in found.sentence
    assert found.line == new or told == "is the label"


def test_environments_of_one_class_are_small_without_minrows_and_of_numbers_none_is(edited, problems):
    drop = (SPLIT, "by_hospital: {columns: [hospital], small: drop}")
    assert edited(drop).splits["by_hospital"].small == "drop"
    (found,) = problems(drop, ("logicalType: boolean", "logicalType: number"))
    assert "`small: drop` needs `minRows`" in found.sentence
    assert found.line == drop[1]


def test_refuses_no_splits(problems):
    (found,) = problems((f"value:\n          {SPLIT}", "value: {}"))
    assert "mapping from the name of a split" in found.sentence


def test_points_into_a_split_of_several_lines(problems):
    indent = "\n            "
    spread = f"by_hospital:{indent}columns:{indent}  - hospital{indent}  - agee"
    (found,) = problems((SPLIT, spread))
    assert found.line == "- agee"


def test_points_to_the_condition_that_is_wrong(problems):
    indent = "\n            "
    spread = f"by_rule:{indent}kind: rules{indent}rules:{indent}  old: age > 65{indent}  young: note < 3"
    (found,) = problems((SPLIT, spread))
    assert found.line == "young: note < 3"
