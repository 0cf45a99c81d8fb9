"""Stacks: the candidates of a fold, divided into those that are trained together as one tensor program."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil

from irm_core.data.rows import Rows
from irm_core.data.schema import ModelSchema
from irm_core.data.version import Version
from irm_core.evaluation.architecture import models
from irm_core.evaluation.fold import Fold
from irm_core.evaluation.folds import Folds
from irm_core.training.candidate import CONTROL, Candidate
from irm_core.training.examples import Examples
from irm_core.training.inferred import INFERRED
from irm_core.training.plan import TrainingPlan
from irm_core.training.stacking import candidates_at_once, candidates_at_once_on_moments, learns_from_moments

Together = tuple[Candidate, ...]
"""Candidates of one fold that make a stack."""


@dataclass(frozen=True)
class Stack:
    """Candidates that leave out what their fold leaves out, and so read the same examples.

    inferred: the fold's examples in the environments that were inferred for these candidates to train on;
    None where they train on the fold's own.
    """

    fold: Fold
    candidates: Together
    inferred: Examples | None = None

    def __post_init__(self) -> None:
        for one in self.candidates:
            if one.left_out != self.fold.left_out:
                raise ValueError(
                    f"The fold leaves out {self.fold.left_out!r}, the candidate {one.left_out!r}."
                )

    @classmethod
    def of(cls, candidates: Sequence[Candidate], folds: Folds) -> "Stack":
        """These candidates, which leave out the same, with their fold."""
        return cls(folds.fold(candidates[0].left_out), tuple(candidates), folds.inferred(candidates))

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
    folds = Folds(rows, version, schema, plan)
    for own in by_fold(candidates):
        yield from (Stack.of(some, folds) for some in division(own, folds))


def by_fold(candidates: Sequence[Candidate]) -> list[Together]:
    """Those that leave out the same, together."""
    left_out = dict.fromkeys(one.left_out for one in candidates)
    return [tuple(one for one in candidates if one.left_out == name) for name in left_out]


def division(candidates: Sequence[Candidate], folds: Folds) -> list[Together]:
    """The candidates of one fold in as few stacks as may be, all of the same size or one more.

    The control is apart from those that are trained on inferred environments. Nothing is inferred for it.
    """
    fold = folds.fold(candidates[0].left_out)
    if not folds.infers(candidates):
        return _divided(candidates, fold, fold.examples, folds.plan)
    controls = [one for one in candidates if one.objective == CONTROL]
    others = [one for one in candidates if one.objective != CONTROL]
    named = replace(fold.examples, environments=(*fold.examples.environments, *INFERRED))
    return [
        *_divided(controls, fold, fold.examples, folds.plan),
        *_divided(others, fold, named, folds.plan),
    ]


def _divided(
    candidates: Sequence[Candidate], fold: Fold, examples: Examples, plan: TrainingPlan
) -> list[Together]:
    """First those that learn from moments: beside one that needs the rows, they would need them too."""
    (model,) = models(fold, plan, plan.seeds[:1])
    able = [learns_from_moments(one, plan, examples, fold.loss, model) for one in candidates]
    on_moments, on_rows = (
        [one for one, its in zip(candidates, able, strict=True) if its is wanted] for wanted in (True, False)
    )
    return [
        *_evenly(on_moments, candidates_at_once_on_moments(plan, examples)),
        *_evenly(on_rows, candidates_at_once(plan, examples, model)),
    ]


def _evenly(candidates: Sequence[Candidate], most: int) -> list[Together]:
    parts = ceil(len(candidates) / most)
    bounds = [len(candidates) * number // max(parts, 1) for number in range(parts + 1)]
    return [tuple(candidates[start:end]) for start, end in pairwise(bounds)]
