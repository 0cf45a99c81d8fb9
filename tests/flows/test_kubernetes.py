"""The job template for GPUs: Prefect's own and more, taken by its server. No cluster is there to run it."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

TEMPLATE = json.loads((Path(__file__).parents[2] / "deployments" / "kubernetes-gpu.json").read_text())
ENVIRONMENT = [{"name": "PREFECT_API_URL", "value": "http://prefect:4200/api"}]
SECRETS = ("PREFECT_API_AUTH_STRING", "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD")


@pytest.fixture(scope="module")
def prefects_own() -> dict:
    """The template with which Prefect makes a Kubernetes pool."""
    catalogue = files("prefect.server.api") / "collections_data" / "views" / "aggregate-worker-metadata.json"
    known = json.loads(catalogue.read_text())["prefect-kubernetes"]["kubernetes"]
    return known["default_base_job_configuration"]


@pytest.fixture
def pool(irmflow) -> str:
    """The pool of the schedules, made from the template."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate

    with get_client(sync_client=True) as client:
        made = WorkPoolCreate(name="gpus", type="kubernetes", base_job_template=TEMPLATE)
        yield client.create_work_pool(made).name
        client.delete_work_pool("gpus")


def manifest(**variables) -> dict:
    """The Job as a worker fills it in: a variable without a value takes its key with it."""
    from prefect.utilities.templating import apply_values

    declared = TEMPLATE["variables"]["properties"]
    defaults = {name: one["default"] for name, one in declared.items() if "default" in one}
    return apply_values(TEMPLATE["job_configuration"], defaults | variables)["job_manifest"]


def contains(ours, theirs) -> bool:
    """True if all of theirs is in ours."""
    if isinstance(theirs, dict):
        return all(key in ours and contains(ours[key], value) for key, value in theirs.items())
    if isinstance(theirs, list):
        return len(ours) >= len(theirs) and all(map(contains, ours, theirs))
    return ours == theirs


def test_nothing_of_prefects_template_is_missing(prefects_own) -> None:
    assert contains(TEMPLATE, prefects_own)


def test_every_placeholder_is_declared_and_every_variable_used() -> None:
    from prefect.utilities.templating import find_placeholders

    used = {one.name for one in find_placeholders(TEMPLATE["job_configuration"])}
    assert used == set(TEMPLATE["variables"]["properties"])


def test_the_filled_in_job_has_gpus_a_volume_and_no_password() -> None:
    job = manifest(
        name="retraining", env=ENVIRONMENT, image="irmflow", command=["prefect"], gpus=2, cpu_limit="4"
    )
    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "Job")
    pod = job["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert container["resources"]["limits"] == {"cpu": "4", "nvidia.com/gpu": 2}
    assert pod["restartPolicy"] == "Never" and pod["tolerations"][0]["key"] == "nvidia.com/gpu"
    assert [one["name"] for one in container["volumeMounts"]] == [one["name"] for one in pod["volumes"]]
    assert container["workingDir"] == container["volumeMounts"][0]["mountPath"] == "/work"
    assert container["envFrom"] == [{"secretRef": {"name": "irmflow-credentials"}}]
    assert not any(name in json.dumps(job) for name in SECRETS)


def test_the_server_takes_the_pool_and_what_deploy_writes(folder, pool) -> None:
    from flows.deploy import deploy
    from flows.when import when
    from irm_core.training.plan import TrainingPlan

    assert deploy(folder.contract, None, TrainingPlan(), when("@daily", "UTC", None), None, pool=pool)


def test_the_server_refuses_wrong_job_variables(folder, pool, monkeypatch) -> None:
    import flows.deploy as deployment
    from flows.when import when
    from irm_core.training.plan import TrainingPlan

    written = deployment.job_variables()
    monkeypatch.setattr(deployment, "job_variables", lambda: written | {"gpus": -1})
    with pytest.raises(Exception, match="-1 is less than the minimum of 0"):
        deployment.deploy(folder.contract, None, TrainingPlan(), when("@daily", "UTC", None), None, pool=pool)
