"""Rows kept for validation are of both training environments, and of no other."""

import torch

from benchmarks.reproductions.coloured_mnist import summary, with_validation
from irm_core.training.examples import Examples


def test_a_fifth_of_each_training_environment_is_for_validation() -> None:
    membership = torch.arange(100) % 2
    membership[-20:] = 2
    examples = Examples(
        inputs=torch.zeros(100, 1),
        targets=torch.zeros(100),
        membership=membership,
        validation=torch.zeros(100, dtype=torch.bool),
        environments=("a", "b", "c"),
    )
    kept = with_validation(examples).validation
    assert membership[kept].bincount(minlength=3).tolist() == [8, 8, 0]


def test_mean_and_standard_deviation_over_seeds() -> None:
    assert summary([(70.0, 60.0, 71.0), (72.0, 64.0, 73.0)]) == ("71.0 ± 1.4", "62.0 ± 2.8")
