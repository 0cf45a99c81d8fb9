"""Trials are found again under all that they are a function of, whole or not at all."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flows.kept_trials import KeptTrials
from irm_core.evaluation.records import EnvironmentMetrics, Point, Trial
from irm_core.training.candidate import Candidate, candidates
from irm_core.training.plan import TrainingPlan

NAMES = ("a", "b", "c")
PLAN = TrainingPlan(objectives=("irm",), penalty_weights=(10.0,), seeds=(0,))


@pytest.fixture
def trials(made_version, tmp_path: Path) -> KeptTrials:
    """None is kept yet."""
    return KeptTrials(tmp_path / "results", made_version(*NAMES), PLAN, (None, "2.0", "cpu"), anew=False)


def trial(candidate: Candidate) -> Trial:
    """As one that was trained; its numbers have as many digits as there can be."""
    of_each = EnvironmentMetrics(rows=3, risk=1 / 3, score=-0.1 - 0.2, standard_error=None)
    values = dict.fromkeys(NAMES, 1e-17 / 3)
    point = Point(step=10, penalty_weight=1, risk=values, score=dict.fromkeys(NAMES), penalty=values)
    return Trial(
        candidate=candidate,
        status="ok",
        reason="",
        metrics=dict.fromkeys(NAMES, of_each),
        curve=(point,),
        seconds=1 / 7,
    )


def made(plan: TrainingPlan) -> list[Candidate]:
    return list(candidates(plan, NAMES))


def refuse(said: str) -> None:
    pytest.fail(said)


def keep(trials: KeptTrials) -> list[Trial]:
    """All of its plan."""
    made_up = [trial(one) for one in made(trials.plan)]
    trials.keep(made_up, refuse)
    return made_up


def test_what_is_kept_is_known_number_by_number(trials) -> None:
    every = keep(trials)
    assert list(trials.known(made(PLAN)).values()) == every
    assert all(one.name.startswith("trials-0123-") for one in trials.folder.iterdir())
    assert replace(trials, anew=True).known(made(PLAN)) == {}


@pytest.mark.parametrize(
    "more",
    [
        {"seeds": (1, 0)},
        {"penalty_weights": (1.0, 10.0)},
        {"objectives": ("vrex", "irm")},
        {"learning_rate": (1e-2, 1e-3)},
    ],
)
def test_of_a_plan_that_compares_more_what_it_shares_with_the_last_is_known(trials, more) -> None:
    every = keep(trials)
    wider = PLAN.model_copy(update=more)
    found = replace(trials, plan=wider).known(made(wider))
    assert [one.metrics for one in found.values()] == [one.metrics for one in every]
    assert len(made(wider)) > len(found)
    assert all(one == found[one].candidate for one in found)


def test_where_environments_are_inferred_only_erm_is_known_after_another_first_seed(trials) -> None:
    trials = replace(trials, version=trials.version.model_copy(update={"inferred": True}))
    keep(trials)
    plan = PLAN.model_copy(update={"seeds": (1, 0)})
    found = replace(trials, plan=plan).known(made(plan))
    assert {(one.objective, one.seed) for one in found} == {("erm", 0)}
    plan = PLAN.model_copy(update={"seeds": (0, 1)})
    assert {one.objective for one in replace(trials, plan=plan).known(made(plan))} == {"erm", "irm"}


@pytest.mark.parametrize(
    "other",
    [
        {"plan": PLAN.model_copy(update={"steps": 501})},
        {"means": (None, "2.1", "cpu")},
        {"means": (None, "2.0", "cuda")},
        {"means": ("0f", "2.0", "cpu")},
    ],
)
def test_of_another_plan_torch_device_or_other_weights_nothing_is_known(trials, other) -> None:
    keep(trials)
    assert replace(trials, **other).known(made(PLAN)) == {}


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def with_another_digit(content: bytes) -> bytes:
    assert b"0.333" in content
    return content.replace(b"0.333", b"0.332", 1)


DAMAGES: list[Callable[[bytes], Any]] = [
    cut,
    with_another_digit,
    lambda _: b"",
    lambda _: b"[1]",
    bytes.upper,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_missing_and_written_anew(trials, damage) -> None:
    every = keep(trials)
    file = sorted(trials.folder.iterdir())[0]
    file.write_bytes(damage(file.read_bytes()))
    assert len(trials.known(made(PLAN))) == len(every) - 1
    keep(trials)
    assert len(trials.known(made(PLAN))) == len(every)


def test_without_room_it_is_said_in_a_sentence_and_nothing_half_is_left(trials, largest) -> None:
    said: list[str] = []
    with largest(100):
        trials.keep([trial(one) for one in made(PLAN)], said.append)
    (sentence,) = said
    assert sentence.startswith(f"6 of 6 trial(s) cannot be kept in {trials.folder}: no file may be as large")
    assert not list(trials.folder.iterdir())


def test_where_no_folder_can_be_made_it_is_said_too(trials) -> None:
    trials.folder.write_text("a file")
    said: list[str] = []
    trials.keep([trial(one) for one in made(PLAN)], said.append)
    assert len(said) == 1
    assert trials.known(made(PLAN)) == {}
