"""Run and worker are killed, and nobody calls doctor: after a silence Prefect itself says so."""

import pytest

pytestmark = pytest.mark.slow

SECONDS = 75  # in place of ten minutes: more than two of the run's heartbeats


@pytest.fixture
def silence(scene, production) -> int:
    """The deployed automation, which waits less long."""
    (one,) = production.ask_prefect("/automations/filter")
    shorter = one | {"trigger": one["trigger"] | {"within": SECONDS}}
    production.change_in_prefect(f"/automations/{one['id']}", **shorter)
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
