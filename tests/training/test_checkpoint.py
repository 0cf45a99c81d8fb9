"""A training that was cut off goes on to the very weights that it would have had."""

from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from irm_core.errors import IrmflowError, UsageError
from irm_core.training.candidate import Candidate
from irm_core.training.checkpoint import Keeping
from irm_core.training.examples import Examples
from irm_core.training.loop import Record, train, train_stack
from irm_core.training.models import Model, build
from irm_core.training.plan import TrainingPlan

TRAINING = ("north", "south", "east")
PLAN = TrainingPlan(steps=30, warmup_steps=10, batch_size=16, record_every=4, device="cpu")
DRO = Candidate(objective="group_dro", penalty_weight=100.0, seed=3, left_out="south")
IRM = Candidate(objective="irm", penalty_weight=100.0, seed=4, left_out=None)


def dropping() -> Model:
    torch.manual_seed(0)
    return Model(nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Dropout(0.3)), nn.Linear(8, 1))


def weights(models: list[Model]) -> torch.Tensor:
    return torch.stack([nn.utils.parameters_to_vector(model.parameters()) for model in models]).detach()


def run(
    examples: Examples,
    make: Callable[[], Model],
    candidates: list[Candidate],
    plan: TrainingPlan,
    checkpoint: Path | None,
    most: int | None = None,
) -> tuple[list[Model], list[tuple[Record, ...]]]:
    """Training until the end, or cut off with `most` records kept. Random numbers begin elsewhere then."""
    models = [make() for _ in candidates]
    torch.manual_seed(1 if most is None and checkpoint is not None else 0)
    keeping = None if checkpoint is None else Keeping(checkpoint)
    steps = train_stack(
        models, examples, candidates, plan, "squared_error", training=TRAINING, keeping=keeping
    )
    return models, list(islice(steps, None if most is None else most + 1))


@pytest.mark.parametrize("cut", [1, 3, 6])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"batch_size": None},
        {"penalty_schedule": "ramp", "ramp_steps": 5, "learning_rate_schedule": "cosine"},
        {"early_stopping": 1, "record_every": 2, "warmup_steps": 2, "learning_rate": 0.03},
    ],
    ids=str,
)
@pytest.mark.parametrize("candidates", [[DRO], [DRO, IRM]], ids=["alone", "stack"])
def test_it_goes_on_to_the_bit(
    shortcut: Examples, tmp_path: Path, candidates: list[Candidate], changes: dict[str, Any], cut: int
) -> None:
    plan = PLAN.model_copy(update=changes)
    models, records = run(shortcut, dropping, candidates, plan, None)
    run(shortcut, dropping, candidates, plan, tmp_path / "state", most=cut)
    again, rest = run(shortcut, dropping, candidates, plan, tmp_path / "state")
    assert rest == records[cut:]
    assert torch.equal(weights(again), weights(models))
    assert list(tmp_path.iterdir()) == []


def normalising() -> Model:
    torch.manual_seed(0)
    return Model(nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU()), nn.Linear(8, 1))


@pytest.mark.parametrize("early_stopping", [3, None])
def test_what_a_model_keeps_beside_its_parameters_goes_on_too(
    shortcut: Examples, tmp_path: Path, early_stopping: int | None
) -> None:
    plan = PLAN.model_copy(update={"early_stopping": early_stopping, "warmup_steps": 0})
    ((expected,), records) = run(shortcut, normalising, [DRO], plan, None)
    run(shortcut, normalising, [DRO], plan, tmp_path / "state", most=2)
    ((found,), rest) = run(shortcut, normalising, [DRO], plan, tmp_path / "state")
    assert rest == records[2:]
    torch.testing.assert_close(found.state_dict(), expected.state_dict(), rtol=0, atol=0)


def test_a_damaged_checkpoint_is_said(shortcut: Examples, tmp_path: Path) -> None:
    (tmp_path / "state").write_bytes(b"damage")
    with pytest.raises(UsageError, match=r"state is damaged.*Delete it"):
        run(shortcut, dropping, [IRM], PLAN, tmp_path / "state")


def test_without_room_the_last_checkpoint_stays(
    shortcut: Examples, tmp_path: Path, largest: Callable
) -> None:
    run(shortcut, dropping, [IRM], PLAN, tmp_path / "state", most=1)
    before = (tmp_path / "state").read_bytes()
    with largest(len(before) // 2), pytest.raises(IrmflowError, match="The checkpoint cannot be written"):
        run(shortcut, dropping, [IRM], PLAN, tmp_path / "state")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("state", before)]


@pytest.mark.parametrize(
    ("other", "plan"),
    [(DRO, PLAN), (IRM, PLAN.model_copy(update={"learning_rate": 0.5}))],
    ids=["candidate", "plan"],
)
def test_a_checkpoint_of_another_training_is_refused(
    shortcut: Examples, tmp_path: Path, other: Candidate, plan: TrainingPlan
) -> None:
    run(shortcut, dropping, [IRM], PLAN, tmp_path / "state", most=1)
    with pytest.raises(UsageError, match="of another training"):
        run(shortcut, dropping, [other], plan, tmp_path / "state")


def test_training_alone_takes_a_checkpoint_too(shortcut: Examples, tmp_path: Path) -> None:
    model = build("linear", (2,), 1, (), 0)
    steps = train(
        model, shortcut, IRM, PLAN, "squared_error", training=TRAINING, checkpoint=tmp_path / "state"
    )
    assert [next(steps).step for _ in range(2)] == [4, 8]
    assert (tmp_path / "state").exists()
