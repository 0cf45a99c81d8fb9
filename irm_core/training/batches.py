"""The rows of each step: as many of every environment, or all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

import torch
from torch import Tensor

from irm_core.objectives.law import membership
from irm_core.training.candidate import Candidate
from irm_core.training.examples import Examples
from irm_core.training.plan import TrainingPlan


@dataclass(frozen=True)
class Batch:
    """Rows of one step, of K candidates or shared by them.

    inputs [N, ...] if shared, else [K, N, ...]; targets [N] or [K, N] alike; membership [N, E].
    """

    inputs: Tensor
    targets: Tensor
    membership: Tensor
    shared: bool

    def split(self, rows: int) -> "list[Batch]":
        """The same rows in pieces of at most `rows`."""
        if self.membership.shape[0] <= rows:
            return [self]
        dimension = 0 if self.shared else 1
        pieces = zip(
            self.inputs.split(rows, dimension),
            self.targets.split(rows, dimension),
            self.membership.split(rows),
            strict=True,
        )
        return [Batch(*piece, self.shared) for piece in pieces]


@dataclass(frozen=True)
class TrainingRows:
    """The rows that may be trained on, sorted by environment, on the device.

    counts, starts: how many rows each environment has, and where they begin; zero for one not trained on.
    """

    inputs: Tensor
    targets: Tensor
    index: Tensor
    counts: tuple[int, ...]
    starts: tuple[int, ...]


def training_rows(examples: Examples, trained: Tensor, device: torch.device) -> TrainingRows:
    """The rows of the `trained` environments (bool [E]) that are not kept for validation."""
    allowed = trained.to(examples.membership.device)[examples.membership] & ~examples.validation
    rows = allowed.nonzero().squeeze(1)
    rows = rows[examples.membership[rows].argsort(stable=True)]
    index = examples.membership[rows]
    counts = index.bincount(minlength=len(examples.environments))
    return TrainingRows(
        examples.inputs[rows].to(device),
        examples.targets[rows].to(device),
        index.to(device),
        tuple(counts.tolist()),
        tuple((counts.cumsum(0) - counts).tolist()),
    )


def batches(rows: TrainingRows, candidates: Sequence[Candidate], plan: TrainingPlan) -> Iterator[Batch]:
    """A batch for every step, without end: `plan.batch_size` rows of every environment, or all rows."""
    if plan.batch_size is None:
        of_rows = membership(rows.index, len(rows.counts))
        return repeat(Batch(rows.inputs, rows.targets, of_rows, shared=True))
    seeds = [one.seed for one in candidates]
    if len(set(seeds)) == 1:
        seeds = seeds[:1]
    return _drawn(rows, plan.batch_size, seeds)


def _drawn(rows: TrainingRows, size: int, seeds: Sequence[int]) -> Iterator[Batch]:
    """`size` rows of every trained environment, drawn with replacement, a draw per seed.

    What is drawn of one environment does not depend on which others are trained on: numbers are drawn for
    all.
    """
    device = rows.inputs.device
    trained = torch.tensor([e for e, count in enumerate(rows.counts) if count], device=device)
    counts = torch.tensor(rows.counts, device=device)[trained].unsqueeze(1)
    starts = torch.tensor(rows.starts, device=device)[trained].unsqueeze(1)
    of_rows = membership(trained.repeat_interleave(size), len(rows.counts))
    generators = {seed: torch.Generator(device).manual_seed(seed) for seed in seeds}
    while True:
        draws = {
            seed: torch.rand(len(rows.counts), size, generator=one, dtype=torch.float64, device=device)[
                trained
            ]
            for seed, one in generators.items()
        }
        index = torch.stack([(starts + (draws[seed] * counts).long()).flatten() for seed in seeds])
        if len(seeds) == 1:
            index = index.squeeze(0)
        yield Batch(rows.inputs[index], rows.targets[index], of_rows, shared=len(seeds) == 1)
