"""One line of the comparison: an objective and its tuning, over left-out environments and seeds."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from math import inf, sqrt
from statistics import fmean, variance
from typing import Protocol

from irm_core.data.version import Record
from irm_core.errors import DataError
from irm_core.evaluation.figures import Extreme, Figure, gap, mean, measured, worst
from irm_core.evaluation.records import Trial
from irm_core.training.candidate import CONTROL


class Configuration(Record):
    """Objective, penalty weight and learning rate, with their score in each environment when it was left out.

    learning_rate: None where only one was tried.
    environments: those in which every trial was well. worst, mean, gap: None unless all were.
    failure: the trials that diverged or collapsed, in words; empty when this configuration can be chosen.
    """

    objective: str
    penalty_weight: float
    learning_rate: float | None = None
    environments: dict[str, Figure]
    worst: Extreme | None
    mean: Figure | None
    gap: float | None
    failure: str

    @property
    def name(self) -> str:
        return name(self)


class Tuned(Protocol):
    """What has an objective and its tuning: a candidate, a configuration, a selection."""

    @property
    def objective(self) -> str: ...

    @property
    def penalty_weight(self) -> float: ...

    @property
    def learning_rate(self) -> float | None: ...


def name(one: Tuned) -> str:
    """A configuration as said in a sentence: `ERM`, `irm (λ = 100)`, `ERM (learning rate 0.01)`."""
    said = "ERM" if one.objective == CONTROL else one.objective
    weight = [] if one.objective == CONTROL else [f"λ = {one.penalty_weight:g}"]
    rate = [] if one.learning_rate is None else [f"learning rate {one.learning_rate:g}"]
    return f"{said} ({', '.join(weight + rate)})" if weight + rate else said


def configuration(trials: Sequence[Trial]) -> Configuration:
    """Sum up the trials of one objective and tuning; `DataError` where R² is undefined."""
    first = trials[0].candidate
    failed = [trial for trial in trials if trial.status != "ok"]
    lost = {trial.candidate.left_out for trial in failed}
    environments = {
        left_out: over_seeds(left_out, group) for left_out, group in _folds(trials) if left_out not in lost
    }
    return Configuration(
        objective=first.objective,
        penalty_weight=first.penalty_weight,
        learning_rate=first.learning_rate,
        environments=environments,
        worst=None if failed else worst(environments),
        mean=None if failed else mean(environments),
        gap=None if failed else gap(environments),
        failure="; ".join(sorted(_said(trial) for trial in failed)),
    )


def over_seeds(left_out: str, trials: Sequence[Trial]) -> Figure:
    """The mean score over S seeds, SE = √(mean_s SE_s² + Var_s(score_s) / S).

    The first term is the sampling of rows, which seeds share, so that it does not average out; the second is
    the spread over seeds (Bessel-corrected, absent with one seed).
    """
    figures = [measured(trial.metrics[left_out]) for trial in trials]
    known = [one for one in figures if one is not None]
    if len(known) < len(figures):
        raise DataError(
            f"The score in environment '{left_out}' is undefined, because its labels do not vary; "
            "choose another split, pool this environment with another, or declare it under holdOut."
        )
    scores = [one.score for one in known]
    spread = variance(scores) / len(scores) if len(scores) > 1 else 0.0
    error = sqrt(fmean(one.noise**2 for one in known) + spread)
    return Figure(score=fmean(scores), standard_error=None if error == inf else error)


def _folds(trials: Iterable[Trial]) -> list[tuple[str, list[Trial]]]:
    def left_out(trial: Trial) -> str:
        return trial.candidate.left_out or ""

    return [(name, list(group)) for name, group in groupby(sorted(trials, key=left_out), left_out)]


def _said(trial: Trial) -> str:
    return f"{trial.status} without {trial.candidate.left_out} (seed {trial.candidate.seed})"
