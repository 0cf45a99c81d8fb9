"""The verdict of a retraining in Markdown: for the model version, the Prefect artifact and the MLflow run."""

from collections.abc import Iterator

from flows.page import page
from flows.report import tables
from flows.report.outcome import Outcome, Registered
from flows.tracking.view import address


def verdict(outcome: Outcome, registered: Registered) -> str:
    """What was chosen, what was promoted, why, and the tables by environment."""
    return "\n\n".join(_paragraphs(outcome, registered))


def _paragraphs(outcome: Outcome, registered: Registered) -> Iterator[str]:
    version = outcome.retraining.published.version
    yield f"## {version.dataset} by {version.split}: {tables.chosen(outcome)}"
    yield outcome.selection.reason
    yield f"**{registered.model}**: {registered.promotion.reason}"
    yield tables.markdown(*tables.comparison(outcome))
    if version.hold_out:
        yield tables.markdown(*tables.hold_out(outcome))
    yield f"Environments: **{outcome.diagnosis.verdict}**. {' '.join(outcome.diagnosis.reasons)}"
    yield from outcome.caveats
    yield (
        f"Data version `{version.id}`: {version.rows.read:,} rows read = {version.rows.good:,} good + "
        f"{version.rows.quarantined:,} quarantined."
    )
    yield _ways(outcome)


def _ways(outcome: Outcome) -> str:
    """Links to where the retraining was run and where it was logged."""
    retraining = outcome.retraining
    charts = address(retraining.experiment, retraining.id)
    return f"[This retraining in Prefect]({page(retraining.id)}) · [its candidates in MLflow]({charts})"
