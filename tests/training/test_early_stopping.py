"""Early stopping: when, on which rows, and with which weights."""

from copy import deepcopy
from dataclasses import replace

import pytest
import torch
from torch import nn

from irm_core.errors import DataError
from irm_core.objectives.losses import LOSSES
from irm_core.training.candidate import Candidate
from irm_core.training.course import begin
from irm_core.training.early_stopping import validation_rows, values
from irm_core.training.examples import Examples
from irm_core.training.forward import outputs
from irm_core.training.loop import Record, train, train_stack
from irm_core.training.models import Model, build
from irm_core.training.observed_rows import ObservedRows
from irm_core.training.plan import TrainingPlan

CPU = torch.device("cpu")
TRAINING = ("north", "south", "east")
TRAINED = torch.tensor([True, True, True, False])
PLAN = TrainingPlan(
    steps=150,
    warmup_steps=20,
    batch_size=16,
    record_every=5,
    learning_rate=1e-2,
    early_stopping=3,
    device="cpu",
)
ERM = Candidate(objective="erm", penalty_weight=0.0, seed=0, left_out=None)
EVERY = [
    ERM,
    Candidate(objective="irm", penalty_weight=100.0, seed=1, left_out="south"),
    Candidate(objective="group_dro", penalty_weight=1.0, seed=2, left_out=None),
    Candidate(objective="vrex", penalty_weight=1e4, seed=3, left_out=None),
]


def vector(model: Model) -> torch.Tensor:
    return nn.utils.parameters_to_vector(model.parameters()).detach().clone()


def followed(
    examples: Examples, candidate: Candidate, plan: TrainingPlan = PLAN, model: Model | None = None
) -> tuple[Model, list[Record], dict[int, torch.Tensor]]:
    """The trained model, its records, and its weights after each of them."""
    model = model or build("mlp", (2,), 1, (16,), candidate.seed)
    records, weights = [], {}
    for record in train(model, examples, candidate, plan, "squared_error", training=TRAINING):
        records.append(record)
        weights[record.step] = vector(model)
    return model, records, weights


def value(examples: Examples, candidate: Candidate, model: Model) -> float:
    """The candidate's objective on its validation rows."""
    trained = TRAINED & torch.tensor([name != candidate.left_out for name in examples.environments])
    course = begin([deepcopy(model)], [candidate], PLAN, (trained / trained.sum()).unsqueeze(0))
    watched = ObservedRows(validation_rows(examples, trained, CPU), LOSSES["squared_error"])
    return values(course, watched).item()


@pytest.mark.parametrize("candidate", EVERY[:2], ids=lambda one: one.objective)
def test_the_best_weights_since_the_whole_penalty_are_put_back(
    shortcut: Examples, candidate: Candidate
) -> None:
    model, records, weights = followed(shortcut, candidate)
    last, best = records[-1], records[-1].best_step
    assert last.status == "finished"
    assert last.step == last.stopped_at == best + PLAN.early_stopping * PLAN.record_every < PLAN.steps
    assert torch.equal(vector(model), weights[best])
    found = {}
    for step in range(25, last.step, 5):
        nn.utils.vector_to_parameters(weights[step], model.parameters())
        found[step] = value(shortcut, candidate, model)
    assert best == min(found, key=found.__getitem__)


def test_what_is_watched_of_erm_is_the_mean_risk_of_its_environments(shortcut: Examples) -> None:
    model = build("mlp", (2,), 1, (16,), 0)
    losses = (outputs(model, shortcut.inputs)[:, 0] - shortcut.targets).square()
    risks = [float(losses[shortcut.validation & (shortcut.membership == e)].mean()) for e in range(3)]
    assert value(shortcut, ERM, model) == pytest.approx(sum(risks) / 3, rel=1e-5)


def test_the_risk_alone_would_bring_the_shortcut_back(large_shortcut: Examples) -> None:
    """To leave it costs risk on validation rows too, wherever it holds."""
    plan = PLAN.model_copy(
        update={"batch_size": None, "warmup_steps": 50, "record_every": 10, "early_stopping": 10}
    )
    irm = Candidate(objective="irm", penalty_weight=10.0, seed=0, left_out=None)
    model, risks, held_out = build("linear", (2,), 1, (), 0), {}, {}
    unseen = large_shortcut.membership == 3
    steps = train(model, large_shortcut, irm, plan, "squared_error", training=TRAINING)
    for record in steps:
        if record.best_step is not None:
            risks[record.step] = value(large_shortcut, ERM, model)
            losses = (outputs(model, large_shortcut.inputs)[:, 0] - large_shortcut.targets).square()
            held_out[record.step] = float(losses[unseen].mean())
    lowest = min(risks, key=risks.__getitem__)
    assert lowest == min(risks)
    assert held_out[record.best_step] < 0.7 * held_out[lowest]


def test_rows_held_out_or_left_out_are_never_looked_at(shortcut: Examples) -> None:
    unseen = (shortcut.membership == 1) | (shortcut.membership == 3)
    poisoned = replace(shortcut, inputs=torch.where(unseen.unsqueeze(1), torch.nan, shortcut.inputs))
    (first, expected, _), (second, found, _) = (
        followed(examples, EVERY[1]) for examples in (shortcut, poisoned)
    )
    assert found == expected
    assert torch.equal(vector(first), vector(second))


def test_each_of_a_stack_stops_as_if_alone(shortcut: Examples) -> None:
    alone = [followed(shortcut, one) for one in EVERY]
    together = [build("mlp", (2,), 1, (16,), one.seed) for one in EVERY]
    *_, last = train_stack(together, shortcut, EVERY, PLAN, "squared_error", training=TRAINING)
    ends = [(one.stopped_at, one.best_step) for one in last]
    assert ends == [(records[-1].stopped_at, records[-1].best_step) for _, records, _ in alone]
    assert len({stop for stop, _ in ends}) > 2
    assert {one.step for one in last} == {max(stop or PLAN.steps for stop, _ in ends)}
    for model, (twin, _, _) in zip(together, alone, strict=True):
        torch.testing.assert_close(vector(model), vector(twin), rtol=1e-3, atol=1e-4)


def test_one_that_diverges_is_not_rescued(shortcut: Examples) -> None:
    models = [build("linear", (2,), 1, (), 0) for _ in range(2)]
    steps = train_stack(models, shortcut, [ERM, ERM], PLAN, "squared_error", training=TRAINING)
    while next(steps)[0].best_step is None:
        pass
    with torch.no_grad():
        next(models[0].parameters()).fill_(torch.nan)
    *_, (first, second) = steps
    assert (first.status, first.stopped_at) == ("diverged", None)
    assert second.status == "finished"
    assert second.stopped_at is not None


def test_what_a_model_keeps_beside_its_parameters_is_put_back_too(shortcut: Examples) -> None:
    torch.manual_seed(0)
    model = Model(nn.Sequential(nn.Linear(2, 16), nn.BatchNorm1d(16), nn.ReLU()), nn.Linear(16, 1))
    seen: dict[int, dict[str, torch.Tensor]] = {}
    for last in train(model, shortcut, ERM, PLAN, "squared_error", training=TRAINING):
        if last.stopped_at is None:
            seen[last.step] = {name: one.clone() for name, one in model.state_dict().items()}
    assert last.stopped_at is not None
    torch.testing.assert_close(dict(model.state_dict()), seen[last.best_step], rtol=0, atol=0)


def test_without_it_all_steps_are_made(shortcut: Examples) -> None:
    _, records, _ = followed(shortcut, ERM, PLAN.model_copy(update={"early_stopping": None}))
    assert records[-1].step == PLAN.steps
    assert {(one.stopped_at, one.best_step) for one in records} == {(None, None)}


def test_an_environment_without_rows_for_validation_is_named(shortcut: Examples) -> None:
    none = replace(shortcut, validation=shortcut.validation & (shortcut.membership != 1))
    with pytest.raises(DataError, match=r"'south' has no rows for validation.*early_stopping: null"):
        followed(none, ERM)
    assert followed(none, EVERY[1])[1][-1].best_step is not None


def test_of_a_large_environment_some_rows_are_enough(
    shortcut: Examples, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = validation_rows(shortcut, TRAINED, CPU)
    expected = torch.bincount(shortcut.membership[shortcut.validation], minlength=4) * TRAINED
    assert every.membership.counts.tolist() == expected.tolist()
    monkeypatch.setattr("irm_core.training.early_stopping.MOST_ROWS", 7)
    assert validation_rows(shortcut, TRAINED, CPU).membership.counts.tolist() == [7, 7, 7, 0]
