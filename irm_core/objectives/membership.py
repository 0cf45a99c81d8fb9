"""Which environment each row belongs to, and sums over the rows of each."""

from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor


@dataclass(frozen=True)
class Membership:
    """The environments of N rows; a row of weight w counts as w equal rows.

    index: int64 [N], each row's environment. environments: their number E. weights [..., N]: not negative.
    blocks: int64 [B], if the rows come environment by environment, as many of each: those environments,
    ascending. Sums are then reductions, many times faster than additions one by one.
    second: bool [N], which half of its environment each row is in, for estimates from two halves. Rows that
    were parted from others remember it; else every other row of an environment is in the second.
    """

    index: Tensor
    environments: int
    weights: Tensor | None = None
    blocks: Tensor | None = None
    second: Tensor | None = None

    @cached_property
    def counts(self) -> Tensor:
        """The (weighted) number of rows of each environment, float64 [..., E]."""
        if self.weights is None:
            return self.index.bincount(minlength=self.environments).double()
        return self._summed(self.weights.double().unsqueeze(-1)).squeeze(-1)

    @cached_property
    def in_second_half(self) -> Tensor:
        """Whether each row is in the second half of its environment, bool [N]."""
        return positions(self.index) % 2 == 1 if self.second is None else self.second

    def sums(self, values: Tensor) -> Tensor:
        """Sum of the rows' values in each environment: [..., N, S] -> [..., E, S]."""
        return self._summed(values if self.weights is None else values * self.weights.unsqueeze(-1))

    def spread(self, values: Tensor) -> Tensor:
        """Each row's share of values per environment, the transpose of `sums`: [..., E, S] -> [..., N, S]."""
        shares = values.index_select(-2, self.index)
        return shares if self.weights is None else shares * self.weights.unsqueeze(-1)

    def of(self, candidates: Tensor | slice) -> "Membership":
        """That of some of the K candidates, where each has weights of its own."""
        if self.weights is None or self.weights.ndim == 1:
            return self
        return replace(self, weights=self.weights[candidates])

    def split(self, rows: int) -> "list[Membership]":
        """The same rows in pieces of at most `rows`."""
        indices = self.index.split(rows)
        weights = [None] * len(indices) if self.weights is None else self.weights.split(rows, -1)
        halves = self.in_second_half.split(rows)
        return [
            Membership(index, self.environments, own, second=second)
            for index, own, second in zip(indices, weights, halves, strict=True)
        ]

    def part(self, rows: slice) -> "Membership":
        """That of some of the rows, which remember their halves."""
        weights = None if self.weights is None else self.weights[..., rows]
        return Membership(
            self.index[rows], self.environments, weights, self._still_blocks(rows), self.in_second_half[rows]
        )

    @cached_property
    def matrix(self) -> Tensor:
        """How much each row counts in each environment, [..., N, E]."""
        hot = torch.nn.functional.one_hot(self.index, self.environments)
        return hot.float() if self.weights is None else hot * self.weights.unsqueeze(-1)

    def _still_blocks(self, rows: slice) -> Tensor | None:
        """The blocks, if every so-manyth row of all leaves as many of each."""
        start, stop, step = rows.indices(len(self.index))
        if self.blocks is None or stop < len(self.index) or start >= step:
            return None
        return self.blocks if len(self.index) % (len(self.blocks) * step) == 0 else None

    def _summed(self, values: Tensor) -> Tensor:
        if self.blocks is None:
            return self._added(values, self.index)
        of_blocks = values.unflatten(-2, (len(self.blocks), -1)).sum(-2)
        return of_blocks if len(self.blocks) == self.environments else self._added(of_blocks, self.blocks)

    def _added(self, values: Tensor, index: Tensor) -> Tensor:
        """Row by row, in double precision: in single, a million small losses would lose digits."""
        rows = values.movedim(-2, 0)
        shape = self.environments, *rows.shape[1:]
        flat = rows.to(torch.float64, memory_format=torch.contiguous_format).flatten(1).squeeze(1)
        totals = flat.new_zeros(self.environments, *flat.shape[1:]).index_add_(0, index, flat)
        return totals.view(shape).movedim(0, -2).to(values.dtype)


def positions(index: Tensor) -> Tensor:
    """How many rows of the same environment come before each row: [N] -> [N]."""
    order = index.argsort(stable=True)
    ordered = index[order]
    first = torch.searchsorted(ordered, ordered)
    return torch.empty_like(index).scatter_(0, order, torch.arange(len(index), device=index.device) - first)
