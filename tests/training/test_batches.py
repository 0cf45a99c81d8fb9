"""Which rows a step sees."""

from itertools import islice

import pytest
import torch

from irm_core.training.batches import batches, training_rows
from irm_core.training.candidate import Candidate
from irm_core.training.examples import Examples
from irm_core.training.learner import learner_of
from irm_core.training.models import build
from irm_core.training.plan import TrainingPlan

CPU = torch.device("cpu")


def numbered() -> Examples:
    """Each row's target is its number."""
    rows = 60
    membership = torch.arange(rows) % 3
    membership[:20] = 0
    return Examples(
        torch.rand(rows, 2),
        torch.arange(rows).float(),
        membership,
        torch.arange(rows) % 10 == 0,
        ("a", "b", "c"),
    )


def drawn(trained: list[bool], seeds: list[int], size: int | None, steps: int) -> list[torch.Tensor]:
    """Numbers of the rows, environment by environment, of each step."""
    every = [Candidate(objective="erm", penalty_weight=0.0, seed=seed, left_out=None) for seed in seeds]
    rows = training_rows(numbered(), torch.tensor(trained), CPU)
    return [one.targets for one in islice(batches(rows, every, TrainingPlan(batch_size=size)), steps)]


def test_a_batch_has_as_many_rows_of_every_trained_environment() -> None:
    for numbers in drawn([True, False, True], [0], 5, steps=40):
        assert numbered().membership[numbers.long()].tolist() == [0] * 5 + [2] * 5


def test_every_row_is_drawn_in_time_but_those_for_validation() -> None:
    numbers = torch.cat(drawn([True, True, True], [0], 8, steps=100)).unique().tolist()
    assert numbers == [float(row) for row in range(60) if row % 10]


def test_all_rows_without_a_batch_size() -> None:
    numbers = drawn([True, True, False], [0], None, steps=1)[0]
    allowed = (numbered().membership < 2) & ~numbered().validation
    assert sorted(numbers.tolist()) == allowed.nonzero().flatten().tolist()


def test_a_draw_depends_on_its_seed_alone() -> None:
    """Not on which other environments are trained on, nor on which other candidates are trained beside."""
    together = drawn([True, True, True], [4, 5, 4], 5, steps=40)
    alone = drawn([True, False, True], [4], 5, steps=40)
    for stacked, own in zip(together, alone, strict=True):
        assert stacked.shape == (3, 15)
        assert stacked[0, :5].tolist() + stacked[0, 10:].tolist() == own.tolist()
        assert torch.equal(stacked[0], stacked[2])
        assert not torch.equal(stacked[0], stacked[1])


def test_pieces_are_the_rows_in_order() -> None:
    every = [Candidate(objective="erm", penalty_weight=0.0, seed=0, left_out=None)]
    rows = training_rows(numbered(), torch.tensor([True, True, True]), CPU)
    whole = next(batches(rows, every, TrainingPlan(batch_size=None)))
    pieces = whole.split(7)
    assert max(len(piece.targets) for piece in pieces) == 7
    assert torch.equal(torch.cat([piece.inputs for piece in pieces]), whole.inputs)
    assert torch.equal(torch.cat([piece.targets for piece in pieces]), whole.targets)
    assert torch.equal(torch.cat([piece.membership.index for piece in pieces]), whole.membership.index)
    halves = torch.cat([piece.membership.in_second_half for piece in pieces])
    assert torch.equal(halves, whole.membership.in_second_half)


@pytest.mark.parametrize("size", [5, None])
def test_every_other_row_of_an_environment_is_in_its_second_half(size: int | None) -> None:
    every = [Candidate(objective="irm", penalty_weight=1.0, seed=0, left_out=None)]
    rows = training_rows(numbered(), torch.tensor([True, False, True]), CPU)
    for batch in islice(batches(rows, every, TrainingPlan(batch_size=size)), 2):
        for e in (0, 2):
            halves = batch.membership.in_second_half[batch.membership.index == e]
            assert halves.tolist() == [bool(n % 2) for n in range(len(halves))]


META = torch.device("meta")


@pytest.fixture
def too_large(monkeypatch: pytest.MonkeyPatch) -> list[torch.Tensor]:
    """Inputs are taken for larger than the device, here one without values: what is sent to it."""
    sent: list[torch.Tensor] = []

    def pinned(tensor: torch.Tensor) -> torch.Tensor:
        sent.append(tensor)
        return tensor

    monkeypatch.setattr("irm_core.training.batches.fits", lambda *_: False)
    monkeypatch.setattr(torch.Tensor, "pin_memory", pinned)
    return sent


@pytest.mark.parametrize("seeds", [[4, 4], [4, 5]])
def test_inputs_too_large_for_the_device_stay_and_the_rows_drawn_are_sent(
    seeds: list[int], too_large: list[torch.Tensor]
) -> None:
    every = [Candidate(objective="erm", penalty_weight=0.0, seed=seed, left_out=None) for seed in seeds]
    examples, trained = numbered(), torch.tensor([True, True, True])
    rows = training_rows(examples, trained, META)
    assert (rows.inputs.device, rows.targets.device) == (CPU, META)
    (batch,) = islice(batches(rows, every, TrainingPlan(batch_size=5)), 1)
    assert batch.inputs.is_meta
    assert batch.targets.is_meta
    assert batch.membership.index.is_meta
    _, inputs, index = too_large
    resident = training_rows(examples, trained, CPU)
    assert torch.equal(inputs, resident.inputs[index])
    expected = next(batches(resident, every, TrainingPlan(batch_size=5)))
    assert torch.equal(inputs, expected.inputs)


def test_of_all_rows_too_large_for_the_device_each_piece_is_sent_when_it_passes(
    too_large: list[torch.Tensor],
) -> None:
    del too_large
    rows = training_rows(numbered(), torch.tensor([True, True, True]), META)
    whole = next(batches(rows, [], TrainingPlan(batch_size=None)))
    learner = learner_of([build("linear", (2,), 1, (), seed=0)], META)
    for piece in whole.split(7):
        assert piece.inputs.device == CPU
        assert learner.forward(piece)[0].is_meta
