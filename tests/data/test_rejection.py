"""Why rows are quarantined, in words."""

from irm_core.contracts.rules import Rule
from irm_core.contracts.splits import ColumnSplit
from irm_core.contracts.within import Within
from irm_core.data.preparation import prepare
from irm_core.data.quarantine import flag, quarantined
from irm_core.data.rejection import reasons
from irm_core.data.sources import scan


def test_rules_within_environments_are_told_by_environment_with_the_values_of_their_columns(
    contract, tmp_path
):
    file = tmp_path / "patients.csv"
    file.write_text("hospital,age,sick\nSt. Mary,70,1\nSt. Mary,71,1\nzh,72,0\nzh,72,0\n")
    each = Within("by_hospital", ColumnSplit(columns=("hospital",)))
    one = Within("by_hospital", each.split, ("St. Mary",))
    young, pair = {"column": "age", "max_value": 69.0}, {"column_list": ["age", "sick"]}
    rules = (
        Rule("age.range", "row", "expect_column_values_to_be_between", young, "error", 9, one),
        Rule("pair.unique", "row", "expect_compound_columns_to_be_unique", pair, "error", 9, each),
    )
    declared = contract(rules=rules)
    flagged = flag(prepare(scan(declared, [file]), declared), declared)
    found = reasons(quarantined(flagged, declared), declared, "by_hospital")
    assert [(one.rule, one.rows, one.value) for one in found] == [
        ("age.range in St. Mary", 2, "age = '70'"),
        ("pair.unique in zh", 2, "age = '72', sick = '0'"),
    ]


def test_the_ten_rules_that_most_rows_break_are_told_with_an_example_of_each(contract, tmp_path):
    file = tmp_path / "patients.csv"
    file.write_text("\n".join(["hospital,age,sick", *(f"va,{age},1" for age in range(12, 0, -1))]))
    rules = tuple(
        Rule(
            f"age.above_{low}",
            "row",
            "expect_column_values_to_be_between",
            {"column": "age", "min_value": float(low)},
            "error",
            9,
        )
        for low in range(2, 14)
    )
    declared = contract(rules=rules)
    flagged = flag(prepare(scan(declared, [file]), declared), declared)
    found = list(reasons(quarantined(flagged, declared), declared, "by_hospital"))
    assert [(one.rule, one.rows) for one in found] == [
        (f"age.above_{low}", low - 1) for low in range(13, 3, -1)
    ]
    assert [(one.place, one.value) for one in found[:2]] == [
        (f"{file}:2", "age = '12'"),
        (f"{file}:3", "age = '11'"),
    ]
