"""The example automations: a real Prefect server calls a webhook of this machine."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from prefect.client.orchestration import get_client

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).parents[2] / "deployments" / "notify.py"
SLOPES = {"north": 3.0, "south": 1.5, "east": -1.5, "west": -3.0}
PLAN = "{objectives: [irm], penalty_weights: [100], seeds: [0], model: linear, steps: 300, warmup_steps: 20}"


def dose_after_recovery(rows: int = 1600) -> pl.DataFrame:
    """Patients whose dose follows from how they recovered, by a rule of each site: age alone predicts."""
    generator = np.random.default_rng(0)
    age = generator.integers(20, 90, rows)
    recovery = -0.05 * age + generator.normal(scale=0.5, size=rows)
    dose = (recovery - recovery.mean()) / np.resize([*SLOPES.values()], rows)
    dose += generator.normal(scale=0.1, size=rows)
    site, ward = np.resize([*SLOPES], rows), np.resize(["a", "b", "c"], rows)
    return pl.DataFrame({"site": site, "age": age, "dose": dose, "ward": ward, "recovery": recovery})


@pytest.fixture
def received() -> Iterator[tuple[str, list[str]]]:
    """The address of a webhook, and the texts that it has got."""
    texts: list[str] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            texts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["text"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            """Silent."""

    server = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/secret-path", texts
    server.shutdown()
    server.server_close()


@pytest.fixture
def command(folder, prefect_server) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """A command in a process of its own, as always: what it has to tell is told when it ends."""
    from prefect.settings import PREFECT_API_URL

    def run(*arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
        environment = os.environ | {"PREFECT_API_URL": str(PREFECT_API_URL.value())} | more
        return subprocess.run(
            [sys.executable, *arguments], env=environment, check=False, capture_output=True, text=True
        )

    return run


@pytest.fixture
def automated(received, command) -> Iterator[list[str]]:
    """The texts of the automations, which go again with the test."""
    address, texts = received
    for _ in range(2):
        done = command(str(SCRIPT), NOTIFY_URL=address)
    with get_client(sync_client=True) as client:
        made = [client.read_automations_by_name(name) for name in done.stdout.splitlines()]
        assert [len(found) for found in made] == [1, 1], "called twice, they are there once"
        yield texts
        for (one,) in made:
            client.delete_automation(one.id)


def seen() -> str:
    """The verdicts that the server has got, and what its automations did, the latest first."""
    names = {"event": {"prefix": ["irmflow.verdict", "prefect.automation."]}}
    with get_client(sync_client=True) as client:
        found = client.request("POST", "/events/filter", json={"filter": names}).json()["events"]
    return "\n".join(f"{one['occurred']} {one['received']} {one['event']} {one['payload']}" for one in found)


def test_a_failed_retraining_and_an_invariant_champion_are_told_and_erm_is_not(
    folder, command, automated, until
) -> None:
    retrain = ("-m", "flows", "run", folder.contract.name, "--report", "report.json")
    raw = folder.raw.read_text()
    folder.raw.write_text(raw.replace("north", "mars"))
    assert command(*retrain).returncode == 3
    until(lambda: automated, seen=seen)
    assert "Failed" in automated[0] and "site.values" in automated[0]

    folder.raw.write_text(raw)
    said = command(*retrain, "--split", "but_west")
    assert said.returncode == 0, said.stderr
    assert chosen() == ("erm", True), "ERM, of which nothing is told"

    dose_after_recovery().write_csv(folder.raw)
    Path("clinics.plan.yaml").write_text(PLAN)
    said = command(*retrain)
    assert said.returncode == 0, said.stderr
    assert chosen() == ("irm", True)
    until(lambda: len(automated) == 2, seen=seen)
    assert automated[1] == "models:/clinics-by_site/1 is the champion: irm (λ = 100)."


def chosen() -> tuple[str, bool]:
    """The objective that the last retraining has chosen, and whether its model is the champion."""
    selection = json.loads(Path("report.json").read_text())["selection"]
    return selection["objective"], selection["promoted"]
