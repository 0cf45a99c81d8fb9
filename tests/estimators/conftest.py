"""Two sites where the label has a cause that holds, and an effect that gives it away at one site only."""

from dataclasses import dataclass

import numpy as np
import pytest

NOISES = {"sharp": 0.2, "blurred": 2.0}


@dataclass(frozen=True)
class Table:
    X: np.ndarray
    y: np.ndarray
    site: np.ndarray

    @property
    def high(self) -> np.ndarray:
        """The label as two classes."""
        return np.where(self.y > 0, "high", "low")


def measured(noises: dict[str, float], rows: int, seed: int) -> Table:
    """x₀ causes the label; x₁ is the label, measured with a noise that depends on the site."""
    random = np.random.default_rng(seed)
    site = np.repeat([*noises], rows)
    cause = random.normal(size=len(site))
    label = cause + random.normal(size=len(site))
    effect = label + np.repeat([*noises.values()], rows) * random.normal(size=len(site))
    return Table(np.column_stack([cause, effect]), label, site)


@pytest.fixture(scope="session")
def two_sites() -> Table:
    return measured(NOISES, rows=400, seed=0)


@pytest.fixture(scope="session")
def elsewhere() -> Table:
    """A third site, where the effect says little."""
    return measured({"noise": 5.0}, rows=400, seed=1)


@pytest.fixture(scope="session")
def few() -> Table:
    """Rows for tests of everything but what is learnt."""
    return measured(NOISES, rows=12, seed=2)
