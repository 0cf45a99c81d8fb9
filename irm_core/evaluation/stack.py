"""Stacks: the candidates of a fold, divided into those that are trained together as one tensor program."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from irm_core.data.rows import Rows
from irm_core.data.schema import ModelSchema
from irm_core.data.version import Version
from irm_core.evaluation.fold import Fold, prepare
from irm_core.training.candidate import Candidate
from irm_core.training.plan import TrainingPlan
from irm_core.training.stacking import candidates_at_once


@dataclass(frozen=True)
class Stack:
    """Candidates that leave out what their fold leaves out, and so read the same examples."""

    fold: Fold
    candidates: tuple[Candidate, ...]

    def __post_init__(self) -> None:
        for one in self.candidates:
            if one.left_out != self.fold.left_out:
                raise ValueError(
                    f"The fold leaves out {self.fold.left_out!r}, the candidate {one.left_out!r}."
                )


def stacks(
    rows: Rows, version: Version, schema: ModelSchema, candidates: Sequence[Candidate], plan: TrainingPlan
) -> Iterator[Stack]:
    """All candidates, fold by fold; those of one fold in their order.

    Each fold is encoded once, when its first stack is asked for.
    """
    for left_out in dict.fromkeys(one.left_out for one in candidates):
        own = [one for one in candidates if one.left_out == left_out]
        yield from divided(prepare(rows, version, schema, left_out), own, plan)


def divided(fold: Fold, candidates: Sequence[Candidate], plan: TrainingPlan) -> Iterator[Stack]:
    """The candidates of one fold in as few stacks as may be, all of the same size or one more."""
    stacks = ceil(len(candidates) / candidates_at_once(plan, fold.examples))
    bounds = [len(candidates) * number // stacks for number in range(stacks + 1)]
    for start, end in pairwise(bounds):
        yield Stack(fold, tuple(candidates[start:end]))
