"""Environments by value."""

from irm_core.contracts.splits import ColumnSplit


def test_rows_that_share_all_values_share_an_environment(environments):
    split = ColumnSplit(columns=("hospital", "age"))
    found = environments(split, hospital=["va", None, "bonn", "va"], age=[1, 2, None, 1])
    assert found == ["va / 1", None, None, "va / 1"]


def test_a_column_twice_is_a_fault(faults):
    assert faults(ColumnSplit(columns=("a", "a"))) == [(("columns",), "a column is named twice.")]
