"""How far one model is ahead of another, and whether that is more than noise."""

from math import hypot, isinf
from typing import Literal, NamedTuple

from irm_core.evaluation.figures import Extreme, Figure


class Lead(NamedTuple):
    """The difference of two scores, and what a difference must exceed to count.

    noise = k · √(SE₁² + SE₂²), as if the two were measured on different rows. Models measured on the same
    rows err together, so the true noise is smaller: conservative. Infinite where a standard error is unknown.
    """

    difference: float
    noise: float

    @property
    def counts(self) -> bool:
        return self.difference > self.noise

    def __str__(self) -> str:
        if isinf(self.noise):
            return f"a lead of {self.difference:.3f}, whose noise too few rows leave unknown"
        weighed = "more than" if self.counts else "within"
        return f"a lead of {self.difference:.3f}, {weighed} noise ({self.noise:.3f})"


def lead(one: Figure, other: Figure, standard_errors: float) -> Lead:
    """The lead of `one` over `other`; `standard_errors` is k."""
    # 0 · ∞ is not a number, and a plan of zero standard errors asks for no noise at all
    noise = standard_errors * hypot(one.noise, other.noise) if standard_errors else 0.0
    return Lead(one.score - other.score, noise)


def at(figure: Figure) -> str:
    """A score as said in a sentence, with its environment if it is of one."""
    return (
        f"{figure.score:.3f} ({figure.environment})" if isinstance(figure, Extreme) else f"{figure.score:.3f}"
    )


def place(criterion: Literal["worst", "mean"]) -> str:
    """Where the scores compared were reached."""
    return "in the worst environment" if criterion == "worst" else "on the mean of the environments"
