"""What goes into a model, what comes out, and how wide it is between."""

from math import prod

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """input_shape: of one example, (D,) or (channels, height, width). hidden: the widths of dense layers.

    categories: which inputs are indices, and how many values each may have, the last of them unknown;
    embedding: the width of the vectors that stand for them.
    pretrained: the backbone's weights come from a file. frozen: they stay as they are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    input_shape: tuple[int, ...]
    outputs: int
    hidden: tuple[int, ...] = ()
    categories: dict[int, int] = {}
    embedding: int = 0
    pretrained: bool = False
    frozen: bool = False

    @property
    def inputs(self) -> int:
        """How many numbers an example is."""
        return prod(self.input_shape)
