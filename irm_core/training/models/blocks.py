"""The residual blocks of a ResNet (He et al. 2016, arXiv:1512.03385), named inside as torchvision's."""

from collections.abc import Callable, Sequence

from torch import Tensor, nn
from torch.nn import functional

Norm = Callable[[int], nn.Module]
GROUPS = 32  # Wu & He 2018, arXiv:1803.08494


class FrozenBatchNorm(nn.BatchNorm2d):
    """Batch normalisation by given statistics, in training too; its scale and shift are trained."""

    def forward(self, inputs: Tensor) -> Tensor:
        return functional.batch_norm(
            inputs, self.running_mean, self.running_var, self.weight, self.bias, training=False, eps=self.eps
        )


def group_norm(channels: int) -> nn.Module:
    """Normalises each row by itself."""
    return nn.GroupNorm(GROUPS, channels)


class Residual(nn.Module):
    """relu(inputs + what the convolutions make of them); where these change the shape, inputs are projected.

    widths: channels before and after each convolution. sides, strides: of each.
    """

    def __init__(
        self, widths: Sequence[int], sides: Sequence[int], strides: Sequence[int], norm: Norm
    ) -> None:
        super().__init__()
        self.names = [(f"conv{n}", f"bn{n}") for n in range(1, len(widths))]
        parts = zip(self.names, widths, widths[1:], sides, strides, strict=False)
        for (convolve, normalise), before, after, side, stride in parts:
            self.add_module(convolve, convolution(before, after, side, stride))
            self.add_module(normalise, norm(after))
        first, last, stride = widths[0], widths[-1], max(strides)
        same = first == last and stride == 1
        self.downsample = None if same else nn.Sequential(convolution(first, last, 1, stride), norm(last))

    def forward(self, inputs: Tensor) -> Tensor:
        beside = inputs if self.downsample is None else self.downsample(inputs)
        found = inputs
        for convolve, normalise in self.names:
            found = self.get_submodule(normalise)(self.get_submodule(convolve)(found))
            found = functional.relu(found + beside if normalise == self.names[-1][1] else found)
        return found


def basic(before: int, width: int, stride: int, norm: Norm) -> Residual:
    """Two 3×3 convolutions: resnet18 and resnet34."""
    return Residual((before, width, width), (3, 3), (stride, 1), norm)


def bottleneck(before: int, width: int, stride: int, norm: Norm) -> Residual:
    """1×1, 3×3 and 1×1, to four times the width: resnet50. As torchvision's, it strides in the 3×3."""
    return Residual((before, width, width, 4 * width), (1, 3, 1), (1, stride, 1), norm)


def convolution(before: int, after: int, side: int, stride: int) -> nn.Conv2d:
    """Without bias, which the normalisation after it has; weights as He et al. 2015 draw them."""
    made = nn.Conv2d(before, after, side, stride, padding=side // 2, bias=False)
    nn.init.kaiming_normal_(made.weight, mode="fan_out", nonlinearity="relu")
    return made
