"""A retraining that starts by itself: one Prefect deployment per contract and split, never two at once."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import EntrypointType, RunnerDeployment
from prefect.exceptions import ObjectAlreadyExists
from prefect.settings import PREFECT_API_URL

from flows import serving, workspace
from flows.look import look
from flows.new_data import on_new_data
from flows.retrain import retrain
from flows.safeguards import ensure_safeguards
from flows.strict_parameters import strict
from flows.when import When
from irm_core.contracts.contract import Contract
from irm_core.contracts.read import read
from irm_core.data.landing.listing import refuse_unlisted
from irm_core.errors import UsageError
from irm_core.training.plan import TrainingPlan

POOL = "irmflow"
ONE_AT_A_TIME = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
ONE_AFTER_ANOTHER = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)
"""New data that come in mid-retraining start another after it: cancelled, they would be passed over."""


def deploy(
    contract: Path,
    split: str | None,
    plan: TrainingPlan,
    when: When,
    store: str | None,
    server: str | None = None,
    pool: str = POOL,
) -> list[str]:
    """Write, or update, the deployments and their work pool; their names, the retraining's first.

    Raises UsageError without a Prefect server, since nobody would run the schedule.
    """
    if PREFECT_API_URL.value() is None:
        raise UsageError(
            "A schedule needs a Prefect server. Start one (irmflow ui), then say where it is: "
            "export PREFECT_API_URL=http://127.0.0.1:4200/api. Or keep this terminal: irmflow deploy --serve."
        )
    ensure_pool(pool)
    ensure_safeguards()
    where = {"work_pool_name": pool, "job_variables": job_variables()}
    made = deployments(contract, split, plan, when, store, server, **where)
    for one in made:
        one.apply()
    return [f"{one.flow_name}/{one.name}" for one in made]


def serve(
    contract: Path,
    split: str | None,
    plan: TrainingPlan,
    when: When,
    store: str | None,
    server: str | None = None,
) -> None:
    """Run the retrainings in this process, until Ctrl-C: for people without a worker.

    A server of PREFECT_API_URL outlives it and is prepared; Prefect's temporary one is not.
    """
    if PREFECT_API_URL.value() is not None:
        ensure_safeguards()
    made = deployments(contract, split, plan, when, store, server)
    serving.serve(made)


def deployments(
    contract: Path,
    split: str | None,
    plan: TrainingPlan,
    when: When,
    store: str | None,
    server: str | None,
    **where: Any,
) -> list[RunnerDeployment]:
    """The retraining's deployment and, where new data are looked for, the sensor's."""
    declared = read(contract, server)
    retraining: Any = retrain.to_deployment(  # Any: Prefect types it as if it might be awaited
        schedule=when.schedule,
        triggers=[on_new_data(declared.name)] if when.look_every else [],
        concurrency_limit=ONE_AFTER_ANOTHER if when.waits else ONE_AT_A_TIME,
        entrypoint_type=EntrypointType.MODULE_PATH,
        **described(declared, contract, split, plan, store, server),
        **where,
    )
    if not when.look_every:
        return [strict(retraining)]
    return [strict(retraining), strict(sensor(declared, contract, server, when.look_every, **where))]


def sensor(
    declared: Contract, contract: Path, server: str | None, every: timedelta, **where: Any
) -> RunnerDeployment:
    """The deployment that looks for new data. One of a data set, however many splits are retrained on."""
    refuse_unlisted(declared)
    made: Any = look.to_deployment(
        name=declared.name,
        interval=every,
        concurrency_limit=ONE_AT_A_TIME,
        entrypoint_type=EntrypointType.MODULE_PATH,
        tags=[f"dataset:{declared.name}"],
        parameters={"contract": contract.absolute(), "server": server},
        description=f"Looks whether the files of {declared.name} have changed; if so, it is retrained.",
        **where,
    )
    return made


def described(
    declared: Contract,
    contract: Path,
    split: str | None,
    plan: TrainingPlan,
    store: str | None,
    server: str | None,
) -> dict[str, Any]:
    """Name, tags and parameters of a contract's deployment, which must be sound before any work."""
    chosen = declared.chosen_split(split)
    parameters = {
        "contract": contract.absolute(),
        "split": chosen,
        "plan": plan.model_dump(mode="json"),
        "store": store,
        "server": server,
    }
    return {
        "name": f"{declared.name}-{chosen}",
        "tags": [f"dataset:{declared.name}", f"split:{chosen}"],
        "parameters": parameters,
        "description": f"Retraining of {declared.name}, environments by {chosen}.",
    }


def job_variables() -> dict[str, Any]:
    """How a worker starts a run: in this working folder, with these settings, outliving the worker."""
    return {
        "working_dir": str(Path.cwd()),
        # A run whose worker has died goes on; with streamed output its next line would kill it.
        "stream_output": False,
        "env": workspace.job_environment(),
    }


def ensure_pool(name: str) -> None:
    """Create the process work pool where there is none of this name."""
    with get_client(sync_client=True) as client:
        try:
            client.create_work_pool(WorkPoolCreate(name=name, type="process"))
        except ObjectAlreadyExists:
            return
