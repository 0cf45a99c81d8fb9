"""Units in which every column has mean zero and variance one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from irm_core.training.linear.moments import Moments
from irm_core.training.models import Model


@dataclass(frozen=True)
class Standard:
    """Mean and standard deviation of the D features and then of the target: float64 [D + 1].

    The deviation of a column that does not vary is 1.
    """

    mean: Tensor
    deviation: Tensor

    def applied(self, moments: Moments) -> Moments:
        """The moments of (x − mean) / deviation, and of y likewise."""
        mean = self.mean if moments.origin is None else self.mean - moments.origin
        features = len(self.mean) - 1
        places = [*range(features), features + 1]  # 1 is between features and target
        to_standard = torch.eye(features + 2, dtype=torch.float64, device=self.mean.device)
        to_standard[places, places] = 1 / self.deviation
        to_standard[places, features] = -mean / self.deviation
        return replace(moments, products=to_standard @ moments.products @ to_standard.T, origin=None)

    def coefficients(self, model: Model) -> tuple[Tensor, float]:
        """Weights [D] and intercept of a linear model of standardised columns, in the columns' own units."""
        parameters = nn.utils.parameters_to_vector(model.parameters()).detach().to(self.mean)
        weights = parameters[:-1] * self.deviation[-1] / self.deviation[:-1]
        intercept = self.mean[-1] + self.deviation[-1] * parameters[-1] - weights @ self.mean[:-1]
        return weights, intercept.item()


def standard(moments: Moments, training: Sequence[str]) -> Standard:
    """By all rows of the environments `training` together."""
    own = [name in training for name in moments.environments]
    pooled = moments.products[own].sum(0)
    columns = [place for place in range(len(pooled)) if place != len(pooled) - 2]
    mean = pooled[columns, -2] / pooled[-2, -2]
    square = pooled.diagonal()[columns] / pooled[-2, -2]
    variance = square - mean.square()
    varies = variance > 8 * torch.finfo(variance.dtype).eps * square  # less is what rounding leaves
    mean = mean if moments.origin is None else mean + moments.origin
    return Standard(mean, variance.sqrt().where(varies, 1))
