"""What training says about one candidate at one step."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Literal

import torch
from torch import Tensor

from irm_core.objectives.law import Terms
from irm_core.training.course import Course
from irm_core.training.observations import Observations
from irm_core.training.threads import threads_for

Status = Literal["running", "finished", "diverged", "collapsed"]
CONSTANT = 1e-3  # outputs (logits, or standardised units) that vary less than this are one constant


@dataclass(frozen=True)
class Record:
    """One candidate after `step` updates.

    penalty_weight: the scheduled λ. risk, penalty: mean loss, and contribution to the penalty, of each
    environment trained on, over the rows of this step and before its update.
    status: the last record says how training ended. "diverged": a risk, penalty or output was not finite, and
    the weights are worthless. "collapsed": the outputs no longer depend on the inputs.
    stopped_at, best_step: with early stopping, the step at which the candidate stopped, if it has, and that
    of the best weights so far, which the model has from then on, and in any case after its last record.
    """

    step: int
    penalty_weight: float
    risk: dict[str, float]
    penalty: dict[str, float]
    status: Status
    stopped_at: int | None = None
    best_step: int | None = None

    @property
    def over(self) -> bool:
        """Whether further steps change nothing for this candidate."""
        return self.status == "diverged" or self.stopped_at is not None


def records(
    course: Course, strength: Tensor, terms: Sequence[Terms], environments: Sequence[str]
) -> list[Record]:
    """The K candidates' records of the step just made. The one place where training waits for the device."""
    weights = _together(course, [group.weights for group in course.groups])
    risks = _together(course, [one.risks.detach() for one in terms])
    penalties = _together(course, [one.penalties.detach() for one in terms])
    found = []
    for candidate in zip(*(one.tolist() for one in (strength, weights, risks, penalties)), strict=True):
        weight, shares, risk, penalty = candidate
        own = [e for e, share in enumerate(shares) if share > 0]
        healthy = all(isfinite(risk[e]) and isfinite(penalty[e]) for e in own)
        found.append(
            Record(
                course.step,
                weight,
                {environments[e]: risk[e] for e in own},
                {environments[e]: penalty[e] for e in own},
                "running" if healthy else "diverged",
            )
        )
    return found


@torch.no_grad()
def ended(found: Sequence[Record], course: Course, observed: Observations) -> list[Record]:
    """The last records, with how each candidate ended: by its outputs on the rows of the last step."""
    with course.learner.judged(), threads_for(observed.work(course.learner)):
        sums = observed.output_sums(course.learner)
    own = _together(course, [group.weights for group in course.groups]) > 0
    rows, total, squares = sums[0] * own, *(one.where(own.unsqueeze(-1), 0) for one in sums[1:])
    count = rows.sum(1, keepdim=True)
    mean, square = total.sum(1) / count, squares.sum(1) / count
    spread = (square - mean.square()).clamp_min(0).sqrt().amax(1).tolist()
    return [
        replace(one, status=_ending(deviation)) if one.status == "running" else one
        for one, deviation in zip(found, spread, strict=True)
    ]


def _ending(spread: float) -> Status:
    if not isfinite(spread):
        return "diverged"
    return "collapsed" if spread < CONSTANT else "finished"


def _together(course: Course, of_groups: Sequence[Tensor]) -> Tensor:
    """[k, E] of each group as [K, E]."""
    together = of_groups[0].new_empty(len(course.penalty_weights), of_groups[0].shape[1])
    for group, own in zip(course.groups, of_groups, strict=True):
        together[group.members] = own
    return together
