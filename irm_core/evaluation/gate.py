"""The gate: a challenger becomes champion only if it is better by more than noise."""

from collections.abc import Mapping

from irm_core.data.version import Record
from irm_core.evaluation.figures import Figure, by_criterion, measured
from irm_core.evaluation.lead import at, lead, place
from irm_core.evaluation.records import EnvironmentMetrics
from irm_core.training.plan import TrainingPlan

Judged = Mapping[str, EnvironmentMetrics]


class Promotion(Record):
    """Whether the challenger becomes champion, and the sentence that says why."""

    promoted: bool
    reason: str


def promote(
    challenger: Judged, champion: Judged | None, plan: TrainingPlan, *, unreadable: str = ""
) -> Promotion:
    """Compare two models by `plan.criterion` on the same rows of the same data version.

    The rows are the validation rows of the environments both are judged in: neither was trained on them,
    because whether a row is kept for validation depends on its content alone. Environments where a score is
    undefined are left out for both. With no champion the challenger is promoted; so it is when the champion
    cannot be judged, because it cannot read these data: `unreadable` says why.
    """
    if champion is None:
        why = (
            f"the champion cannot read these data. {unreadable}"
            if unreadable
            else "there is no champion yet."
        )
        return Promotion(promoted=True, reason=f"Promoted: {why}")
    new, old = _comparable(challenger, champion)
    if not new:
        return Promotion(
            promoted=False,
            reason="Not promoted: in no environment can both the challenger and the champion be scored.",
        )
    one, other = by_criterion(new, plan.criterion), by_criterion(old, plan.criterion)
    ahead = lead(one, other, plan.standard_errors)
    said = f"{at(one)} {place(plan.criterion)}, the champion {at(other)}"
    if ahead.difference <= 0:
        return Promotion(promoted=False, reason=f"Not promoted: the challenger scores {said}: no lead.")
    verdict = "Promoted" if ahead.counts else "Not promoted"
    return Promotion(promoted=ahead.counts, reason=f"{verdict}: the challenger scores {said}: {ahead}.")


def _comparable(one: Judged, other: Judged) -> tuple[dict[str, Figure], dict[str, Figure]]:
    pairs = {name: (measured(one[name]), measured(other[name])) for name in one if name in other}
    both = {name: (new, old) for name, (new, old) in pairs.items() if new is not None and old is not None}
    return {name: new for name, (new, _) in both.items()}, {name: old for name, (_, old) in both.items()}
