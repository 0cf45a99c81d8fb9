"""The example automations: a real Prefect server calls a webhook of this machine."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client

from flows.verdict_event import tell_verdict

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).parents[2] / "deployments" / "notify.py"


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
def automated(received, irmflow) -> Iterator[list[str]]:
    """The texts of the automations, which go again with the test."""
    from prefect.settings import PREFECT_API_URL

    address, texts = received
    environment = os.environ | {"PREFECT_API_URL": str(PREFECT_API_URL.value()), "NOTIFY_URL": address}
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, str(SCRIPT)], env=environment, check=True, capture_output=True, text=True
        )
    names = done.stdout.splitlines()
    with get_client(sync_client=True) as client:
        made = [client.read_automations_by_name(name) for name in names]
        assert [len(found) for found in made] == [1, 1], "called twice, they are there once"
        yield texts
        for (one,) in made:
            client.delete_automation(one.id)


def until(ask: Callable[[], object], patience: float = 90) -> None:
    give_up = time.monotonic() + patience
    while not ask():
        assert time.monotonic() < give_up
        time.sleep(0.2)


def test_a_failed_retraining_and_an_invariant_champion_are_told_and_erm_is_not(
    folder, irmflow, automated, monkeypatch
) -> None:
    raw = folder.raw.read_text()
    folder.raw.write_text(raw.replace("north", "mars"))
    assert irmflow("run", folder.contract.name).status == 3
    until(lambda: automated)
    assert "Failed" in automated[0] and "site.values" in automated[0]

    folder.raw.write_text(raw)
    said = irmflow("run", folder.contract.name, "--report", "report.json")
    assert said.report["selection"]["promoted"], "ERM, of which nothing is told"

    monkeypatch.setattr("flows.retrain.tell_verdict", of_irm)
    said = irmflow("run", folder.contract.name, "--split", "but_west", "--report", "report.json")
    assert said.status == 0, said.err
    until(lambda: len(automated) == 2)
    assert automated[1] == f"{said.report['model']} is the champion: irm (λ = 10)."


def of_irm(outcome, registered) -> None:
    """Tell the verdict as if irm had been chosen."""
    chosen = outcome.selection.model_copy(update={"objective": "irm", "penalty_weight": 10.0})
    tell_verdict(replace(outcome, selection=chosen), registered)
