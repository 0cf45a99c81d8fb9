"""The verdict on a frame of features, label and environment."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import polars as pl

from irm_core.contracts.names import ENVIRONMENT
from irm_core.data.folds import FEWEST
from irm_core.diagnostics import sentences
from irm_core.diagnostics.class_label import ClassLabel
from irm_core.diagnostics.diagnosis import Diagnosis, FeatureSlope, ToldApart, UnstableFeature, Verdict
from irm_core.diagnostics.evidence import Evidence, gather
from irm_core.diagnostics.feature_slopes import feature_slopes
from irm_core.diagnostics.label import Label
from irm_core.diagnostics.labels import pure, summaries
from irm_core.diagnostics.novelty import novelty
from irm_core.diagnostics.number_label import NumberLabel
from irm_core.diagnostics.numeric import labels, numeric, standardised
from irm_core.diagnostics.telling_apart import told_apart
from irm_core.diagnostics.twins import twins


def judge(
    frame: pl.DataFrame,
    features: Sequence[str],
    label: str,
    *,
    classification: bool,
    hold_out: Collection[str] = (),
    content: Sequence[str] | None = None,
) -> Diagnosis:
    """Whether the environments of a frame, named in its column ENVIRONMENT, can teach invariance.

    The first that holds: "label-pure", the label does not vary in some environment; "too few", fewer than
    leaving one out needs, or not more than there are unstable directions; "can teach invariance", the slope
    of the label on some feature differs between environments; "only covariate shift", features are
    distributed differently; "too alike". Rows of `hold_out` are counted, and looked at
    for rows that training has too, and for features out of its range; the verdict does not depend on them.
    content: the columns in which two rows are the same; features and label if not given.
    """
    trained = frame.filter(~pl.col(ENVIRONMENT).is_in(list(hold_out)))
    found = _found(trained, features, label, classification)
    same = twins(frame, [*features, label] if content is None else content)
    outside = novelty(frame, features, hold_out)
    return Diagnosis(
        verdict=found.verdict,
        reasons=(*found.reasons, *sentences.twins(same), *sentences.novel(outside)),
        unstable_features=found.unstable,
        environments=summaries(frame, label, classification, hold_out),
        slopes=found.slopes,
        scale_gradient=found.scale_gradient,
        leaks=found.leaks,
        told_apart=found.apart,
        twins=same.told,
        novelty=outside,
    )


@dataclass(frozen=True)
class _Found:
    """What the training environments show."""

    verdict: Verdict
    reasons: tuple[str, ...]
    unstable: tuple[UnstableFeature, ...] = ()
    slopes: tuple[FeatureSlope, ...] = ()
    scale_gradient: dict[str, float] = field(default_factory=dict)
    leaks: dict[str, float] = field(default_factory=dict)
    apart: ToldApart | None = None


def _found(trained: pl.DataFrame, features: Sequence[str], label: str, classification: bool) -> _Found:
    if uniform := pure(trained, label):
        return _Found("label-pure", (sentences.label_pure(uniform),))
    if trained.is_empty():
        return _Found("too few", (sentences.few_environments(0),))
    # One feature at a time: of all, the numbers and the standardised ones need not be in memory together.
    numbers = pl.DataFrame([one for name in features for one in standardised(numeric(trained, [name]))])
    if not numbers.width:
        return _Found("too alike", (sentences.NO_FEATURE,))
    y, environment = _label(labels(trained[label], classification)), trained[ENVIRONMENT]
    evidence, apart = gather(environment, numbers, y), told_apart(numbers, y.values, environment)
    leaking, slopes = y.leaks(numbers), feature_slopes(evidence.slopes, evidence.judged)
    return _Found(
        verdict=verdict_on(evidence),
        reasons=(
            *sentences.reasons(evidence),
            *sentences.leaks(leaking),
            *sentences.told_apart(apart),
        ),
        unstable=tuple(
            UnstableFeature(feature=one.feature, by_environment=one.by_environment, of_class=one.of_class)
            for one in slopes
            if one.feature in evidence.unstable["quantity"]
        ),
        slopes=slopes,
        scale_gradient=evidence.scale_gradient,
        leaks={one.feature: one.association for one in leaking},
        apart=apart,
    )


def _label(values: pl.Series) -> Label:
    return ClassLabel(values) if values.dtype == pl.Enum else NumberLabel(values)


def verdict_on(evidence: Evidence) -> Verdict:
    """The one verdict that the evidence supports; see `judge`."""
    count = len(evidence.rows)
    if count < FEWEST or 0 < count <= evidence.directions:
        return "too few"
    if evidence.directions:
        return "can teach invariance"
    return "only covariate shift" if evidence.shifted else "too alike"
