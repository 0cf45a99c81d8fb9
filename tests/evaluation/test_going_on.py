"""A stack that was killed goes on from its checkpoint: metrics and curves are those of one that was not."""

import os
import signal
from multiprocessing import get_context
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from irm_core.evaluation import curve
from irm_core.evaluation.fold import Fold, prepare
from irm_core.evaluation.records import Trial
from irm_core.evaluation.stack import Stack
from irm_core.evaluation.trial import run_stack
from irm_core.training.candidate import Candidate
from irm_core.training.plan import TrainingPlan

ERM = Candidate(objective="erm", penalty_weight=0.0, seed=0, left_out="c")
DRO = Candidate(objective="group_dro", penalty_weight=10.0, seed=1, left_out="c")
PLAN = TrainingPlan(
    seeds=(0, 1), hidden=(8,), steps=400, warmup_steps=50, batch_size=16, record_every=2, device="cpu"
)


class Cut(BaseException):
    """As a kill, at an exact place."""


@pytest.fixture
def fold(rows, version, schema) -> Fold:
    return prepare(rows, version, schema, "c")


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint at every record."""
    monkeypatch.setattr(curve, "SECONDS", 0.0)


def trials(fold: Fold, plan: TrainingPlan, checkpoint: Path | None = None) -> list[Trial]:
    """Of both candidates; but for how long they took."""
    found = run_stack(Stack(fold, (ERM, DRO)), plan, checkpoint)
    return [trial.model_copy(update={"seconds": 0.0}) for trial, _ in found]


def cut_off(fold: Fold, plan: TrainingPlan, checkpoint: Path, step: int) -> None:
    """Train until a record of this step comes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve.Curve, "extend", cutting(curve.Curve.extend, step))
        with pytest.raises(Cut):
            trials(fold, plan, checkpoint)


def cutting(extend: Any, step: int) -> Any:
    def cut(self: curve.Curve, record: Any, *others: Any) -> None:
        if record.step == step:
            raise Cut
        extend(self, record, *others)

    return cut


@pytest.mark.parametrize("changes", [{}, {"early_stopping": 40}, {"batch_size": None}], ids=str)
@pytest.mark.parametrize("step", [4, 202])
def test_cut_off_anywhere_it_ends_as_if_nothing_had_been(
    fold: Fold, tmp_path: Path, changes: dict[str, Any], step: int
) -> None:
    plan = PLAN.model_copy(update=changes)
    whole = trials(fold, plan)
    assert len(whole[0].curve) > 1
    cut_off(fold, plan, tmp_path / "deeper" / "stack", step)
    assert (tmp_path / "deeper" / "stack").exists()
    began = first_steps(fold, plan, tmp_path / "deeper" / "stack")
    assert began == step
    assert trials(fold, plan, tmp_path / "deeper" / "stack") == whole
    assert not list((tmp_path / "deeper").iterdir())


def first_steps(fold: Fold, plan: TrainingPlan, checkpoint: Path) -> int:
    """The first step of which there is a record, where it goes on; that one is not kept."""
    seen: list[int] = []

    def stop(self: curve.Curve, record: Any, *others: Any) -> None:
        seen.append(record.step)
        raise Cut

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(curve.Curve, "extend", stop)
        with pytest.raises(Cut):
            trials(fold, plan, checkpoint)
    return seen[0]


def test_killed_it_goes_on_too(fold: Fold, tmp_path: Path) -> None:
    long = PLAN.model_copy(update={"steps": 4000})
    process = get_context("fork").Process(target=trials, args=(fold, long, tmp_path / "stack"))
    process.start()
    while not (tmp_path / "stack").exists():
        sleep(0.01)
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert trials(fold, long, tmp_path / "stack") == trials(fold, long)


def test_from_a_damaged_file_or_one_of_another_training_it_begins_again(fold: Fold, tmp_path: Path) -> None:
    whole = trials(fold, PLAN)
    (tmp_path / "stack").write_bytes(b"damage")
    assert trials(fold, PLAN, tmp_path / "stack") == whole
    cut_off(fold, PLAN.model_copy(update={"weight_decay": 0.1}), tmp_path / "stack", 202)
    assert trials(fold, PLAN, tmp_path / "stack") == whole
    assert not list(tmp_path.iterdir())


def test_where_no_checkpoint_can_be_written_training_goes_on(fold: Fold, tmp_path: Path, largest) -> None:
    whole = trials(fold, PLAN)
    with largest(100):
        assert trials(fold, PLAN, tmp_path / "stack") == whole
    assert not list(tmp_path.iterdir())


def test_a_minute_passes_between_two(fold: Fold, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(curve, "SECONDS", 60.0)
    cut_off(fold, PLAN, tmp_path / "stack", 202)
    assert not list(tmp_path.iterdir())
