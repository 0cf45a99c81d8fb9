"""Residual networks, which read torchvision's weights.

Normalisation never looks at a batch. Batch statistics tie rows together: the objective of rows in pieces
would not be that of all rows at once, nor K candidates trained together K trained alone, and environments in
one batch would tell each other their means. With weights from a file, their statistics stay as they are (as
in DomainBed: Gulrajani & Lopez-Paz 2021, arXiv:2007.01434); without, GroupNorm normalises each row by itself.

Written out, not imported: torchvision loads beside the very build of torch that it was compiled for only,
and package registries have none for torch's CPU build.
"""

from collections.abc import Callable, Iterator
from functools import partial

import torch
from torch import Tensor, nn

from irm_core.errors import UsageError
from irm_core.training.models.blocks import (
    FrozenBatchNorm,
    Norm,
    Residual,
    basic,
    bottleneck,
    convolution,
    group_norm,
)
from irm_core.training.models.mlp import mlp
from irm_core.training.models.model import Model
from irm_core.training.models.shape import Shape

SMALLEST = 32  # halved five times, it is one pixel
WIDTHS = (64, 128, 256, 512)
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet, which weights were trained on

Block = Callable[[int, int, int, Norm], Residual]


class Pixels(nn.Module):
    """Three channels, of which grey images are three times the same; as ImageNet standardised, if asked."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, *, standardised: bool) -> None:
        super().__init__()
        mean, deviation = (MEAN, DEVIATION) if standardised else ((0.0,) * 3, (1.0,) * 3)
        self.register_buffer("mean", torch.tensor(mean).view(3, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor(deviation).view(3, 1, 1), persistent=False)

    def forward(self, inputs: Tensor) -> Tensor:
        return (inputs - self.mean) / self.deviation


class ResNet(nn.Module):
    """Images [N, 1 or 3, height, width] to features [N, width], without torchvision's last layer `fc`."""

    def __init__(self, block: Block, counts: tuple[int, ...], *, pretrained: bool) -> None:
        super().__init__()
        norm: Norm = FrozenBatchNorm if pretrained else group_norm
        self.pixels = Pixels(standardised=pretrained)
        self.conv1, self.bn1 = convolution(3, WIDTHS[0], side=7, stride=2), norm(WIDTHS[0])
        self.maxpool = nn.MaxPool2d(3, 2, padding=1)
        self.width = WIDTHS[0]
        self.layer1, self.layer2, self.layer3, self.layer4 = (
            nn.Sequential(*self._blocks(block, width, count, norm))
            for width, count in zip(WIDTHS, counts, strict=True)
        )

    def _blocks(self, block: Block, width: int, count: int, norm: Norm) -> Iterator[Residual]:
        """As many blocks; the first halves the image, unless pooling just did."""
        for number in range(count):
            yield block(self.width, width, 2 if number == 0 and width > WIDTHS[0] else 1, norm)
            self.width = width * (4 if block is bottleneck else 1)

    def forward(self, inputs: Tensor) -> Tensor:
        found = self.maxpool(self.bn1(self.conv1(self.pixels(inputs))).relu())
        for layer in (self.layer1, self.layer2, self.layer3, self.layer4):
            found = layer(found)
        return found.mean((2, 3))


def resnet(shape: Shape, block: Block, counts: tuple[int, ...]) -> Model:
    """A ResNet and a linear head; frozen, it is the backbone of an mlp."""
    channels, *sides = shape.input_shape if len(shape.input_shape) == 3 else (0, 0)
    if channels not in (1, 3) or min(sides) < SMALLEST:
        raise UsageError(
            f"A ResNet reads images of 1 or 3 channels and at least {SMALLEST}×{SMALLEST} pixels, not inputs "
            f"of shape {shape.input_shape}. Use model: convnet or mlp."
        )
    network = ResNet(block, counts, pretrained=shape.pretrained)
    if not shape.frozen:
        return Model(network, nn.Linear(network.width, shape.outputs))
    top = mlp(shape.model_copy(update={"input_shape": (network.width,)}))
    return Model(top.featurizer, top.head, network)


resnet18 = partial(resnet, block=basic, counts=(2, 2, 2, 2))
resnet34 = partial(resnet, block=basic, counts=(3, 4, 6, 3))
resnet50 = partial(resnet, block=bottleneck, counts=(3, 4, 6, 3))
