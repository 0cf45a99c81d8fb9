"""The closed form of EIIL."""

from itertools import product

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from irm_core.errors import DataError
from irm_core.objectives.losses import LOSSES
from irm_core.training.examples import Examples
from irm_core.training.inferred import INFERRED, inferred_environments, with_inferred


def eiil(slopes: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """What EIIL maximises over the weights of the rows."""
    return (slopes * weights).mean().square() + (slopes * (1 - weights)).mean().square()


@given(st.integers(0, 1000), st.sampled_from(["binary_cross_entropy", "squared_error", "cross_entropy"]))
def test_no_other_two_environments_break_invariance_more(seed: int, name: str) -> None:
    random = torch.Generator().manual_seed(seed)
    outputs = torch.randn(9, 3 if name == "cross_entropy" else 1, generator=random, dtype=torch.float64)
    targets = torch.arange(9) % 2 if name == "cross_entropy" else (torch.arange(9) % 2).double()
    slopes = LOSSES[name].slope(outputs, targets)
    if len({*(slopes > 0).tolist()}) == 1:
        return
    found = inferred_environments(outputs, targets, LOSSES[name]).double()
    most = max(eiil(slopes, torch.tensor(one)) for one in product((0.0, 1.0), repeat=9))
    assert eiil(slopes, found) == pytest.approx(float(most), abs=1e-12)


def test_of_two_classes_one_environment_is_what_the_reference_has_wrong() -> None:
    outputs, targets = torch.tensor([[2.0], [-2.0], [1.0], [-1.0]]), torch.tensor([1.0, 1.0, 0.0, 0.0])
    found = inferred_environments(outputs, targets, LOSSES["binary_cross_entropy"])
    assert [INFERRED[one] for one in found] == [
        "outputs too small",
        "outputs too large",
        "outputs too large",
        "outputs too small",
    ]


def test_a_reference_without_errors_infers_nothing_and_says_so() -> None:
    with pytest.raises(DataError, match="No environments can be inferred"):
        inferred_environments(torch.tensor([[1.0], [2.0]]), torch.ones(2), LOSSES["binary_cross_entropy"])


def test_only_the_rows_named_change_their_environment() -> None:
    examples = Examples(
        inputs=torch.zeros(4, 1),
        targets=torch.tensor([1.0, 0.0, 1.0, 0.0]),
        membership=torch.tensor([0, 0, 1, 2]),
        validation=torch.zeros(4, dtype=torch.bool),
        environments=("a", "b", "c"),
    )
    rows = examples.within(("a", "b"))
    found = with_inferred(examples, rows, torch.ones(4, 1), LOSSES["binary_cross_entropy"])
    names = [found.environments[one] for one in found.membership]
    assert names == ["outputs too small", "outputs too large", "outputs too small", "c"]
