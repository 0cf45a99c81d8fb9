"""What the diagnosis says: can these environments teach invariance?"""

from typing import Literal

from pydantic import Field

from irm_core.data.version import Record

Verdict = Literal["can teach invariance", "too alike", "too few", "label-pure", "only covariate shift"]


class UnstableFeature(Record):
    """A feature whose slope on the label differs between environments, most first.

    by_environment: change of the label (of the probability of one class) per standard deviation of the
    feature over all training rows. of_class: of three classes and more, the one whose slope differs most.
    """

    feature: str
    by_environment: dict[str, float]
    of_class: str | None = None


class FeatureSlope(Record):
    """The slope of the label on a feature, and Cochran's test of whether environments differ in it.

    by_environment, of_class: as in UnstableFeature. q ~ χ² with one degree of freedom less than environments
    if all are equal; p: how often it would be as large then. i_squared: the share of the variation that is
    not noise. sign_flips: two environments have opposite signs, each by more than two standard errors.
    """

    feature: str
    by_environment: dict[str, float]
    q: float
    p: float
    i_squared: float
    sign_flips: bool
    of_class: str | None = None


class EnvironmentSummary(Record):
    """One environment: its rows, and mean and deviation of its labels (regression) or their counts."""

    rows: int
    hold_out: bool
    label_mean: float | None = None
    label_deviation: float | None = None
    label_counts: dict[str, int] | None = None


class ToldApart(Record):
    """How well environments can be told from the rest, as areas under the curve: 0.5 is chance.

    by_features: from X. given_label: from X and y, among rows of the same label (a number: of the same
    third), which a shift of the label alone does not explain.
    """

    by_features: float
    given_label: float


class Twins(Record):
    """rows: how many different rows are the same in both environments."""

    environments: tuple[str, str]
    rows: int


class Diagnosis(Record):
    """The verdict, the sentences it rests on, and the figures behind them.

    slopes: of all features, unstable or not. scale_gradient: by environment, IRMv1's gradient at a pooled
    linear model, in standard errors. leaks: features that alone all but tell the label, and how well, at
    most 1.
    told_apart: None where there is too little to judge by. novelty: by hold-out, the share of its rows that
    lie outside what training sees. Of hold-outs, the verdict knows nothing.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    unstable_features: tuple[UnstableFeature, ...]
    environments: dict[str, EnvironmentSummary]
    slopes: tuple[FeatureSlope, ...] = ()
    scale_gradient: dict[str, float] = Field(default_factory=dict)
    leaks: dict[str, float] = Field(default_factory=dict)
    told_apart: ToldApart | None = None
    twins: tuple[Twins, ...] = ()
    novelty: dict[str, float] = Field(default_factory=dict)
