"""What a flow run is called once its data version is known."""

from prefect import runtime
from prefect.client.orchestration import get_client

from irm_core.data.version import Version


def say_version(version: Version) -> None:
    """Name the present flow run after data set, split and version, and tag it so."""
    run_tags = {
        *runtime.flow_run.tags,
        f"dataset:{version.dataset}",
        f"split:{version.split}",
        f"version:{version.id}",
    }
    with get_client(sync_client=True) as client:
        client.update_flow_run(
            runtime.flow_run.id, name=f"{version.dataset}/{version.split}/{version.id}", tags=sorted(run_tags)
        )
