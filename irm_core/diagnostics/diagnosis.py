"""What the diagnosis says: can these environments teach invariance?"""

from typing import Literal

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


class Diagnosis(Record):
    """The verdict, the sentences it rests on, and the figures behind them.

    Hold-outs are listed under `environments`; nothing else looks at them.
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    unstable_features: tuple[UnstableFeature, ...]
    environments: dict[str, EnvironmentSummary]
