"""Pieces of work that any process can do: all candidates of a fold; and how it says that memory was short."""

import re
from functools import partial

import pytest
import torch

from irm_core.evaluation import work as working
from irm_core.evaluation.stack import by_fold
from irm_core.evaluation.work import Work, divide, forget, train
from irm_core.training.candidate import candidates
from irm_core.training.out_of_memory import OutOfMemoryError, is_out_of_memory
from irm_core.training.plan import TrainingPlan

PLAN = TrainingPlan(
    objectives=("irm", "vrex"), penalty_weights=(1.0,), seeds=(0, 1), hidden=(8,), steps=20, warmup_steps=5
)


@pytest.fixture
def work(rows, version, schema) -> Work:
    return Work("one", version, schema, PLAN, partial(_given, rows))


def _given(rows):
    return rows


def test_what_is_divided_and_trained_here_is_every_candidate(work, version) -> None:
    forget()
    for own in by_fold(tuple(candidates(PLAN, version.training))):
        (stack,) = divide(work, own)
        trials = train(work, stack)
        assert [one.candidate for one in trials] == list(own)
        assert {one.status for one in trials} == {"ok"}
    forget()


def test_memory_that_is_short_is_told_from_other_failures(work, version, monkeypatch) -> None:
    stack = tuple(candidates(PLAN, version.training))[:1]
    for error in (MemoryError("no"), torch.OutOfMemoryError("CUDA out of memory"), torch_says_no()):
        monkeypatch.setattr(working, "run_stack", raising(error))
        with pytest.raises(OutOfMemoryError, match=re.escape(str(error))):
            train(work, stack)
    monkeypatch.setattr(working, "run_stack", raising(RuntimeError("shapes")))
    with pytest.raises(RuntimeError, match="shapes"):
        train(work, stack)


def raising(error: Exception):
    def run(*given):
        raise error

    return run


def torch_says_no() -> RuntimeError:
    """What torch raises where the CPU has no more memory."""
    with pytest.raises(RuntimeError) as raised:
        torch.empty(2**55)
    assert is_out_of_memory(raised.value)
    return raised.value
