"""What the diagnosis says: can these environments teach invariance?"""

from typing import Literal

from pydantic import Field

from irm_core.data.version import Record

Verdict = Literal["can teach invariance", "too alike", "too few", "label-pure", "only covariate shift"]


class UnstableFeature(Record):
    """A feature whose slope on the label differs between environments, most first.

    by_environment: change of the label (of the probability of one class) per standard deviation of the
    feature over all training rows.
    """

    feature: str
    by_environment: dict[str, float]


class EnvironmentSummary(Record):
    """One environment: its rows, and the mean of its labels (regression) or their counts (classification)."""

    rows: int
    hold_out: bool
    label_mean: float | None = None
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

    told_apart: None where there is too little to judge by. novelty: by hold-out, the share of its rows that
    lie outside what training sees. Of hold-outs, the verdict knows nothing.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    unstable_features: tuple[UnstableFeature, ...]
    environments: dict[str, EnvironmentSummary]
    told_apart: ToldApart | None = None
    twins: tuple[Twins, ...] = ()
    novelty: dict[str, float] = Field(default_factory=dict)
