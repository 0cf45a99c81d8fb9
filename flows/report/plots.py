"""Plots, where people would rather look than read."""

from collections import defaultdict

from matplotlib.figure import Figure

from flows.report import tables
from flows.report.outcome import Outcome
from irm_core.evaluation.configuration import name
from irm_core.evaluation.records import Trial


def scores(outcome: Outcome) -> Figure:
    """A dot with its standard error per configuration and environment: where each holds and where not."""
    environments = outcome.retraining.published.version.training
    figure = Figure(figsize=(1.6 + 1.5 * len(environments), 4.5), layout="constrained")
    axes = figure.subplots()
    table = [one for one in outcome.selection.table if one.environments]
    for number, one in enumerate(table):
        shift = 0.6 * (number / max(1, len(table) - 1) - 0.5)
        known = [
            (place, one.environments[env])
            for place, env in enumerate(environments)
            if env in one.environments
        ]
        axes.errorbar(
            [place + shift for place, _ in known],
            [figure.score for _, figure in known],
            yerr=[figure.standard_error or 0 for _, figure in known],
            fmt="o",
            label=one.name,
        )
    axes.set_xticks(range(len(environments)), environments, rotation=20, ha="right")
    axes.set_ylabel(tables.comparison(outcome)[0][0])
    axes.grid(axis="y", alpha=0.3)
    figure.legend(loc="outside lower center", ncols=3)
    return figure


def curves(outcome: Outcome) -> Figure:
    """Risk in the left-out environment against the step, one panel per environment, mean over seeds."""
    environments = outcome.retraining.published.version.training
    figure = Figure(figsize=(3.4 * len(environments), 3.6), layout="constrained")
    panels = figure.subplots(1, len(environments), squeeze=False)[0]
    for axes, environment in zip(panels, environments, strict=True):
        for label, points in _mean_risk(outcome.trials, environment).items():
            axes.plot(list(points), list(points.values()), label=label, linewidth=1.2)
        axes.set_title(f"{environment}, left out", fontsize=9)
        axes.set_xlabel("step")
    panels[0].set_ylabel("risk")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=5)
    return figure


def _mean_risk(trials: tuple[Trial, ...], left_out: str) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for trial in trials:
        if trial.candidate.left_out == left_out:
            label = name(trial.candidate)
            for point in trial.curve:
                found[label][point.step].append(point.risk[left_out])
    return {
        label: {step: sum(risks) / len(risks) for step, risks in points.items()}
        for label, points in found.items()
    }
