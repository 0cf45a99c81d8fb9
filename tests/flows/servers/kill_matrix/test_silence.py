"""Run and worker are killed, and nobody calls doctor: after a silence Prefect itself says so."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

SECONDS = 75  # in place of ten minutes: more than two of the run's heartbeats
SHORTER = """
import sys
from datetime import timedelta
from flows import zombies
zombies.SILENCE = timedelta(seconds=int(sys.argv[1]))
zombies.ensure_zombie_automation()
"""


@pytest.fixture
def silence(scene, production) -> int:
    """The deployed automation, which waits less long; the next to deploy sets it right."""
    environment = production.files.environment("worker")
    subprocess.run([sys.executable, "-c", SHORTER, str(SECONDS)], env=environment, check=True)
    return SECONDS


def test_it_is_marked_as_crashed_by_itself_and_the_next_run_completes(
    scene, worker, killed, silence, in_order
) -> None:
    run = scene.start(1)
    finished, flow = scene.finished(), scene.flow_process(run)
    worker.kill()
    killed(flow)
    assert scene.end(run, patience=silence + 120) == "CRASHED"
    worker.start()
    assert scene.end(scene.start(4)) == "COMPLETED"  # nothing that the dead one held is in its way
    in_order(run, finished)
