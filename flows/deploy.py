"""A scheduled retraining: one Prefect deployment per contract and split, never two runs of it at once."""

from pathlib import Path
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import EntrypointType
from prefect.exceptions import ObjectAlreadyExists
from prefect.schedules import Cron, Schedule
from prefect.settings import PREFECT_API_URL
from pydantic import ValidationError

from flows import workspace
from flows.retrain import retrain
from flows.slots import ensure_limit
from flows.zombies import HEARTBEAT, ensure_zombie_automation
from irm_core.contracts.read import read
from irm_core.errors import UsageError
from irm_core.training.devices import gpus
from irm_core.training.plan import TrainingPlan

POOL = "irmflow"
ONE_AT_A_TIME = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)


def deploy(
    contract: Path, split: str | None, plan: TrainingPlan, when: Schedule, store: str | None = None
) -> str:
    """Write, or update, the deployment and its work pool; its name, as `prefect deployment run` takes it.

    Raises UsageError without a Prefect server, since nobody would run the schedule.
    """
    if PREFECT_API_URL.value() is None:
        raise UsageError(
            "A schedule needs a Prefect server. Start one (irmflow ui), then say where it is: "
            "export PREFECT_API_URL=http://127.0.0.1:4200/api. Or keep this terminal: irmflow deploy --serve."
        )
    ensure_pool(POOL)
    ensure_zombie_automation()
    ensure_limit(len(gpus("auto")))
    deployment: Any = retrain.to_deployment(  # Any: Prefect types it as if it might be awaited
        schedule=when,
        concurrency_limit=ONE_AT_A_TIME,
        work_pool_name=POOL,
        job_variables=job_variables(),
        entrypoint_type=EntrypointType.MODULE_PATH,
        **described(contract, split, plan, store),
    )
    deployment.apply()
    return f"{retrain.name}/{deployment.name}"


def serve(
    contract: Path, split: str | None, plan: TrainingPlan, when: Schedule, store: str | None = None
) -> None:
    """Run the schedule in this process, until Ctrl-C: for people without a worker."""
    retrain.serve(
        schedule=when, global_limit=ONE_AT_A_TIME, limit=1, **described(contract, split, plan, store)
    )


def schedule(cron: str, timezone: str) -> Schedule:
    """When to retrain. Raises UsageError where cron or time zone cannot be understood."""
    try:
        CronSchedule(cron=cron, timezone=timezone)
    except ValidationError as error:
        problem = error.errors()[0]["msg"]
        raise UsageError(f"--cron {cron!r}, --timezone {timezone!r}: {problem}.") from error
    return Cron(cron, timezone=timezone)


def described(
    contract: Path, split: str | None, plan: TrainingPlan, store: str | None = None
) -> dict[str, Any]:
    """Name, tags and parameters of a contract's deployment, which must be sound before any work."""
    declared = read(contract)
    chosen = declared.chosen_split(split)
    parameters = {
        "contract": contract.absolute(),
        "split": chosen,
        "plan": plan.model_dump(mode="json"),
        "store": store,
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
        "env": workspace.job_environment() | {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT)},
    }


def ensure_pool(name: str) -> None:
    """Create the process work pool where there is none of this name."""
    with get_client(sync_client=True) as client:
        try:
            client.create_work_pool(WorkPoolCreate(name=name, type="process"))
        except ObjectAlreadyExists:
            return
