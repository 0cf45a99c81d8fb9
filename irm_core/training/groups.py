"""Candidates that share an objective, and how much each environment counts for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from irm_core.errors import DataError, UsageError
from irm_core.objectives import OBJECTIVES, objectives
from irm_core.objectives.law import Objective
from irm_core.training.candidate import Candidate
from irm_core.training.plan import TrainingPlan


@dataclass(frozen=True)
class Group:
    """Those of K candidates that share an objective, and so are measured together.

    members: their indices. weights [k, E]: how much each environment counts for each of them.
    state [k, E]: what the objective carries from step to step.
    """

    objective: Objective
    members: Tensor | slice
    weights: Tensor
    state: Tensor


def known_objectives(plan: TrainingPlan, own: Sequence[Objective]) -> dict[str, Objective]:
    """Ours, as the plan wants them, and the user's own, by name. UsageError if one takes another's name."""
    known = objectives(plan.irm_dummies, plan.irm_estimator)
    for one in own:
        if one.name in known:
            raise UsageError(f"There is an objective {one.name!r} already: give yours another name.")
        known[one.name] = one
    return known


def grouped(
    candidates: Sequence[Candidate], weights: Tensor, objectives: Mapping[str, Objective] = OBJECTIVES
) -> list[Group]:
    """Candidates by objective, with fresh states; weights: [K, E]."""
    names = list(dict.fromkeys(one.objective for one in candidates))
    unknown = [name for name in names if name not in objectives]
    if unknown:
        raise UsageError(f"There is no objective {unknown[0]!r}. Objectives: {', '.join(objectives)}.")
    if len(names) == 1:
        return [Group(objectives[names[0]], slice(None), weights, torch.zeros_like(weights))]
    groups = []
    for name in names:
        indices = [k for k, one in enumerate(candidates) if one.objective == name]
        members = torch.tensor(indices, device=weights.device)
        groups.append(Group(objectives[name], members, weights[members], torch.zeros_like(weights[members])))
    return groups


def trained_environments(
    environments: Sequence[str], candidates: Sequence[Candidate], training: Sequence[str]
) -> Tensor:
    """Which environments each candidate is trained on, [K, E]: those in `training` but the one left out."""
    named = {*training, *(one.left_out for one in candidates if one.left_out is not None)}
    unknown = sorted(named - set(environments))
    if unknown:
        raise UsageError(f"There is no environment {unknown[0]!r}. Environments: {', '.join(environments)}.")
    trained = [[name in training and name != one.left_out for name in environments] for one in candidates]
    if not all(any(row) for row in trained):
        raise UsageError("Without the environment left out there is none to train on.")
    return torch.tensor(trained)


def environment_weights(
    trained: Tensor, counts: Tensor, environments: Sequence[str], plan: TrainingPlan
) -> Tensor:
    """Each environment's share of each candidate's objective, [K, E]: alike, or by its number of rows.

    counts [E]: the (weighted) rows of each environment, of all processes.
    """
    trained = trained.to(counts.device)
    empty = (trained.any(0) & (counts == 0)).nonzero().flatten().tolist()
    if empty:
        raise DataError(f"Environment {environments[empty[0]]!r} has no rows to train on.")
    weights = trained * counts if plan.balance == "rows" else trained.double()
    return (weights / weights.sum(1, keepdim=True)).float()
