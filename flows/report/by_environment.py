"""The table by environment: ERM beside the choice, environments downwards, however many there are."""

from collections.abc import Iterator, Sequence

from flows.report.outcome import Outcome
from flows.report.tables import Row, chosen, figure
from irm_core.evaluation.configuration import Configuration
from irm_core.evaluation.figures import by_criterion, measured
from irm_core.training.candidate import CONTROL


def by_environment(outcome: Outcome) -> tuple[Row, list[Row]]:
    """Header, and a row per environment, with standard errors; then worst and mean, then the hold-outs."""
    lines = beside(outcome)
    header = ("environment", *(f"{outcome.retraining.score}: {one.name}" for one in lines))
    return header, [*_left_out(outcome, lines), *_hold_out(outcome, lines)]


def beside(outcome: Outcome) -> list[Configuration]:
    """ERM and the choice; where ERM is the choice, ERM and the best of the others, if one came through."""
    table, control = outcome.selection.table, outcome.selection.erm.learning_rate
    erm = next(one for one in table if one.objective == CONTROL and one.learning_rate == control)
    others = [one for one in table if one.objective != CONTROL and not one.failure]
    criterion = outcome.retraining.plan.criterion
    best = sorted(others, key=lambda one: -by_criterion(one.environments, criterion).score)
    first = sorted(best, key=lambda one: one.name != chosen(outcome))
    return [erm, *first[:1]]


def _left_out(outcome: Outcome, lines: Sequence[Configuration]) -> Iterator[Row]:
    for environment in outcome.retraining.published.version.training:
        yield f"{environment}, left out", *(figure(one.environments.get(environment)) for one in lines)
    yield "worst", *(figure(one.worst) for one in lines)
    yield "mean", *(figure(one.mean) for one in lines)


def _hold_out(outcome: Outcome, lines: Sequence[Configuration]) -> Iterator[Row]:
    for environment in outcome.retraining.published.version.hold_out:
        judged = [outcome.hold_out.get(one.name, {}).get(environment) for one in lines]
        yield f"{environment}, hold-out", *(figure(measured(one) if one else None) for one in judged)
