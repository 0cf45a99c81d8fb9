"""A slot on a GPU, whose holder is killed, and Prefect's server with it: it is free again after its lease."""

import subprocess
import sys

import pytest

from flows.slots import LEASE

pytestmark = pytest.mark.slow

HOLD = """
import sys, time
from flows import slots
slots.gpus = lambda _: ("0",)
slots.ensure_limit(1)
with slots.gpu_slots("auto", 1):
    print("held", flush=True)
    time.sleep(float(sys.argv[1]))
"""


def holder(production, seconds: int) -> "subprocess.Popen[str]":
    """A process that holds the only slot for so long."""
    environment = production.files.environment("worker")
    command = [sys.executable, "-c", HOLD, str(seconds)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def test_it_is_free_again_though_the_server_was_started_anew(production) -> None:
    with holder(production, 600) as first:
        assert first.stdout.readline() == "held\n"
        production.prefect.kill()
        first.kill()
    production.prefect.start()
    with holder(production, 0) as second:
        assert second.communicate(timeout=LEASE + 120)[0] == "held\n"
