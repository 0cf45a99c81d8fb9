"""The rows of each step: as many of every environment, or all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, repeat

import torch
from torch import Tensor

from irm_core.data.allocation import in_memory
from irm_core.objectives.membership import Membership
from irm_core.training.candidate import Candidate
from irm_core.training.distributed import share
from irm_core.training.examples import Examples
from irm_core.training.gathering import gathered
from irm_core.training.memory import fits
from irm_core.training.plan import TrainingPlan
from irm_core.training.threads import threads_for

STEPS = 32  # whose rows are drawn at once


@dataclass(frozen=True)
class Batch:
    """Rows of one step, of K candidates or shared by them.

    inputs [N, ...], targets [N] and weights of the membership if shared, else each with a leading K.
    """

    inputs: Tensor
    targets: Tensor
    membership: Membership
    shared: bool

    def part(self, rows: slice) -> "Batch":
        """Some of the rows."""
        if rows == slice(None):
            return self
        inputs = self.inputs[rows] if self.shared else self.inputs[:, rows]
        return Batch(inputs, self.targets[..., rows], self.membership.part(rows), self.shared)

    def split(self, rows: int) -> "list[Batch]":
        """The same rows in pieces of at most `rows`."""
        if rows >= len(self.membership.index):
            return [self]
        dimension = 0 if self.shared else 1
        inputs, targets = (one.split(rows, dimension) for one in (self.inputs, self.targets))
        return [
            Batch(*parts, self.shared)
            for parts in zip(inputs, targets, self.membership.split(rows), strict=True)
        ]


@dataclass(frozen=True)
class TrainingRows:
    """The rows that may be trained on, sorted by environment, on the device.

    inputs: on the device if it holds them, else in pinned memory, or a file, from where each step's are sent.
    counts, starts: how many rows each environment has, and where they begin; zero for one
    not trained on.
    """

    inputs: Tensor
    targets: Tensor
    membership: Membership
    counts: tuple[int, ...]
    starts: tuple[int, ...]


def training_rows(examples: Examples, trained: Tensor, device: torch.device) -> TrainingRows:
    """The rows of the `trained` environments (bool [E]) that are not kept for validation."""
    allowed = trained.to(examples.membership.device)[examples.membership] & ~examples.validation
    rows = allowed.nonzero().squeeze(1)
    rows = rows[examples.membership[rows].argsort(stable=True)]
    inputs = gathered(examples.inputs, rows)
    if fits(inputs.nbytes, device):
        inputs = inputs.to(device)
    elif in_memory(inputs.nbytes):
        inputs = inputs.pin_memory()
    if inputs.ndim == 4 and inputs.device.type == device.type:  # "cuda" is not equal to "cuda:0"
        inputs = inputs.contiguous(memory_format=torch.channels_last)  # convolutions are faster so
    index = examples.membership[rows]
    counts = index.bincount(minlength=len(examples.environments))
    weights = None if examples.weights is None else examples.weights[rows].to(device)
    return TrainingRows(
        inputs,
        examples.targets[rows].to(device),
        Membership(index.to(device), len(examples.environments), weights),
        tuple(counts.tolist()),
        tuple((counts.cumsum(0) - counts).tolist()),
    )


def batches(
    rows: TrainingRows, candidates: Sequence[Candidate], plan: TrainingPlan, done: int = 0
) -> Iterator[Batch]:
    """A batch for every step after the first `done`: `plan.batch_size` rows of every environment, or all.

    Of several processes, each has its share of these.
    """
    if plan.batch_size is None:
        return repeat(Batch(rows.inputs, rows.targets, rows.membership, shared=True).part(share()))
    return _drawn(rows, plan.batch_size, [one.seed for one in candidates], done)


def _drawn(rows: TrainingRows, size: int, seeds: Sequence[int], done: int) -> Iterator[Batch]:
    """`size` rows of every trained environment, those of each seed if they differ."""
    distinct = list(dict.fromkeys(seeds))
    streams = [islice(_indices(rows, size, seed), done, None) for seed in distinct]
    place = torch.tensor([distinct.index(seed) for seed in seeds], device=rows.inputs.device)
    blocks = torch.tensor([e for e, count in enumerate(rows.counts) if count], device=rows.targets.device)
    environments, weights = len(rows.counts), rows.membership.weights
    of_rows = Membership(blocks.repeat_interleave(size), environments, blocks=blocks)
    of_rows = replace(of_rows, second=of_rows.in_second_half).part(share())  # the same in every step
    for indices in zip(*streams, strict=True):
        index = (indices[0] if len(distinct) == 1 else torch.stack(indices)[place])[..., share()]
        inputs, index = (sent(one, rows.targets.device) for one in (rows.inputs[index], index))
        if weights is not None:
            of_rows = replace(of_rows, weights=weights[index])
        yield Batch(inputs, rows.targets[index], of_rows, len(distinct) == 1)


def sent(tensor: Tensor, device: torch.device) -> Tensor:
    """The tensor on the device; from the memory of the host without waiting, while the device works."""
    return tensor if tensor.device == device else tensor.pin_memory().to(device, non_blocking=True)


def _indices(rows: TrainingRows, size: int, seed: int) -> Iterator[Tensor]:
    """Indices of rows drawn with replacement, `size` per trained environment, environment by environment.

    What is drawn of one environment does not depend on which others are trained on: numbers are drawn for
    all.
    """
    device = rows.inputs.device
    generator = torch.Generator(device).manual_seed(seed)
    counts = torch.tensor(rows.counts, device=device)
    starts = torch.tensor(rows.starts, device=device)
    present = counts > 0
    while True:
        with threads_for(0):
            draws = torch.rand(
                STEPS, size, len(counts), generator=generator, dtype=torch.float64, device=device
            )
            index = (starts + (draws * counts).long())[..., present].mT.flatten(1)
        yield from index
