"""Artifacts: what a retraining's page in Prefect shows of it, with the way to MLflow."""

import re

from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

from flows.report import words
from flows.report.by_environment import by_environment
from flows.report.outcome import Outcome, Registered
from flows.tracking.names import project
from flows.tracking.view import address
from irm_core.data.version import Version


def link_to_charts(version: Version, experiment: str, retraining: str) -> None:
    """A link to the candidates' curves in MLflow, there from the first one on."""
    create_link_artifact(
        address(experiment, retraining),
        link_text=f"Curves of the candidates in MLflow: {project(version)}",
        key=key("mlflow", version),
        description="One run per candidate, grouped by configuration; the summary run has the report.",
    )


def show_outcome(outcome: Outcome, registered: Registered) -> None:
    """The table by environment, and the verdict in words."""
    version = outcome.retraining.published.version
    header, rows = by_environment(outcome)
    create_table_artifact(
        [dict(zip(header, row, strict=True)) for row in rows],
        key=key("environments", version),
        description=f"{outcome.retraining.score} by environment. {outcome.selection.reason}",
    )
    create_markdown_artifact(
        words.verdict(outcome, registered),
        key=key("verdict", version),
        description=f"{registered.model}. {registered.promotion.reason}",
    )


def key(kind: str, version: Version) -> str:
    """Under what Prefect keeps the history of an artifact: lower-case letters, digits and dashes."""
    return re.sub("[^a-z0-9]+", "-", f"{kind}-{project(version)}".lower()).strip("-")
