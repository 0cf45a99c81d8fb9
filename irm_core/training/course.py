"""The state of a training, and one step of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from irm_core.objectives.law import Objective, Terms
from irm_core.training.best import Best, no_best
from irm_core.training.candidate import Candidate, learning_rate
from irm_core.training.groups import Group, grouped, known_objectives
from irm_core.training.learner import Learner, learner_of
from irm_core.training.learning_rate import elapsed, learning_rate_share
from irm_core.training.models import Model
from irm_core.training.observations import Observations
from irm_core.training.optimizer import Adam, clipped
from irm_core.training.plan import TrainingPlan
from irm_core.training.schedule import penalty_weight
from irm_core.training.threads import threads_for

LONGEST_GRADIENT = 10.0


@dataclass
class Course:
    """Everything that training changes, of K candidates.

    penalty_weights: what they are led to, [K]. best: with early stopping, the best weights so far.
    """

    learner: Learner
    adam: Adam
    groups: list[Group]
    penalty_weights: Tensor
    best: Best | None
    step: int = 0


def begin(
    models: Sequence[Model],
    candidates: Sequence[Candidate],
    plan: TrainingPlan,
    weights: Tensor,
    own: Sequence[Objective] = (),
) -> Course:
    """The course of `models` on the device of the environment weights, [K, E].

    own: objectives of the user, which candidates may name.
    """
    learner = learner_of(models, weights.device, plan.precision)
    penalty_weights = torch.tensor([one.penalty_weight for one in candidates], device=weights.device)
    rates = torch.tensor([learning_rate(one, plan) for one in candidates], device=weights.device)
    adam = Adam(learner.parameters, rates, plan.weight_decay)
    best = None if plan.early_stopping is None else no_best(learner, plan.early_stopping)
    groups = grouped(candidates, weights, known_objectives(plan, own))
    return Course(learner, adam, groups, penalty_weights, best)


def advance(course: Course, observed: Observations, plan: TrainingPlan) -> tuple[Tensor, list[Terms]]:
    """One step: the penalty weights [K] under which it was made, and the terms of each group before it."""
    with threads_for(observed.work(course.learner)):
        return _advance(course, observed, plan)


def _advance(course: Course, observed: Observations, plan: TrainingPlan) -> tuple[Tensor, list[Terms]]:
    course.step += 1
    if elapsed(course.step, plan)[0] == 0:
        course.adam.restart()  # its averages of the old objective mislead it in the new one
    strength = penalty_weight(course.step, course.penalty_weights, plan)
    gradient, terms = observed.backward(course.learner, course.groups, strength)
    course.adam.step(clipped(gradient, LONGEST_GRADIENT), learning_rate_share(course.step, plan))
    course.groups = [_carried(group, one) for group, one in zip(course.groups, terms, strict=True)]
    return strength, terms


def _carried(group: Group, terms: Terms) -> Group:
    return group if terms.state is None else replace(group, state=terms.state)
