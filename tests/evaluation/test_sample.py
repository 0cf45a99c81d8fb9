"""Which rows a model is measured on."""

import torch

from irm_core.evaluation.sample import judged, thinned
from irm_core.training.examples import Examples


def test_validation_rows_where_trained_and_all_rows_elsewhere():
    examples = Examples(
        inputs=torch.zeros(6, 1),
        targets=torch.zeros(6),
        membership=torch.tensor([0, 0, 1, 1, 2, 2]),
        validation=torch.tensor([True, False] * 3),
        environments=("a", "b", "c"),
    )
    assert judged(examples, ("a", "c")).tolist() == [0, 2, 3, 4]


def test_large_environments_are_thinned_and_small_ones_kept_whole():
    membership = torch.tensor([2, 0, 2, 0, 2, 0, 0, 0])
    rows = torch.arange(1, 8)
    thin = thinned(rows, membership, most=3)
    assert membership[thin].bincount(minlength=3).tolist() == [3, 0, 2]
    assert len(set(thin.tolist())) == 5
    assert 0 not in thin
    assert thinned(rows, membership, most=3).equal(thin)


def test_thinning_takes_rows_from_everywhere():
    thin = thinned(torch.arange(1000), torch.zeros(1000, dtype=torch.long), most=100)
    assert 400 < thin.double().mean() < 600
