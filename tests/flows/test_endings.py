"""What a signal makes of a retraining: its runs are ended, whatever the signal became on its way."""

import logging

import pytest
from mlflow.exceptions import MlflowException

from flows import endings
from flows.endings import ended_if_stopped


@pytest.fixture
def ended(monkeypatch) -> list[tuple[str, str]]:
    """Retrainings that are ended in MLflow, and how."""
    found: list[tuple[str, str]] = []
    monkeypatch.setattr(endings, "end_runs", lambda one, status, _: found.append((one, status)) or [])
    monkeypatch.setattr(endings, "get_run_logger", logging.getLogger)
    return found


def test_what_prefect_made_of_a_signal_is_an_interruption_again(ended, monkeypatch) -> None:
    monkeypatch.setattr(endings, "is_stopped", lambda: True)
    with pytest.raises(KeyboardInterrupt), ended_if_stopped("one"):
        raise ValueError("Task run is not set")
    assert ended == [("one", "KILLED")]


def test_where_mlflow_is_away_it_is_still_an_interruption(ended, monkeypatch, caplog) -> None:
    def away(*_):
        raise MlflowException("no answer")

    monkeypatch.setattr(endings, "is_stopped", lambda: True)
    monkeypatch.setattr(endings, "end_runs", away)
    with pytest.raises(KeyboardInterrupt), ended_if_stopped("one"):
        raise KeyboardInterrupt
    assert "irmflow doctor will do it" in caplog.text


def test_without_a_signal_an_error_stays_what_it_is(ended) -> None:
    with pytest.raises(ValueError, match="wrong"), ended_if_stopped("one"):
        raise ValueError("wrong")
    assert not ended
