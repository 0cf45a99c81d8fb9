"""Scores of several environments, and what is said of them together: worst, mean, gap."""

from collections.abc import Mapping
from math import fsum, inf, sqrt
from typing import Literal

from irm_core.data.version import Record
from irm_core.evaluation.records import EnvironmentMetrics


class Figure(Record):
    """A score and its standard error; None where too few rows let it be known."""

    score: float
    standard_error: float | None

    @property
    def noise(self) -> float:
        """The standard error, infinite where it is unknown: what cannot be measured proves nothing."""
        return inf if self.standard_error is None else self.standard_error


class Extreme(Figure):
    """The figure of one named environment, the worst."""

    environment: str


def measured(metrics: EnvironmentMetrics) -> Figure | None:
    """The figure of one environment; None where its score is undefined."""
    if metrics.score is None:
        return None
    return Figure(score=metrics.score, standard_error=metrics.standard_error)


def worst(figures: Mapping[str, Figure]) -> Extreme:
    """The lowest score, with its environment's name; the first by name among equals."""
    name = min(sorted(figures), key=lambda one: figures[one].score)
    return Extreme(environment=name, **figures[name].model_dump())


def mean(figures: Mapping[str, Figure]) -> Figure:
    """The mean over E environments, each weighing the same; standard error √(Σ_e SE_e²) / E.

    Environments are taken as given, not as a sample of all there could be.
    """
    noise = sqrt(fsum(one.noise**2 for one in figures.values())) / len(figures)
    score = fsum(one.score for one in figures.values()) / len(figures)
    return Figure(score=score, standard_error=None if noise == inf else noise)


def gap(figures: Mapping[str, Figure]) -> float:
    """The best environment's score minus the worst one's."""
    scores = [one.score for one in figures.values()]
    return max(scores) - min(scores)


def by_criterion(figures: Mapping[str, Figure], criterion: Literal["worst", "mean"]) -> Figure:
    """The one figure that a choice goes by."""
    return worst(figures) if criterion == "worst" else mean(figures)
