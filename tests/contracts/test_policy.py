"""What a contract says about bad data."""

import pytest

from irm_core.contracts.policy import max_quarantined, missing_values
from irm_core.contracts.problems import Problem


@pytest.mark.parametrize(
    ("stated", "share"), [("20 %", 0.2), ("20%", 0.2), ("0.5 %", 0.005), (0.2, 0.2), (0, 0.0), (1, 1.0)]
)
def test_share(stated, share):
    assert max_quarantined(stated, ()) == pytest.approx(share)


@pytest.mark.parametrize("stated", [20, -0.1, "20", "200 %", "many", True, None, [0.1], "-1 %", float("nan")])
def test_refuses_what_is_no_share(stated):
    with pytest.raises(Problem, match="such as 20 %"):
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
