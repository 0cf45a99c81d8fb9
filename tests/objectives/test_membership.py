"""Sums over the rows of each environment, and their transpose."""

import pytest
import torch
from torch import Tensor
from torch.nn.functional import one_hot

from irm_core.objectives.membership import Membership

E = 4
INDEX = torch.tensor([0, 0, 0, 2, 2, 2, 3, 3, 3])
BLOCKS = torch.tensor([0, 2, 3])


def drawn(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    "index", [INDEX, INDEX.flip(0), INDEX[:1], INDEX[:0]], ids=["sorted", "not", "one", "none"]
)
@pytest.mark.parametrize("shape", [(), (1,), (2, 3)], ids=str)
def test_sums_are_the_product_with_the_one_hot_matrix(
    shape: tuple[int, ...], index: Tensor, weighted: bool
) -> None:
    N, weights = len(index), drawn(len(index)).square() if weighted else None
    membership = Membership(index, E, weights)
    matrix = one_hot(index, E) * (torch.ones(N) if weights is None else weights).unsqueeze(1)
    values, directions = drawn(*shape, N, 2), drawn(*shape, E, 2)
    torch.testing.assert_close(membership.sums(values), matrix.T.double() @ values)
    torch.testing.assert_close(membership.spread(directions), matrix.double() @ directions)
    torch.testing.assert_close(membership.counts, matrix.double().sum(0))
    torch.testing.assert_close(membership.matrix.double(), matrix.double())


@pytest.mark.parametrize("shape", [(), (1,), (2, 3)], ids=str)
def test_blocks_are_an_index_of_as_many_rows_each(shape: tuple[int, ...]) -> None:
    values, whole = drawn(*shape, 9, 2), torch.arange(3)
    for index, blocks, environments in ((INDEX, BLOCKS, E), (whole.repeat_interleave(3), whole, 3)):
        plain, in_blocks = Membership(index, environments), Membership(index, environments, blocks=blocks)
        torch.testing.assert_close(in_blocks.sums(values), plain.sums(values))


def test_each_candidate_has_weights_of_its_own() -> None:
    weights, values = drawn(2, 9).square(), drawn(2, 9, 1)
    together = Membership(INDEX, E, weights, BLOCKS)
    for k in range(2):
        alone = Membership(INDEX, E, weights[k])
        torch.testing.assert_close(
            together.of(torch.tensor([k])).sums(values[k : k + 1])[0], alone.sums(values[k])
        )
        torch.testing.assert_close(together.sums(values)[k], alone.sums(values[k]))
        torch.testing.assert_close(together.counts[k], alone.counts)


def test_pieces_add_up() -> None:
    values = drawn(9, 2)
    whole = Membership(INDEX, E, weights=drawn(9).square(), blocks=BLOCKS)
    pieces = whole.split(4)
    sums = [one.sums(part) for one, part in zip(pieces, values.split(4), strict=True)]
    assert [len(one.index) for one in pieces] == [4, 4, 1]
    torch.testing.assert_close(torch.stack(sums).sum(0), whole.sums(values))


@pytest.mark.parametrize("parts", [1, 2, 3, 4])
def test_every_so_manyth_row_adds_up_to_all(parts: int) -> None:
    values = drawn(9, 2)
    whole = Membership(INDEX, E, weights=drawn(9).square(), blocks=BLOCKS)
    shares = [slice(first, None, parts) for first in range(parts)]
    found = [whole.part(share) for share in shares]
    sums = [one.sums(values[share]) for one, share in zip(found, shares, strict=True)]
    torch.testing.assert_close(torch.stack(sums).sum(0), whole.sums(values))
    for one, share in zip(found, shares, strict=True):
        assert (one.blocks is not None) == (parts in (1, 3))
        assert torch.equal(one.in_second_half, whole.in_second_half[share])


def test_no_small_loss_is_lost_among_many() -> None:
    """One by one in single precision, a million times 0.1 are 100958.3."""
    values = torch.full((1_000_000, 1), 0.1)
    found = Membership(torch.zeros(len(values), dtype=torch.long), 1).sums(values)
    assert found.item() == pytest.approx(100_000, rel=1e-6)
