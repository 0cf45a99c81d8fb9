"""What training says about one candidate at one step."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from torch import Tensor

Status = Literal["running", "finished", "diverged", "collapsed"]
CONSTANT = 1e-3  # outputs (logits, or standardised units) that vary less than this are one constant


@dataclass(frozen=True)
class Record:
    """One candidate after `step` updates.

    penalty_weight: the scheduled λ. risk, penalty: of the rows of this step before its update, per
    environment
    trained on: mean loss, and what the environment contributes to the penalty.
    status: the last record says how training ended. "diverged": a risk, penalty or output was not finite, and
    the weights are worthless. "collapsed": the outputs no longer depend on the inputs.
    """

    step: int
    penalty_weight: float
    risk: dict[str, float]
    penalty: dict[str, float]
    status: Status


def records(
    step: int,
    strength: Tensor,
    weights: Tensor,
    risks: Tensor,
    penalties: Tensor,
    environments: Sequence[str],
) -> list[Record]:
    """The records of K candidates: strength [K]; weights, risks, penalties [K, E]. Waits for the device."""
    found = []
    for candidate in zip(*(one.tolist() for one in (strength, weights, risks, penalties)), strict=True):
        weight, shares, risk, penalty = candidate
        own = [e for e, share in enumerate(shares) if share > 0]
        healthy = all(isfinite(risk[e]) and isfinite(penalty[e]) for e in own)
        found.append(
            Record(
                step,
                weight,
                {environments[e]: risk[e] for e in own},
                {environments[e]: penalty[e] for e in own},
                "running" if healthy else "diverged",
            )
        )
    return found


def ending(outputs: Tensor) -> Status:
    """How a candidate ended, given its outputs [N, C] on rows that it was trained on."""
    spread = outputs.std(0, correction=0).max().item()
    if not isfinite(spread):
        return "diverged"
    return "collapsed" if spread < CONSTANT else "finished"
