"""Stacks that die or are too large: trained all the same, each candidate once, in its order."""

from collections.abc import Sequence

import pytest

from irm_core.errors import DataError
from irm_core.evaluation.perseverance import persistently
from irm_core.evaluation.process import DiedError
from irm_core.training.candidate import Candidate
from irm_core.training.out_of_memory import OutOfMemoryError

FIVE = [Candidate(objective="irm", penalty_weight=10, seed=seed, left_out="a") for seed in range(5)]


class Trainer:
    """Trains at most so many at a time, and dies at some of its calls."""

    def __init__(self, most: int = 5, deaths: Sequence[int] = ()) -> None:
        self.most, self.deaths = most, deaths
        self.sizes: list[int] = []
        self.said: list[str] = []

    def __call__(self, candidates):
        self.sizes.append(len(candidates))
        if len(self.sizes) in self.deaths:
            raise DiedError("was killed by SIGKILL")
        if len(candidates) > self.most:
            raise OutOfMemoryError("CUDA out of memory")
        return list(candidates)

    def train(self):
        return persistently(self, FIVE, self.said.append)


def test_what_fits_is_trained_once_and_nothing_is_said() -> None:
    trainer = Trainer()
    assert trainer.train() == FIVE
    assert trainer.sizes == [5]
    assert trainer.said == []


@pytest.mark.parametrize(
    ("most", "sizes"), [(3, [5, 2, 3]), (2, [5, 2, 3, 1, 2]), (1, [5, 2, 1, 1, 3, 1, 2, 1, 1])]
)
def test_what_is_too_large_is_trained_in_halves_in_the_same_order(most, sizes) -> None:
    trainer = Trainer(most)
    assert trainer.train() == FIVE
    assert trainer.sizes == sizes
    assert "5 candidate(s) without a need more memory than there is (CUDA out of memory)" in trainer.said[0]


def test_what_died_is_trained_again_as_it_was() -> None:
    trainer = Trainer(deaths=[1])
    assert trainer.train() == FIVE
    assert trainer.sizes == [5, 5]
    assert "was killed by SIGKILL: they are trained again" in trainer.said[0]


def test_what_died_twice_is_trained_in_halves() -> None:
    trainer = Trainer(deaths=[1, 2])
    assert trainer.train() == FIVE
    assert trainer.sizes == [5, 5, 2, 3]


def test_one_candidate_that_is_too_large_alone_is_named_with_what_to_do() -> None:
    said = r"irm \(λ = 10\) without a .* even trained alone .* batch_size"
    with pytest.raises(OutOfMemoryError, match=said):
        Trainer(most=0).train()


def test_wrong_data_are_not_tried_again() -> None:
    asked = []

    def refuse(candidates):
        asked.append(candidates)
        raise DataError("wrong")

    with pytest.raises(DataError):
        persistently(refuse, FIVE, str)
    assert len(asked) == 1
