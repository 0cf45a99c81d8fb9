"""When moments are taken for rows: where they tell the same, at less cost."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from irm_core.objectives import OBJECTIVES, objectives
from irm_core.objectives.erm import no_statistics
from irm_core.objectives.law import Environments, Objective, Rows, Sums, Terms
from irm_core.objectives.losses import Loss
from irm_core.objectives.pullback import SLOPE
from irm_core.training.examples import Examples
from irm_core.training.linear.sufficient import is_linear, moments_suffice, needs_moments_only
from irm_core.training.models import Model, build
from irm_core.training.plan import TrainingPlan

PLAN = TrainingPlan(batch_size=None)
ERM = [OBJECTIVES["erm"]]


def test_objectives_of_losses_and_slopes_need_no_more() -> None:
    able = {name for name, one in OBJECTIVES.items() if needs_moments_only(one)}
    assert able == {"erm", "irm", "vrex", "irmx", "group_dro", "eqrm"}


@pytest.mark.parametrize("name", ["irm", "irmx"])
@pytest.mark.parametrize(
    ("dummies", "estimator"),
    [("scale", "unbiased"), ("scale", "halves"), ("scale and bias", "square")],
)
def test_other_estimates_of_the_slope_need_rows(name: str, dummies: str, estimator: str) -> None:
    assert not needs_moments_only(objectives(dummies, estimator)[name])  # type: ignore[arg-type]


def _penalise(environments: Environments) -> Terms:
    return environments.penalised(environments.risks.square())


def _other_slope(rows: Rows, loss: Loss) -> Sums:
    slope: Tensor = loss.slope(rows.outputs, rows.targets).square()
    return {SLOPE: rows.total(slope).unsqueeze(-1)}


def test_an_objective_of_the_user_is_asked_what_it_needs_whatever_it_calls_it() -> None:
    assert needs_moments_only(Objective("own", "", no_statistics, _penalise))
    assert not needs_moments_only(Objective("own", "", _other_slope, _penalise))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"batch_size": 100}, False),
        ({"precision": "bfloat16"}, False),
        ({"early_stopping": 3}, True),
    ],
    ids=str,
)
def test_all_rows_in_full_precision(ragged: Examples, change: dict[str, object], expected: bool) -> None:
    plan = PLAN.model_copy(update=change)
    assert moments_suffice(ERM, ragged, plan, "squared_error") is expected


def test_squared_loss_only(ragged: Examples) -> None:
    assert not moments_suffice(ERM, ragged, PLAN, "poisson")


def test_tables_only(ragged: Examples) -> None:
    images = replace(ragged, inputs=ragged.inputs.view(-1, 3, 1, 1))
    assert not moments_suffice(ERM, images, PLAN, "squared_error")


@pytest.mark.parametrize(("rows", "expected"), [(20, True), (19, False)])
def test_no_more_products_than_rows(ragged: Examples, rows: int, expected: bool) -> None:
    """Four environments, three features, the constant and the target."""
    few = replace(ragged, targets=ragged.targets.new_zeros(rows))
    assert moments_suffice(ERM, few, PLAN, "squared_error") is expected


def test_models_that_are_linear_and_say_so() -> None:
    assert is_linear(build("linear", (3,), 1, (), 0))
    assert not is_linear(build("linear", (3,), 2, (), 0))
    assert not is_linear(build("mlp", (3,), 1, (), 0))
    assert not is_linear(Model(nn.Flatten(), nn.Linear(3, 1, bias=False)))
    assert not is_linear(Model(nn.Flatten(), nn.Linear(3, 1), backbone=nn.Tanh()))
    frozen = build("linear", (3,), 1, (), 0)
    frozen.head.get_parameter("bias").requires_grad_(False)
    assert not is_linear(frozen)


def test_pixels_are_no_table(ragged: Examples) -> None:
    pixels = replace(ragged, inputs=torch.zeros(len(ragged.targets), 3, dtype=torch.uint8))
    assert not moments_suffice(ERM, pixels, PLAN, "squared_error")
