"""Tests with an argument `objective` run for every objective, those with `loss` for every loss."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
import torch

from irm_core.objectives import OBJECTIVES, ib_irm, irm, irmx
from irm_core.objectives.law import Rows
from irm_core.objectives.losses import LOSSES
from irm_core.objectives.membership import Membership

VARIANTS = (
    replace(irm.objective(dummies="scale and bias"), name="irm scale and bias"),
    replace(irm.objective(dummies="scale per output"), name="irm scale per output"),
    replace(irm.objective(estimator="unbiased"), name="irm unbiased"),
    replace(irm.objective(estimator="halves"), name="irm halves"),
    replace(irm.objective("scale per output", "halves"), name="irm scale per output halves"),
    replace(irmx.objective("scale and bias"), name="irmx scale and bias"),
    replace(irmx.objective(estimator="unbiased"), name="irmx unbiased"),
    replace(ib_irm.objective(estimator="halves"), name="ib_irm halves"),
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "objective" in metafunc.fixturenames:
        every = [*OBJECTIVES.values(), *VARIANTS]
        metafunc.parametrize("objective", every, ids=[one.name for one in every])
    if "loss" in metafunc.fixturenames:
        metafunc.parametrize("loss", LOSSES)


@pytest.fixture
def make_rows() -> Callable[..., Rows]:
    """Rows of ragged environments, in float64: loss, sizes of the environments, seed -> Rows."""

    def make(loss: str, sizes: Sequence[int] = (7, 12, 5), seed: int = 0) -> Rows:
        random = torch.Generator().manual_seed(seed)
        N, C, D = sum(sizes), 3 if loss == "cross_entropy" else 1, 4
        drawn = {
            "squared_error": torch.randn(N, generator=random, dtype=torch.float64),
            "binary_cross_entropy": torch.randint(0, 2, (N,), generator=random),
            "cross_entropy": torch.randint(0, C, (N,), generator=random),
            "poisson": torch.randint(0, 5, (N,), generator=random),
        }
        environment = torch.arange(len(sizes)).repeat_interleave(torch.tensor(sizes))
        return Rows(
            outputs=torch.randn(N, C, generator=random, dtype=torch.float64),
            features=torch.randn(N, D, generator=random, dtype=torch.float64),
            targets=drawn[loss],
            membership=Membership(environment, len(sizes)),
        )

    return make
