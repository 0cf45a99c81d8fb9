"""A signal that meets MLflow in the middle of a write: all that ran is ended, nothing waits for a lock."""

import logging
from collections.abc import Iterator

import pytest
from mlflow import MlflowClient
from sqlalchemy import event
from sqlalchemy.engine import Engine

from flows import endings
from flows.endings import ended_if_stopped
from flows.tracking.runs import log, run


@pytest.fixture
def statuses(folder, left_in_mlflow):
    """Of all runs of the retraining `one`, another of which is under way."""
    return left_in_mlflow("one")


@pytest.fixture
def interrupted_after(monkeypatch) -> Iterator[dict[str, str]]:
    """The signal comes once a statement that begins so is executed; what it has met, by its beginning."""
    met: dict[str, str] = {}

    def interrupt(_connection, _cursor, statement, *_) -> None:
        for beginning in [one for one in met if statement.startswith(one) and not met[one]]:
            met[beginning] = statement
            raise KeyboardInterrupt

    monkeypatch.setattr(endings, "get_run_logger", logging.getLogger)
    event.listen(Engine, "after_cursor_execute", interrupt)
    yield met
    event.remove(Engine, "after_cursor_execute", interrupt)


@pytest.mark.parametrize(
    "statement",
    ["INSERT INTO runs", "INSERT INTO tags", "INSERT INTO metrics", "INSERT INTO params", "UPDATE runs"],
)
def test_a_write_cut_short_leaves_no_run_running(
    statuses, interrupted_after, monkeypatch, caplog, statement
) -> None:
    monkeypatch.setattr(endings, "is_stopped", lambda: True)
    client = MlflowClient()
    interrupted_after[statement] = ""
    with (
        pytest.raises(KeyboardInterrupt),
        ended_if_stopped("one"),
        run(client, "0", "another", {"retraining": "one"}) as run_id,
    ):
        log(client, run_id, [("risk", 1.0, 0)], {"seed": "0"})
    assert interrupted_after[statement]
    assert statuses() == {"KILLED"}
    assert "irmflow doctor" not in caplog.text


def test_of_a_run_that_a_worker_stops_the_hooks_can_write(statuses, interrupted_after) -> None:
    interrupted_after["INSERT INTO tags"] = ""
    try:
        with ended_if_stopped("one"):
            MlflowClient().create_run("0", tags={"retraining": "one"})
    except KeyboardInterrupt:  # still handled while Prefect calls them
        endings.end("one", "KILLED", None, logging.getLogger())
    assert interrupted_after["INSERT INTO tags"]
    assert statuses() == {"KILLED"}
