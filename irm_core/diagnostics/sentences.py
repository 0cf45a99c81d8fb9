"""What the evidence says, in sentences that a person who knows the data can check."""

from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from irm_core.data.folds import FEWEST
from irm_core.diagnostics.diagnosis import ToldApart
from irm_core.diagnostics.estimates import CHANGE, OF_CLASS
from irm_core.diagnostics.evidence import Evidence
from irm_core.diagnostics.leaks import Leak
from irm_core.diagnostics.twins import Common

FEW_ROWS = 30
SIGNAL = 2.0  # standard errors
NOVEL = 0.05  # share of rows


def few_environments(count: int) -> str:
    return (
        f"There {'is' if count == 1 else 'are'} {count} environment{'' if count == 1 else 's'} to train on; "
        f"leaving one out needs {FEWEST}. Choose another split, or add data of more sites."
    )


def label_pure(names: tuple[str, ...]) -> str:
    return (
        f"All labels are the same in {', '.join(names)}: the environment gives the label away there, and "
        "no slope can be seen. Choose another split, or pool these with others."
    )


NO_FEATURE = "No feature varies, so none can teach anything."


def reasons(evidence: Evidence) -> Iterator[str]:
    """Every finding, the most telling first."""
    yield from unstable(evidence)
    yield from enough(evidence)
    yield from shifts(evidence)
    yield from signal(evidence)
    yield from small(evidence)


def unstable(evidence: Evidence) -> Iterator[str]:
    """How far the slope of each unstable feature goes, and whether its sign changes."""
    if evidence.unstable.is_empty():
        yield "No feature's slope on the label differs between environments by more than noise."
    found = evidence.unstable.select("quantity", OF_CLASS, "flips", "i_squared")
    for name, of_class, flips, i_squared in found.iter_rows():
        of_feature = evidence.slopes.filter(pl.col("quantity") == name).sort("estimate", "environment")
        low, high = of_feature.row(0, named=True), of_feature.row(-1, named=True)
        yield (
            f"The slope of {_label(of_class)} on '{name}' differs between environments"
            f"{', even in sign' * flips}: {low[CHANGE]:.3g} in {low['environment']} and "
            f"{high[CHANGE]:.3g} in {high['environment']} per standard deviation (I² {i_squared:.0%})."
        )


def _label(of_class: str | None) -> str:
    return "the label" if of_class is None else f"the class '{of_class}', against the rest,"


def enough(evidence: Evidence) -> Iterator[str]:
    """Environments against unstable directions: E > d_e in the linear case (Rosenfeld et al. 2021)."""
    count, needed = len(evidence.rows), evidence.directions + 1
    if count < FEWEST:
        yield few_environments(count)
    if evidence.directions:
        verdict = "enough" if count >= needed else "too few"
        yield (
            f"{count} environments against {evidence.directions} unstable directions are {verdict}: "
            "in the linear case there must be more environments than directions (Rosenfeld et al. 2021)."
        )


def shifts(evidence: Evidence) -> Iterator[str]:
    if evidence.shifted:
        yield f"Features are distributed differently between environments: {', '.join(evidence.shifted)}."
    if classes := [f"'{one}'" for one in evidence.label_shifts if one is not None]:
        yield f"Classes are more frequent in some environments than in others: {', '.join(classes)}."
    elif evidence.label_shifts:
        yield "The label's mean differs between environments."


def signal(evidence: Evidence) -> Iterator[str]:
    """Whether IRMv1's penalty differs from zero at a pooled linear model."""
    gradient = evidence.scale_gradient
    if not gradient:
        return
    name = max(sorted(gradient), key=lambda one: abs(gradient[one]))
    found = abs(gradient[name]) >= SIGNAL
    yield (
        f"At a pooled linear model the gradient that IRM penalises is {abs(gradient[name]):.1f} standard "
        f"errors from zero in {name}: {'a signal to follow' if found else 'nowhere a signal to follow'}."
    )


def leaks(found: Sequence[Leak]) -> Iterator[str]:
    """Features that may be known only once the label is."""
    for name, association, of_class in found:
        tells = "the label" if of_class is None else f"the class '{of_class}' from the rest"
        yield (
            f"'{name}' alone all but tells {tells} (rank association {association:.3f} of 1). If it is "
            "known only once the label is, give it the role `ignore`."
        )


def told_apart(found: ToldApart | None) -> Iterator[str]:
    if found:
        yield (
            f"Environments can be told from features with an AUC of {found.by_features:.2f} (0.5: not at "
            f"all), among rows of the same label with {found.given_label:.2f}."
        )


def twins(found: Common) -> Iterator[str]:
    """The pair with the most rows in common, how many more pairs have some, and what cannot be told."""
    for one, two in (each.environments for each in found.told[:1]):
        count = len(found.told) - 1
        more = f", and of {count} more pairs of environments" if count else ""
        yield (
            f"{found.told[0].rows:,} rows of {one} are also rows of {two}{more}: the same in all that is "
            "learned from. What is left out has then been seen in training. Remove the copies."
        )
    if found.chance:
        yield (
            f"Whether rows were copied between environments cannot be told of {found.chance} pairs of them: "
            f"only {found.distinct:.0%} of the rows are distinct inside environments, so that those which a "
            "pair has in common can be chance."
        )


def novel(shares: Mapping[str, float]) -> Iterator[str]:
    """The hold-outs on which a model must extrapolate."""
    for name, share in shares.items():
        if share >= NOVEL:
            yield (
                f"Of the hold-out {name} {share:.0%} of the rows lie outside what training sees, in at least "
                "one feature: there models extrapolate."
            )


def small(evidence: Evidence) -> Iterator[str]:
    few = [f"{name} ({rows})" for name, rows in evidence.rows.items() if rows < FEW_ROWS]
    if few:
        yield f"Fewer than {FEW_ROWS} rows, so that figures are noisy, in: {', '.join(few)}."
