"""Ranges for numbers: what was seen, widened, and as round as a person would write it."""

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import floor, log10

from irm_core.contracts.values import EXACT

WIDER = 0.5
"""By which share of its width a range is extended at each end."""


def widened(low: float, high: float) -> tuple[float, float] | None:
    """A range half as wide again at each end, that does not cross zero; None where it could not be exact.

    >>> widened(21, 87)
    (0.0, 120.0)
    >>> widened(0.2, 0.93)
    (0.0, 1.3)
    """
    width = float(high) - float(low)
    if width <= 0 or max(abs(low), abs(high), width) > EXACT / 4:
        return None
    bottom, top = low - WIDER * width, high + WIDER * width
    bottom = max(bottom, 0) if low >= 0 else bottom
    top = min(top, 0) if high <= 0 else top
    unit = Decimal(1).scaleb(floor(log10(width)))
    return (
        float(Decimal(bottom).quantize(unit, ROUND_FLOOR)),
        float(Decimal(top).quantize(unit, ROUND_CEILING)),
    )
