"""Training: what is learnt, what is refused, what is said of a training that went wrong."""

from dataclasses import replace

import pytest
import torch

from irm_core.errors import DataError, UsageError
from irm_core.training.candidate import Candidate
from irm_core.training.examples import Examples
from irm_core.training.loop import Record, train
from irm_core.training.models import Model, build
from irm_core.training.plan import TrainingPlan

TRAINING = ("north", "south", "east")
PLAN = TrainingPlan(steps=60, warmup_steps=20, batch_size=32, learning_rate=1e-2, device="cpu")


def candidate(objective: str = "erm", penalty_weight: float = 0.0, left_out: str | None = None) -> Candidate:
    return Candidate(objective=objective, penalty_weight=penalty_weight, seed=0, left_out=left_out)


def trained(
    examples: Examples, one: Candidate, plan: TrainingPlan = PLAN, name: str = "linear"
) -> tuple[Model, list[Record]]:
    model = build(name, (2,), 1, (8,), seed=one.seed)
    return model, list(train(model, examples, one, plan, "squared_error", training=TRAINING))


def weights(model: Model) -> torch.Tensor:
    return torch.nn.utils.parameters_to_vector(model.parameters()).detach()


def test_irm_leans_less_on_the_shortcut_than_erm(shortcut: Examples) -> None:
    plan = PLAN.model_copy(update={"steps": 400, "batch_size": None})
    share = {}
    for one in (candidate(), candidate("irm", 100.0), candidate("vrex", 100.0)):
        cause, effect, _ = weights(trained(shortcut, one, plan)[0]).abs()
        share[one.objective] = float(effect / cause)
    assert share["irm"] < 0.5 * share["erm"]
    assert share["vrex"] < share["erm"]


@pytest.mark.parametrize("batch_size", [32, None])
def test_same_seed_gives_the_same_weights_to_the_bit(shortcut: Examples, batch_size: int | None) -> None:
    plan = PLAN.model_copy(update={"batch_size": batch_size})
    first, second = (weights(trained(shortcut, candidate("irm", 10.0), plan, "mlp")[0]) for _ in range(2))
    assert torch.equal(first, second)


@pytest.mark.parametrize("batch_size", [32, None])
def test_rows_left_out_held_out_or_for_validation_are_never_trained_on(
    shortcut: Examples, batch_size: int | None
) -> None:
    plan = PLAN.model_copy(update={"batch_size": batch_size})
    unseen = shortcut.validation | (shortcut.membership == 1) | (shortcut.membership == 3)
    poisoned = replace(shortcut, inputs=torch.where(unseen.unsqueeze(1), torch.nan, shortcut.inputs))
    one = candidate("irm", 10.0, left_out="south")
    model, records = trained(poisoned, one, plan)
    assert torch.equal(weights(model), weights(trained(shortcut, one, plan)[0]))
    assert set(records[-1].risk) == set(records[-1].penalty) == {"north", "east"}


@pytest.mark.parametrize("estimator", ["square", "unbiased", "halves"])
def test_rows_in_pieces_give_the_same_weights(
    shortcut: Examples, monkeypatch: pytest.MonkeyPatch, estimator: str
) -> None:
    plan = PLAN.model_copy(update={"batch_size": None, "irm_estimator": estimator})
    whole, _ = trained(shortcut, candidate("irmx", 10.0), plan, "mlp")
    monkeypatch.setattr("irm_core.training.activations.MOST_ROWS", 50)
    pieces, _ = trained(shortcut, candidate("irmx", 10.0), plan, "mlp")
    torch.testing.assert_close(weights(pieces), weights(whole), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("batch_size", [32, None])
@pytest.mark.parametrize("name", ["irm", "irmx", "ib_irm"])
def test_the_plan_says_how_the_slope_is_taken(shortcut: Examples, name: str, batch_size: int | None) -> None:
    """With few rows, each way gives weights of its own."""
    ways = [{}, {"irm_dummies": "scale and bias"}, {"irm_estimator": "unbiased"}, {"irm_estimator": "halves"}]
    found = []
    for way in ways:
        plan = PLAN.model_copy(update={"batch_size": batch_size, **way})
        found.append(weights(trained(shortcut, candidate(name, 100.0), plan)[0]))
    assert all(first.allclose(second) == (first is second) for first in found for second in found)


def test_records_come_every_so_many_steps_and_at_the_last(shortcut: Examples) -> None:
    plan = PLAN.model_copy(update={"record_every": 25})
    _, records = trained(shortcut, candidate("irm", 100.0), plan)
    assert [one.step for one in records] == [25, 50, 60]
    assert [one.status for one in records] == ["running", "running", "finished"]
    assert [one.penalty_weight for one in records] == [100.0] * 3
    assert trained(shortcut, candidate("irm", 100.0), PLAN)[1][0].penalty_weight == 1.0


def test_balance_by_rows_or_by_environments() -> None:
    """A constant model's optimum is the mean of the label under the balance that was asked for."""
    rows = 400
    membership = (
        torch.arange(rows) < 300
    ).long()  # 100 rows of environment 0 with label 0, 300 of 1 with label 1
    nothing = torch.zeros(rows, 2)
    examples = Examples(
        nothing, membership.float(), membership, torch.zeros(rows, dtype=torch.bool), ("a", "b")
    )
    learnt = {}
    for balance in ("rows", "environments"):
        plan = PLAN.model_copy(update={"balance": balance, "steps": 400, "batch_size": 16})
        model = build("linear", (2,), 1, (), seed=0)
        records = list(train(model, examples, candidate(), plan, "squared_error", training=("a", "b")))
        learnt[balance] = weights(model)[-1].item()
    assert learnt == pytest.approx({"rows": 0.75, "environments": 0.5}, abs=0.02)
    assert records[-1].status == "collapsed"


def test_divergence_is_said_and_ends_the_training(shortcut: Examples) -> None:
    _, records = trained(replace(shortcut, inputs=shortcut.inputs * 1e30), candidate("irm", 10.0))
    assert records[-1].status == "diverged"
    assert records[-1].step == PLAN.record_every


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (candidate("irn"), r"no objective 'irn'.*irm"),
        (candidate(left_out="west"), r"no environment 'west'.*north"),
    ],
)
def test_what_cannot_be_trained_is_refused(shortcut: Examples, one: Candidate, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        trained(shortcut, one)


def test_an_unknown_loss_is_refused(shortcut: Examples) -> None:
    with pytest.raises(UsageError, match="no loss 'hinge'"):
        next(train(build("linear", (2,), 1, (), 0), shortcut, candidate(), PLAN, "hinge", training=TRAINING))


def test_an_environment_without_rows_to_train_on_is_named(shortcut: Examples) -> None:
    with pytest.raises(DataError, match="'south' has no rows to train on"):
        trained(replace(shortcut, validation=shortcut.membership == 1), candidate())


@pytest.mark.parametrize("balance", ["rows", "environments"])
def test_a_row_of_weight_three_is_three_rows(shortcut: Examples, balance: str) -> None:
    plan = PLAN.model_copy(update={"batch_size": None, "balance": balance})
    times = torch.randint(1, 4, (len(shortcut.targets),), generator=torch.Generator().manual_seed(0))
    weighted = replace(shortcut, weights=times.float())
    index = torch.arange(len(times)).repeat_interleave(times)
    repeated = Examples(
        shortcut.inputs[index],
        shortcut.targets[index],
        shortcut.membership[index],
        shortcut.validation[index],
        shortcut.environments,
    )
    one = candidate("irm", 10.0)
    torch.testing.assert_close(
        weights(trained(weighted, one, plan)[0]), weights(trained(repeated, one, plan)[0])
    )


def test_drawn_rows_keep_their_weights(shortcut: Examples) -> None:
    """Rows without weight may be drawn, and do not matter."""
    nothing = shortcut.inputs[:, 0] > 0.5
    weighted = replace(shortcut, weights=(~nothing).float())
    spoiled = replace(weighted, targets=torch.where(nothing, 1e3, shortcut.targets))
    first, second = (weights(trained(one, candidate("irm", 10.0))[0]) for one in (weighted, spoiled))
    assert torch.equal(first, second)
