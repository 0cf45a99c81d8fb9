"""The benchmark of publishing, of few rows: all do the same work, and both scripts are compared with."""

from functools import partial

import pytest

from benchmarks import big_table, publishing

ROWS = 20_000


@pytest.fixture(autouse=True)
def few_rows_in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(big_table, "EACH_BAD", 20)
    monkeypatch.setattr(publishing, "table", partial(big_table.table, ROWS))
    monkeypatch.setattr(publishing, "alone", lambda work, *arguments: work(*arguments))
    monkeypatch.setattr(publishing, "REPEATS", 1)


def test_all_find_the_same_good_rows_and_broken_checks() -> None:
    cpu, _, memory = publishing.measure()
    assert cpu.agreement.startswith("same good rows per site, same number of broken checks")
    assert "DIFFER" not in cpu.agreement + memory.agreement


def test_both_forms_of_the_script_are_compared_with(monkeypatch: pytest.MonkeyPatch) -> None:
    costs = {"published": 6.0, "read_once": 9.0, "read_twice": 8.0}

    def said(work, folder):
        return None if work is publishing.write else (costs[work.__name__], 1.0, ({}, 0))

    monkeypatch.setattr(publishing, "alone", said)
    twice, once, _ = publishing.measure()
    assert (twice.ours, twice.theirs, once.ours, once.theirs) == (6.0, 8.0, 6.0, 9.0)
