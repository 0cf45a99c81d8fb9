"""A featurizer Φ, and a head w on it: objectives may look at what lies between."""

import torch
from torch import Tensor, nn


class Model(nn.Module):
    """outputs = head(featurizer(backbone(inputs))), [N, C].

    backbone: never trained, and nothing unless given. Its outputs can be kept, for the rest to be trained on.
    """

    def __init__(self, featurizer: nn.Module, head: nn.Module, backbone: nn.Module | None = None) -> None:
        super().__init__()
        self.featurizer = featurizer
        self.head = head
        self.backbone = (backbone or nn.Identity()).requires_grad_(False)

    def outputs_and_features(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """Outputs [N, C], and the features [N, D] that the head reads.

        Inputs of type uint8 are pixels: 0..255 means 0..1.
        """
        features = self.featurizer(self.backbone(inputs / 255 if inputs.dtype == torch.uint8 else inputs))
        return self.head(features), features

    def forward(self, inputs: Tensor) -> Tensor:
        return self.outputs_and_features(inputs)[0]
