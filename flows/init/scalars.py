"""Values as YAML, on one line, quoted where they would be read as something else."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

_LINE = float("inf")


def scalar(value: Any) -> str:
    """One value. Inside brackets and braces it is right too.

    >>> scalar("yes"), scalar("a: b"), scalar(1.5)
    ("'yes'", "'a: b'", '1.5')
    """
    # Line ends, also those of Unicode, are folded to spaces unless they are escaped in double quotes.
    escaped = isinstance(value, str) and not value.isprintable()
    return _dumped(value, '"' if escaped else None)


def sequence(values: Sequence[Any]) -> str:
    """`[a, b]`."""
    return f"[{', '.join(map(scalar, values))}]"


def mapping(values: Mapping[str, Any]) -> str:
    """`{a: 1, b: [x, y]}`."""
    told = (
        f"{scalar(key)}: {sequence(value) if isinstance(value, list | tuple) else scalar(value)}"
        for key, value in values.items()
    )
    return f"{{{', '.join(told)}}}"


def custom(**properties: Any) -> str:
    """Custom properties, as a list."""
    told = (mapping({"property": name, "value": value}) for name, value in properties.items())
    return f"[{', '.join(told)}]"


def comment(text: str) -> str:
    """`text` as what a comment may hold: printable, on one line."""
    return "".join(one if one.isprintable() else " " for one in text)


def _dumped(value: Any, style: str | None) -> str:
    dumped = yaml.safe_dump(
        [value], default_flow_style=True, default_style=style, width=_LINE, allow_unicode=True
    )
    return dumped.strip().removeprefix("[").removesuffix("]")
