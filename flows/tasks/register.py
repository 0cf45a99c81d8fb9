"""Register: the refitted model becomes the challenger, and the champion if it has earned it."""

import mlflow
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

from flows.report import words
from flows.report.outcome import ByEnvironment, Outcome, Registered
from flows.retraining import Retraining
from flows.tracking import names, registry, signature, spool, summary
from flows.tracking.away import AwayError, needed
from flows.tracking.judged import settle
from flows.tracking.record import Ending, delete_half_logged
from flows.tracking.runs import run
from flows.tracking.unfinished import begun, take_back
from flows.turns import turn
from irm_core.errors import DataError
from irm_core.evaluation.gate import Promotion, promote
from irm_core.evaluation.judge import judge
from irm_core.predictor import Predictor

UNREGISTERED = (
    "The model is not registered. The trained candidates are kept, and what MLflow did not get waits in the "
    "spool. Once it is back, `irmflow sync` sends it; `irmflow run` trains no candidate again and registers."
)


@task(name="Register", cache_policy=NO_CACHE)
def register(predictor: Predictor, outcome: Outcome, seconds: dict[str, float]) -> Registered:
    """The registered version, with the verdict written where people look; first, the runs that wait.

    Raises AwayError, and keeps what waits, where MLflow is away.
    """
    retraining = outcome.retraining
    try:
        with (
            turn(names.project(retraining.published.version), "another registration"),
            needed(UNREGISTERED),
        ):
            send_waiting(retraining)
            clear_unfinished(retraining)
            return send(predictor, outcome, seconds)
    except AwayError:
        spool.keep(ending(retraining))
        raise


def ending(retraining: Retraining) -> Ending:
    """The summary run, if it was begun, has failed."""
    return Ending(
        store=mlflow.get_tracking_uri(),
        experiment=retraining.experiment,
        retraining=retraining.id,
        key=f"{retraining.id}-summary",
    )


def send_waiting(retraining: Retraining) -> None:
    """The candidates' runs that this retraining could not log: now each is there, once."""
    done = spool.replay(retraining.id)
    for error in (*done.away.values(), *done.refused.values()):
        raise error
    delete_half_logged(retraining.experiment, retraining.id)


def clear_unfinished(retraining: Retraining) -> None:
    """What a killed retraining of this folder began to register goes; else there would be two of the same."""
    for one in take_back(names.project(retraining.published.version)):
        get_run_logger().info("%s/%s was not registered to the end: deleted.", one.name, one.version)


def send(predictor: Predictor, outcome: Outcome, seconds: dict[str, float]) -> Registered:
    """The summary run, with the model registered from it."""
    retraining = outcome.retraining
    version = retraining.published.version
    tags = names.tags(version, retraining.id, "summary") | {"objective": outcome.selection.objective}
    with run(MlflowClient(), retraining.experiment, summary.summary_name(outcome), tags) as run_id:
        summary.log_choice(run_id, outcome)
        example = signature.example(retraining.rows.frame.select(retraining.schema.inputs))
        made = registry.register(names.project(version), predictor, example, run_id, tags | begun())
        promotion = against_the_champion(predictor, outcome)
        registered = Registered(
            model=f"models:/{made.name}/{made.version}", run_id=run_id, promotion=promotion
        )
        registry.crown(made, promotion.promoted, words.verdict(outcome, registered))
        summary.log_verdict(run_id, outcome, registered, seconds)
    settle(made, retraining.content)
    return registered


def against_the_champion(predictor: Predictor, outcome: Outcome) -> Promotion:
    """The gate, against whoever is champion: one that another folder has crowned meanwhile is met as well."""
    name = names.project(outcome.retraining.published.version)
    present = registry.champion(name)
    while True:
        promotion = compare(predictor, present, outcome)
        before, present = present, registry.champion(name)
        if (present and present.version) == (before and before.version):
            return promotion


def compare(predictor: Predictor, present: ModelVersion | None, outcome: Outcome) -> Promotion:
    """The gate: challenger against champion on the validation rows of this data version."""
    plan = outcome.retraining.plan
    challenger = in_training_environments(predictor, outcome)
    if present is None:
        return promote(challenger, None, plan)
    try:
        champion = in_training_environments(
            registry.load(f"models:/{present.name}/{present.version}"), outcome
        )
    except DataError as error:
        return promote(challenger, None, plan, unreadable=str(error))
    return promote(challenger, champion, plan)


def in_training_environments(predictor: Predictor, outcome: Outcome) -> ByEnvironment:
    """Metrics on the validation rows of the training environments only: hold-outs decide nothing."""
    version = outcome.retraining.published.version
    judged = judge(predictor, outcome.retraining.rows, version)
    return {name: metrics for name, metrics in judged.items() if name in version.training}
