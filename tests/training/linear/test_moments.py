"""Moments are sums over rows: of any pieces, in any order, with weights for repeated rows."""

from dataclasses import replace

import pytest
import torch

from irm_core.objectives.membership import Membership
from irm_core.training.batches import Batch
from irm_core.training.examples import Examples
from irm_core.training.linear import moments
from irm_core.training.linear.moments import moments_of, products


def batch(examples: Examples, rows: torch.Tensor | slice = slice(None)) -> Batch:
    weights = None if examples.weights is None else examples.weights[rows]
    membership = Membership(examples.membership[rows], len(examples.environments), weights)
    return Batch(examples.inputs[rows], examples.targets[rows], membership, shared=True)


def test_they_are_the_products_of_an_environments_columns(ragged: Examples) -> None:
    found = products(batch(ragged))
    assert ragged.weights is not None
    for environment in range(4):
        own = ragged.membership == environment
        columns = [*ragged.inputs[own].T, torch.ones(int(own.sum())), ragged.targets[own]]
        expected = [[(ragged.weights[own] * a * b).sum() for a in columns] for b in columns]
        torch.testing.assert_close(found[environment], torch.tensor(expected, dtype=torch.float64))


def test_they_are_additive_over_rows(ragged: Examples, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = products(batch(ragged, slice(50))) + products(batch(ragged, slice(50, None)))
    torch.testing.assert_close(parts, products(batch(ragged)))
    monkeypatch.setattr(moments, "MOST_ROWS", 7)
    torch.testing.assert_close(moments_of(batch(ragged), ragged.environments).products, parts)


def test_the_order_of_rows_is_irrelevant(ragged: Examples) -> None:
    order = torch.randperm(len(ragged.targets), generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(products(batch(ragged, order)), products(batch(ragged)))


def test_a_row_of_weight_two_is_two_rows(ragged: Examples) -> None:
    weights = 1.0 + torch.arange(len(ragged.targets)) % 3
    twice = torch.arange(len(ragged.targets)).repeat_interleave(weights.long())
    weighted = moments_of(batch(replace(ragged, weights=weights)), ragged.environments)
    repeated = moments_of(batch(replace(ragged, weights=None), twice), ragged.environments)
    torch.testing.assert_close(weighted.products, repeated.products)
    torch.testing.assert_close(weighted.counts, ragged.membership[twice].bincount(minlength=4).double())


def test_an_environment_without_rows_has_moments_of_zero(ragged: Examples) -> None:
    assert not products(batch(ragged))[3].any()
