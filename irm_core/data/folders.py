"""Folders that name a column and its value, such as `site=north/`, as they do for Parquet."""

from pathlib import Path
from urllib.parse import unquote

NULL = "__HIVE_DEFAULT_PARTITION__"


def named_by_folders(file: Path) -> dict[str, str | None]:
    """The columns that the folders of `file` name, and the value that each has in all of its rows.

    >>> named_by_folders(Path("hearts/site=north/year=2024/a.csv"))
    {'site': 'north', 'year': '2024'}
    """
    parts = (folder.name.partition("=") for folder in reversed(file.parents) if "=" in folder.name)
    return {unquote(name): None if value == NULL else unquote(value) for name, _, value in parts}
