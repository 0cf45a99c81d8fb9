"""Ctrl-C and SIGTERM end what a command does, whatever it waits for."""

import os
import signal
import subprocess
import sys

import pytest

WAITING = """\
from threading import Event
from flows.stopping import stoppable

with stoppable():
    import polars as pl
    pl.LazyFrame({"x": [1]}).collect()
    print("waiting", flush=True)
    Event().wait()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_waiting_for_ever_it_ends_though_polars_has_a_handler_of_its_own(number: signal.Signals) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", WAITING],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    ) as process:
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(number)
        try:
            said = process.communicate(timeout=30)[1]
        finally:
            process.kill()
    assert process.returncode == 128 + number
    assert f"Stopped by {number.name}." in said
