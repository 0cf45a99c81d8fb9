"""Standard units: of the training environments, and back."""

import polars as pl
import pytest
import torch

from irm_core.objectives.membership import Membership
from irm_core.training.batches import Batch
from irm_core.training.examples import Examples
from irm_core.training.linear.moments import Moments, moments_of
from irm_core.training.linear.scan import scan
from irm_core.training.linear.standard import standard
from irm_core.training.models import build

TRAINING = ("north", "east")


def moments(examples: Examples, inputs: torch.Tensor, targets: torch.Tensor) -> Moments:
    membership = Membership(examples.membership, len(examples.environments))
    return moments_of(Batch(inputs, targets, membership, shared=True), examples.environments)


def test_mean_zero_and_variance_one_over_the_training_environments(ragged: Examples) -> None:
    raw = moments(ragged, 5 + 2 * ragged.inputs, ragged.targets - 100)
    own = standard(raw, TRAINING).applied(raw).products[[0, 2]].sum(0) / raw.counts[[0, 2]].sum()
    torch.testing.assert_close(own.diagonal(), torch.ones(5, dtype=torch.float64))
    torch.testing.assert_close(own[3, [0, 1, 2, 4]], torch.zeros(4, dtype=torch.float64), rtol=0, atol=1e-9)


def test_as_moments_of_standardised_rows(ragged: Examples) -> None:
    inputs, targets = 5 + 2 * ragged.inputs, ragged.targets - 100
    raw = moments(ragged, inputs, targets)
    units = standard(raw, TRAINING)
    x = (inputs - units.mean[:-1]) / units.deviation[:-1]
    y = (targets - units.mean[-1]) / units.deviation[-1]
    torch.testing.assert_close(
        units.applied(raw).products, moments(ragged, x, y).products, rtol=1e-7, atol=1e-7
    )


@pytest.mark.parametrize("constant", [0.0, 0.1, 1e9 + 0.1])
def test_a_scanned_column_that_does_not_vary_is_only_centred(constant: float) -> None:
    frame = pl.LazyFrame({"x": [constant] * 99, "y": range(99), "site": ["north"] * 99})
    units = standard(scan(frame, ["x"], "y", "site", ["north"]), ["north"])
    assert units.deviation[0] == 1
    assert units.mean.tolist() == pytest.approx([constant, 49])


def test_a_scanned_column_far_from_zero_keeps_its_digits() -> None:
    """Seconds since 1970, over a minute."""
    seconds = pl.Series(range(60)) + 1_700_000_000
    frame = pl.LazyFrame({"x": seconds, "y": range(60), "site": ["north"] * 60})
    raw = scan(frame, ["x"], "y", "site", ["north"])
    units = standard(raw, ["north"])
    assert units.deviation.tolist() == pytest.approx([(3599 / 12) ** 0.5] * 2, rel=1e-12)
    torch.testing.assert_close(units.applied(raw).products[0, 0, 2].item(), 60.0, rtol=1e-9, atol=0)


def test_coefficients_predict_the_same_in_the_columns_own_units(ragged: Examples) -> None:
    inputs, targets = 5 + 2 * ragged.inputs, 3 * ragged.targets - 100
    units, model = (
        standard(moments(ragged, inputs, targets), TRAINING),
        build("linear", (3,), 1, (), 0).double(),
    )
    weights, intercept = units.coefficients(model)
    outputs = model((inputs - units.mean[:-1]) / units.deviation[:-1])[:, 0]
    torch.testing.assert_close(inputs @ weights + intercept, outputs * units.deviation[-1] + units.mean[-1])
