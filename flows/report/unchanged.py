"""What is said of a retraining whose content was judged before: nothing is done, that verdict stands."""

from datetime import UTC, datetime
from typing import Any

from mlflow.entities.model_registry import ModelVersion
from prefect.artifacts import create_markdown_artifact

from flows import console
from flows.artifacts import key
from flows.report.document import in_delta
from flows.tracking.judged import Judged
from irm_core.data.version import Published, Version


def show_unchanged(known: Judged, champion: ModelVersion | None, version: Version) -> None:
    """In the terminal, and as the verdict on the run's page in Prefect."""
    told = sentence(known, champion)
    console.out.print(f"[bold]Unchanged[/]     {told}", highlight=False)
    console.out.print(f"[bold]Choice[/]        {known.report['selection']['reason']}")
    create_markdown_artifact(
        f"{told}\n\n{known.made.description}", key=key("verdict", version), description=told
    )


def sentence(known: Judged, champion: ModelVersion | None) -> str:
    """Since when nothing has changed, which model stands, and who is champion now."""
    made = known.made
    at = datetime.fromtimestamp(made.creation_timestamp / 1000, UTC).astimezone()
    return (
        f"Nothing has changed since models:/{made.name}/{made.version} was judged on data version "
        f"{known.report['data_version']} ({at:%Y-%m-%d %H:%M}): nothing is trained or registered, and model "
        f"version {made.version} stands. {_champion(made, champion)}"
    )


def _champion(made: ModelVersion, champion: ModelVersion | None) -> str:
    if champion is None:
        return "There is no champion."
    if int(champion.version) == int(made.version):
        return "It is the champion."
    return f"The champion is version {champion.version}."


def document_unchanged(known: Judged, published: Published, seconds: dict[str, float]) -> dict[str, Any]:
    """The report of then, with what this run took, and where a Delta table has the rows now."""
    return known.report | {"unchanged": True, "delta": in_delta(published), "seconds": seconds}
