"""Which devices the processes of a place are told of."""

import pytest

from flows.places import said, teams
from irm_core.errors import UsageError


def test_each_model_has_as_many_gpus_as_processes() -> None:
    assert teams(["0", "1", "2", "3", "4"], 1) == ["0", "1", "2", "3", "4"]
    assert teams(["0", "1", "2", "3", "4"], 2) == ["0,1", "2,3"]
    assert teams([], 2) == []


def test_too_few_gpus_are_refused() -> None:
    with pytest.raises(UsageError, match="--processes-per-model 4 needs as many GPUs, and here are 2"):
        teams(["0", "1"], 4)


@pytest.mark.parametrize(
    ("found", "size", "device", "per_model", "words"),
    [
        (["0", "1"], 2, "auto", 1, "2 stack(s) at a time on 2 GPU(s)"),
        (["0,1", "2,3"], 2, "auto", 2, "2 stack(s) at a time, 2 processes each, on 4 GPU(s)"),
        ([], 4, "cpu", 1, "4 stack(s) at a time on the CPU, as the plan says"),
        ([], 1, "auto", 2, "1 stack(s) at a time, 2 processes each, on the CPU, no GPU is usable here"),
    ],
)
def test_it_says_where_stacks_are_trained(found, size, device, per_model, words) -> None:
    assert said(found, size, device, per_model) == words
