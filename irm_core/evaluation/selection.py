"""Choose what ships: ERM, unless an invariant objective is better by more than noise."""

from collections.abc import Iterable, Sequence
from itertools import product

from irm_core.data.version import Record
from irm_core.errors import IrmflowError
from irm_core.evaluation.configuration import Configuration, configuration, name
from irm_core.evaluation.figures import Extreme, Figure, by_criterion, mean, worst
from irm_core.evaluation.lead import Lead, at, lead, place
from irm_core.evaluation.records import Trial
from irm_core.training.candidate import CONTROL, Tuning, configurations, tuning
from irm_core.training.plan import TrainingPlan


class Control(Record):
    """What ERM, trained under the same plan, reached, with the best of its learning rates.

    learning_rate: None where only one was tried.
    """

    learning_rate: float | None = None
    worst: Extreme
    mean: Figure


class Selection(Record):
    """The choice, what the control reached, every configuration compared (ERM first), and why."""

    objective: str
    penalty_weight: float
    learning_rate: float | None = None
    worst: Extreme
    mean: Figure
    erm: Control
    table: tuple[Configuration, ...]
    reason: str


def select(trials: Sequence[Trial], plan: TrainingPlan) -> Selection:
    """Choose by `plan.criterion` over left-out environments, one standard error towards the simpler.

    Who may be chosen: ERM with the best of its learning rates, and the configurations that lead it by more
    than `plan.standard_errors` standard errors of the difference. Of these, the simplest within one standard
    error of the best: ERM is the simplest, then the smaller penalty weight, then the order of the plan.
    Nothing corrects for the number of configurations: with many, ask for more standard errors. One with a
    trial that diverged or collapsed cannot be chosen; `IrmflowError` if that happened to ERM with every
    learning rate, or if trials are missing.
    """
    table = tabulate(trials, plan)
    erm = _control(table, plan)
    contenders = [one for one in table if one.objective != CONTROL and not one.failure]
    ahead = [one for one in contenders if _lead(one, erm, plan).counts]
    chosen = simplest([erm, *ahead], plan)
    return Selection(
        objective=chosen.objective,
        penalty_weight=chosen.penalty_weight,
        learning_rate=chosen.learning_rate,
        worst=worst(chosen.environments),
        mean=mean(chosen.environments),
        erm=Control(
            learning_rate=erm.learning_rate, worst=worst(erm.environments), mean=mean(erm.environments)
        ),
        table=table,
        reason=" ".join((_reason(chosen, erm, ahead or contenders, plan), *_excluded(table))),
    )


def tabulate(trials: Sequence[Trial], plan: TrainingPlan) -> tuple[Configuration, ...]:
    """A line per configuration: ERM, then in the plan's order of objectives, by penalty weight and rate.

    Every learning rate of ERM must be there: it is tuned as the others are.
    """
    found: dict[Tuning, list[Trial]] = {}
    for trial in trials:
        found.setdefault(tuning(trial.candidate), []).append(trial)
    for one in configurations(plan):
        if one.objective == CONTROL:
            found.setdefault(one, [])
    left_out = {trial.candidate.left_out for trial in trials}
    for key, group in found.items():
        _refuse_missing(name(key), group, left_out, plan)
    order = sorted(found, key=lambda key: (_rank(key.objective, plan), key.penalty_weight, _rate(key)))
    return tuple(configuration(found[key]) for key in order)


def _control(table: Sequence[Configuration], plan: TrainingPlan) -> Configuration:
    """ERM, with the learning rate that scores best."""
    lines = [one for one in table if one.objective == CONTROL]
    sound = [one for one in lines if not one.failure]
    if not sound:
        raise IrmflowError(
            f"ERM, the control, {lines[0].failure}: without it nothing can be compared. "
            "Lower learning_rate, or look at the features for values out of scale."
        )
    return _best(sound, plan)


def simplest(eligible: Sequence[Configuration], plan: TrainingPlan) -> Configuration:
    """The simplest of those within one standard error of the best (the rule of Breiman et al. 1984)."""
    best = _best(eligible, plan)
    floor = _figure(best, plan).score - _figure(best, plan).noise
    near = [one for one in eligible if _figure(one, plan).score >= floor]
    return min(near, key=lambda one: _complexity(one, plan))


def _refuse_missing(
    said: str, trials: Iterable[Trial], left_out: set[str | None], plan: TrainingPlan
) -> None:
    made = {(trial.candidate.left_out, trial.candidate.seed) for trial in trials}
    missing = sorted(set(product(left_out, plan.seeds)) - made, key=str)
    if missing or not made:
        lacks = "".join(
            f" that left out '{environment}' with seed {seed}" for environment, seed in missing[:1]
        )
        raise IrmflowError(f"{said} has no trial{lacks}, so it cannot be compared.")


def _rank(objective: str, plan: TrainingPlan) -> int:
    return -1 if objective == CONTROL else plan.objectives.index(objective)


def _rate(one: Tuning | Configuration) -> float:
    return one.learning_rate or 0.0


def _complexity(one: Configuration, plan: TrainingPlan) -> tuple[bool, float, int, float]:
    return one.objective != CONTROL, one.penalty_weight, _rank(one.objective, plan), _rate(one)


def _figure(one: Configuration, plan: TrainingPlan) -> Figure:
    return by_criterion(one.environments, plan.criterion)


def _lead(one: Configuration, other: Configuration, plan: TrainingPlan) -> Lead:
    return lead(_figure(one, plan), _figure(other, plan), plan.standard_errors)


def _best(some: Sequence[Configuration], plan: TrainingPlan) -> Configuration:
    """The highest score; of equals, the simplest."""
    return min(some, key=lambda one: (-_figure(one, plan).score, *_complexity(one, plan)))


def _reason(
    chosen: Configuration, erm: Configuration, rivals: Sequence[Configuration], plan: TrainingPlan
) -> str:
    """`rivals`: the configurations that lead ERM by more than noise, or if none does, all that finished."""
    if not rivals:
        return f"{erm.name} ships: there is nothing else to choose."
    best = _best(rivals, plan)
    told = best if chosen is erm else chosen
    ahead = _lead(told, erm, plan)
    scores = (
        f"{told.name} scores {at(_figure(told, plan))} {place(plan.criterion)}, "
        f"{erm.name} {at(_figure(erm, plan))}"
    )
    if ahead.difference <= 0:
        return f"{erm.name} ships: {scores}, and nothing scores higher."
    passed_over = ahead.counts and chosen is not best
    simpler = (
        f" {chosen.name} is within one standard error of {best.name}, and simpler." if passed_over else ""
    )
    return f"{chosen.name} ships: {scores}: {ahead}.{simpler}"


def _excluded(table: Iterable[Configuration]) -> list[str]:
    return [f"{one.name} could not be chosen: {one.failure}." for one in table if one.failure]
