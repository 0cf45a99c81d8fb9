"""The flow: from a contract to a registered model, stage by stage."""

from pathlib import Path
from typing import Any

from prefect import flow, runtime
from pydantic import PositiveInt

from flows import workspace
from flows.alive import alive
from flows.artifacts import link_to_charts, show_outcome
from flows.endings import end_tracked_runs, ended_if_stopped
from flows.log_fields import about
from flows.report.document import document
from flows.report.outcome import Outcome
from flows.report.show import show
from flows.report.unchanged import document_unchanged, show_unchanged
from flows.retraining import Retraining
from flows.run_names import say_version
from flows.runners import Placed, Runner, placed
from flows.stages import Stages
from flows.stopping import keep_stoppable
from flows.tasks.content import retraining_key
from flows.tasks.diagnose import diagnose
from flows.tasks.embed import embed
from flows.tasks.hold_out import judge_hold_out
from flows.tasks.ingest import ingest
from flows.tasks.load import load
from flows.tasks.publish import publish
from flows.tasks.recognise import recognise
from flows.tasks.register import register
from flows.tasks.select import select
from flows.tasks.validate import validate
from flows.tracking.away import needed
from flows.tracking.experiment import experiment_id
from flows.tracking.judged import Judged
from flows.tracking.names import project
from flows.tracking.ready import make_ready
from flows.tracking.registry import champion
from flows.tracking.view import share_view
from flows.training import refit_all, train_all
from flows.turns import turn
from flows.verdict_event import tell_verdict
from irm_core.contracts.contract import Contract
from irm_core.contracts.read import read
from irm_core.data.changes import changes, place
from irm_core.data.ingestion import Ingested
from irm_core.data.schema import ModelSchema
from irm_core.data.staging import staging
from irm_core.data.version import Published, Version
from irm_core.evaluation.leave_one_out import leave_one_out
from irm_core.training.plan import TrainingPlan

UNTRACKED = "Nothing is trained without it: start it, or unset MLFLOW_TRACKING_URI to track in .irmflow."


@flow(
    name="retrain",
    on_running=[keep_stoppable],
    on_cancellation=[end_tracked_runs],
    on_crashed=[end_tracked_runs],
    on_failure=[end_tracked_runs],
)
def retrain(  # noqa: PLR0913 - each is a field of the form
    contract: Path,
    split: str | None = None,
    plan: TrainingPlan = TrainingPlan(),  # noqa: B008
    *,
    max_parallel: PositiveInt | None = None,
    runner: Runner = "processes",
    force: bool = False,
    store: str | None = None,
    processes_per_model: PositiveInt = 1,
    server: str | None = None,
    timeout: PositiveInt | None = None,
) -> dict[str, Any]:
    """Retrain: from raw data to a registered model, chosen where it was never trained.

    Args:
        contract: The data contract, an ODCS YAML file.
        split: Which of its splits; the first one if not given.
        plan: What to train.
        max_parallel: How many stacks of candidates to train at a time; no result depends on it. By default
            one on each GPU, without a GPU one for each core, up to four.
        runner: Whether stacks are trained in processes of this machine or on the Ray cluster at RAY_ADDRESS.
        force: Train everything and register again, though nothing has changed since it was judged.
        store: `delta:` and a folder or URL: below it good rows are committed to a Delta table too.
        processes_per_model: How many processes train one model together, each on a GPU of its own, on rows
            that they share; no result depends on it, up to rounding.
        server: At which of the contract's servers the data are; needless where it has only one.
        timeout: How many seconds each stage may take; by default as many as it needs.

    Returns:
        The report, as in `irmflow run --report`.
    """
    workspace.settle()
    where = placed(runner, max_parallel, processes_per_model)
    declared, stages = read(contract, server), Stages(timeout)
    chosen = declared.chosen_split(split)
    with (
        ended_if_stopped(str(runtime.flow_run.id)),
        alive(str(runtime.flow_run.id)) as uses,
        about(dataset=declared.name, split=chosen),
    ):
        published = acquire(declared, chosen, stages, store)
        uses(published.version.id)
        say_version(published.version)
        return retrained(published, declared, plan, stages, where, force=force)


def retrained(
    published: Published,
    contract: Contract,
    plan: TrainingPlan,
    stages: Stages,
    where: Placed,
    *,
    force: bool,
) -> dict[str, Any]:
    """The report on these data: that of an earlier retraining of the same, unless a new one is `force`d."""
    version, content = published.version, retraining_key(published.version, plan)
    with needed(UNTRACKED):
        make_ready()
    with about(version=version.id), turn(content, "another retraining of the same"):
        known = None if force else judged_before(version, content, stages)
        if known is not None:
            return document_unchanged(known, published, stages.seconds)
        return learn(begin(published, contract, plan, content, stages, anew=force), stages, where)


def acquire(contract: Contract, split: str, stages: Stages, store: str | None) -> Published:
    """Ingest → validate → split → publish. The typed rows are kept until they are published.

    Data that are published already are neither parsed nor validated again.
    """
    with staging(workspace.HOME / "rows") as folder:
        with stages("Ingest") as tell:
            raw = ingest(contract, folder, split, workspace.DATA)
            tell(
                f"{len(raw.files)} raw file(s)",
                str(changes(raw.raw_files, place(workspace.DATA, contract.name, split))),
                *raw.origin.words,
                *raw.remarks,
            )
        if not raw.published:
            judge(raw, contract, stages)
        with stages("Publish") as tell:
            published = publish(raw, contract, split, workspace.DATA, store)
            rows, environments = published.version.rows, published.version.environments
            tell(f"{rows.read:,} rows read = {rows.good:,} good + {rows.quarantined:,} quarantined")
            tell(f"{len(environments)} environments", f"version {published.version.id}")
            if published.in_table:
                tell(f"Delta version {published.in_table.version} of {published.in_table.table}")
    return published


def judge(raw: Ingested, contract: Contract, stages: Stages) -> None:
    """Validate raw data; of those that are published already it is known that they may be."""
    with stages("Validate") as tell:
        verdict = validate(raw, contract)
        broken = [result.rule for result in verdict.results if not result.success]
        tell(f"{len(verdict.results)} rules", f"broken: {', '.join(broken)}" if broken else "none broken")


def judged_before(version: Version, content: str, stages: Stages) -> Judged | None:
    """What an earlier retraining of the same content has made: shown, it is what this one comes to."""
    with stages("Recognise") as tell, needed(UNTRACKED):
        known = recognise(version, content)
        tell("not judged before" if known is None else "judged before: nothing to do")
        if known is not None:
            show_unchanged(known, champion(project(version)), version)
    return known


def begin(
    published: Published,
    contract: Contract,
    plan: TrainingPlan,
    content: str,
    stages: Stages,
    *,
    anew: bool,
) -> Retraining:
    """Read the published rows and name this retraining in MLflow."""
    schema, retraining = ModelSchema.of(contract), str(runtime.flow_run.id)
    with needed(UNTRACKED):
        experiment = experiment_id(published.version)
        share_view(experiment, retraining)
        link_to_charts(published.version, experiment, retraining)
    rows = load(published, schema)
    if plan.trained == "head":
        with stages("Embed") as tell:
            rows = embed(rows, plan)
            tell(f"{len(rows.frame):,} images, by {plan.model}")
    return Retraining(
        id=retraining,
        content=content,
        experiment=experiment,
        published=published,
        schema=schema,
        rows=rows,
        plan=plan,
        anew=anew,
    )


def learn(retraining: Retraining, stages: Stages, where: Placed) -> dict[str, Any]:
    """Diagnose → train, leaving each environment out → select → refit → judge in the hold-out → register."""
    candidates = leave_one_out(retraining.plan, retraining.published.version)
    with where(retraining) as there:  # now, so that its processes start while this one diagnoses
        with stages("Diagnose") as tell:
            diagnosis = diagnose(retraining)
            tell(diagnosis.verdict)
        with stages("Train") as tell:
            trials = train_all(candidates, retraining, there, tell)
            tell(there.said)
        with stages("Select"):
            selection = select(trials, retraining.plan)
        with stages("Refit"):
            predictor, refitted = refit_all(selection, retraining, there)
            hold_out = judge_hold_out(refitted, retraining.published.version)
    outcome = Outcome(retraining, diagnosis, tuple(trials), selection, hold_out)
    with stages("Register") as tell:
        registered = register(predictor, outcome, stages.seconds)
        tell(registered.model)
    show(outcome, registered)
    show_outcome(outcome, registered)
    tell_verdict(outcome, registered)
    return document(outcome, registered, stages.seconds)
