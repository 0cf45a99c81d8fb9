"""Stacks: the candidates of a fold, divided into those that are trained together as one tensor program."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from irm_core.data.rows import Rows
from irm_core.data.schema import ModelSchema
from irm_core.data.version import Version
from irm_core.evaluation.architecture import models
from irm_core.evaluation.embedding import embedded
from irm_core.evaluation.fold import Fold, prepare
from irm_core.evaluation.inferred import inferred_examples
from irm_core.training.candidate import CONTROL, Candidate
from irm_core.training.examples import Examples
from irm_core.training.inferred import INFERRED
from irm_core.training.plan import TrainingPlan
from irm_core.training.stacking import candidates_at_once, candidates_at_once_on_moments, learns_from_moments


@dataclass(frozen=True)
class Stack:
    """Candidates that leave out what their fold leaves out, and so read the same examples.

    inferred: the fold's examples in the environments that were inferred for these candidates to train on;
    None where they train on the fold's own. on_moments: whether they learn from moments, instead of rows.
    """

    fold: Fold
    candidates: tuple[Candidate, ...]
    inferred: Examples | None = None
    on_moments: bool = False

    def __post_init__(self) -> None:
        for one in self.candidates:
            if one.left_out != self.fold.left_out:
                raise ValueError(
                    f"The fold leaves out {self.fold.left_out!r}, the candidate {one.left_out!r}."
                )

    @property
    def examples(self) -> Examples:
        """What the candidates are trained on."""
        return self.inferred or self.fold.examples

    @property
    def training(self) -> tuple[str, ...]:
        """The environments that they are trained on, but for the one they leave out."""
        return INFERRED if self.inferred is not None else self.fold.version.training


def stacks(
    rows: Rows, version: Version, schema: ModelSchema, candidates: Sequence[Candidate], plan: TrainingPlan
) -> Iterator[Stack]:
    """All candidates, fold by fold; those of one fold in their order.

    Each fold is encoded once, when its first stack is asked for.
    """
    rows = embedded(rows, plan)
    for left_out in dict.fromkeys(one.left_out for one in candidates):
        own = [one for one in candidates if one.left_out == left_out]
        fold = prepare(rows, version, schema, left_out, indexed=plan.embedding is not None)
        yield from _by_inference(fold, own, plan) if version.inferred else divided(fold, own, plan)


def _by_inference(fold: Fold, candidates: Sequence[Candidate], plan: TrainingPlan) -> Iterator[Stack]:
    """ERM, the control, trains on the declared environments: on inferred ones it would be another method."""
    controls = [one for one in candidates if one.objective == CONTROL]
    others = [one for one in candidates if one.objective != CONTROL]
    if controls:
        yield from divided(fold, controls, plan)
    if others:
        yield from divided(fold, others, plan, inferred_examples(fold, plan))


def divided(
    fold: Fold, candidates: Sequence[Candidate], plan: TrainingPlan, inferred: Examples | None = None
) -> Iterator[Stack]:
    """The candidates of one fold in as few stacks as may be, all of the same size or one more.

    First those that learn from moments: beside one that needs the rows, they would need them too.
    """
    examples = inferred or fold.examples
    (model,) = models(fold, plan, plan.seeds[:1])
    able = [learns_from_moments(one, plan, examples, fold.loss, model) for one in candidates]
    on_moments, on_rows = (
        [one for one, its in zip(candidates, able, strict=True) if its is wanted] for wanted in (True, False)
    )
    for part in _evenly(on_moments, candidates_at_once_on_moments(plan, examples)):
        yield Stack(fold, tuple(part), inferred, on_moments=True)
    for part in _evenly(on_rows, candidates_at_once(plan, examples, model)):
        yield Stack(fold, tuple(part), inferred)


def _evenly(candidates: Sequence[Candidate], most: int) -> list[Sequence[Candidate]]:
    parts = ceil(len(candidates) / most)
    bounds = [len(candidates) * number // max(parts, 1) for number in range(parts + 1)]
    return [candidates[start:end] for start, end in pairwise(bounds)]
