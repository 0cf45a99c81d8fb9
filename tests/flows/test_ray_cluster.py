"""A Ray cluster of two nodes: it chooses what this machine does, though a task is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Two nodes of one CPU and, as Ray is told, one GPU each; the address."""
    pytest.importorskip("ray")
    monkeypatch.setenv("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, sys.path)))
    from ray.cluster_utils import Cluster

    started = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "num_gpus": 1})
    started.add_node(num_cpus=1, num_gpus=1)
    yield started.address
    started.shutdown()


def training() -> list[int]:
    """The processes that are at a training task."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            said = file.read_bytes()
        except OSError:
            continue
        if said.startswith(b"ray::Train"):
            found.append(int(file.parent.name))
    return found


def run_and_kill(folder, address: str) -> int:
    """Run on the cluster, and kill the first process that trains, once; which it was."""
    from prefect.settings import PREFECT_API_URL

    environment = os.environ | {
        "PREFECT_API_URL": str(PREFECT_API_URL.value()),
        "RAY_ADDRESS": address,
    }
    options = ("--runner", "ray", "--report", "ray.json", "--set", "steps=2000")
    command = [sys.executable, "-m", "flows", "run", folder.contract.name, *options]
    killed = 0
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment, text=True) as process:
        while not killed and process.poll() is None:
            for one in training()[:1]:
                os.kill(one, signal.SIGKILL)
                killed = one
            time.sleep(0.05)
        _, said = process.communicate(timeout=300)
    assert process.returncode == 0, said
    assert "on a Ray cluster with 2 GPU(s)" in said
    return killed


def test_a_cluster_chooses_what_this_machine_chooses_though_a_task_is_killed(
    cluster, folder, irmflow, kept
) -> None:
    assert run_and_kill(folder, cluster)
    assert len(kept()) == 8
    there = json.loads(Path("ray.json").read_text())
    said = irmflow("run", folder.contract.name, "--report", "report.json", "--set", "steps=2000", "--force")
    assert said.status == 0, said.err
    for one in (*there["candidates"], *said.report["candidates"]):
        del one["seconds"]
    assert there["candidates"] == said.report["candidates"]
    assert there["hold_out"] == said.report["hold_out"]
    chosen = ("objective", "penalty_weight", "worst", "mean")
    assert [there["selection"][one] for one in chosen] == [said.report["selection"][one] for one in chosen]


def test_without_a_server_for_all_nodes_or_with_a_number_of_processes_it_is_refused(folder, irmflow) -> None:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    said = irmflow("run", folder.contract.name, "--runner", "ray", "--max-parallel", "2")
    assert said.status == 2 and "--max-parallel is for this machine" in said.err
    with temporary_settings(restore_defaults={PREFECT_API_URL}):
        from flows import ray_cluster
        from irm_core.errors import UsageError

        with pytest.raises(UsageError, match="PREFECT_API_URL"):
            ray_cluster.refuse()


def test_in_a_task_of_a_cluster_several_processes_train_one_model(cluster) -> None:
    import ray
    from torch.distributed import get_world_size

    from irm_core.evaluation.group import call_together

    with ray.init(address=cluster, log_to_driver=False):
        assert ray.get(ray.remote(call_together).remote(2, get_world_size)) == 2
