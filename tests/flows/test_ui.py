"""`irmflow ui` and the printed address, in a real browser: the page shows every configuration, grouped."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium")
OPTIONS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--virtual-time-budget=30000", "--timeout=60000", "--dump-dom",
]  # fmt: skip


@contextmanager
def servers(*options: str) -> Iterator[str]:
    """What `irmflow ui` says once both servers are up; stopped as by Ctrl-C."""
    command = [sys.executable, "-m", "flows", "ui", *options]
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, text=True) as process:
        said = [process.stdout.readline() for _ in range(3)]
        yield "".join(said)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0


def page(address: str, profile: Path) -> str:
    """The page as the browser has drawn it."""
    command = [CHROMIUM, *OPTIONS, f"--user-data-dir={profile}", address]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_the_printed_address_shows_every_configuration_in_mlflow(
    folder, irmflow, free_port, tmp_path
) -> None:
    out = irmflow("run", str(folder.contract)).out
    address = re.search(r"http://127.0.0.1:5000/#/\S+", out).group()
    mlflow, prefect = free_port(), free_port()
    with servers("--mlflow-port", str(mlflow), "--prefect-port", str(prefect)) as said:
        assert f"http://127.0.0.1:{prefect}/runs" in said
        drawn = page(address.replace("5000", str(mlflow)), tmp_path / "profile")
    assert "Group: ERM" in drawn and "Group: irm (λ = 10)" in drawn
    assert "Error loading shared view" not in drawn
