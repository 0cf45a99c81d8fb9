"""A retraining's summary run: the choice, ERM beside it, the tables and the plots."""

from collections.abc import Iterator

from mlflow import MlflowClient

from flows.page import page
from flows.report import plots, words
from flows.report.document import document
from flows.report.outcome import Outcome, Registered
from flows.report.tables import chosen
from flows.tracking.dataset import dataset_input, used
from flows.tracking.judged import REPORT
from flows.tracking.runs import log
from irm_core.evaluation.figures import measured


def summary_name(outcome: Outcome) -> str:
    """What the summary run is called: the choice."""
    return f"retraining: {chosen(outcome)}"


def log_choice(run_id: str, outcome: Outcome) -> None:
    """What was chosen and on which data, as soon as it is known."""
    retraining, selection = outcome.retraining, outcome.selection
    choice = selection.model_dump(include={"objective", "penalty_weight", "learning_rate"}, exclude_none=True)
    client = MlflowClient()
    log(client, run_id, list(metrics(outcome)), retraining.plan.model_dump() | choice)
    client.log_inputs(run_id, [dataset_input(used(retraining.published))])


def log_verdict(run_id: str, outcome: Outcome, registered: Registered, seconds: dict[str, float]) -> None:
    """The verdict as the run's description, the report and the plots as its artifacts."""
    client = MlflowClient()
    text = words.verdict(outcome, registered)
    client.set_tag(run_id, "mlflow.note.content", text, synchronous=True)
    client.set_tag(run_id, "prefect", page(outcome.retraining.id), synchronous=True)
    client.log_text(run_id, text, "verdict.md")
    client.log_dict(run_id, document(outcome, registered, seconds), REPORT)
    for name, draw in (("scores.png", plots.scores), ("curves.png", plots.curves)):
        client.log_figure(run_id, draw(outcome), name, save_kwargs={"bbox_inches": "tight"})


def metrics(outcome: Outcome) -> Iterator[tuple[str, float, int]]:
    """Scores of the choice and of ERM where they were left out; the choice's in the hold-outs."""
    selection = outcome.selection
    for said, worst, mean in (
        ("", selection.worst, selection.mean),
        ("erm/", selection.erm.worst, selection.erm.mean),
    ):
        yield f"{said}worst", worst.score, 0
        yield f"{said}mean", mean.score, 0
    slugs = {one.name: one.slug for one in outcome.retraining.published.version.environments}
    table = {one.name: one for one in selection.table}
    yield "gap", table[chosen(outcome)].gap or 0.0, 0
    for environment, metric in next(iter(outcome.hold_out.values())).items():
        if (figure := measured(metric)) is not None:
            yield f"hold_out/{slugs[environment]}", figure.score, 0
