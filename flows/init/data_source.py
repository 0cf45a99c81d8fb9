"""Where the data of a first contract are: what DATA names, as a contract says it."""

import glob as globbing
import re
import unicodedata
from pathlib import Path
from typing import Literal

from irm_core.contracts.contract import Source
from irm_core.data.csv_dialect import delimiter_of, encoding_of
from irm_core.data.lines import COMPRESSED
from irm_core.data.sources import find
from irm_core.errors import UsageError

Format = Literal["csv", "ndjson", "parquet"]
TEXTS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".dat": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
}
FORMATS: dict[str, Format] = {
    **TEXTS,
    ".parquet": "parquet",
    **{f"{name}{end}": kind for end in COMPRESSED for name, kind in TEXTS.items()},
}
KINDS = f"{', '.join(TEXTS)} (these also {' or '.join(COMPRESSED)}) and .parquet"
REMEDIES = {
    ".xlsx": "Export the sheet: Save as, CSV UTF-8.",
    ".xls": "Export the sheet: Save as, CSV UTF-8.",
    ".ods": "Export the sheet: Save as, CSV in UTF-8.",
    ".json": "Write one object per line, which is NDJSON; for an array: `jq -c '.[]' a.json > a.ndjson`. "
    "If the file has that already, call it .ndjson.",
}
"""What to do with files that we do not read, by how their names end."""


def source(data: str) -> tuple[Source, list[Path]]:
    """The source that DATA (a file, a folder or a pattern) names, and its files.

    Raises UsageError where they are no tables that we read, DataError where there are none.
    """
    pattern = _pattern(Path(data)) if Path(data).is_dir() else data
    files = find(Source(pattern, "csv", ",", "", 1))
    formats = {_format(file) for file in files}
    kind = formats.pop()
    if kind is None or formats:
        raise _unread(data, files)
    if kind != "csv":
        return Source(pattern, kind, ",", "", 1), files
    encoding = encoding_of(files)
    return Source(pattern, kind, delimiter_of(files[0], encoding), "", 1, encoding=encoding), files


def _unread(data: str, files: list[Path]) -> UsageError:
    kinds = sorted({file.suffix.lower() for file in files})
    remedies = [REMEDIES[kind] for kind in kinds if kind in REMEDIES]
    advice = remedies or ["Images: write the contract by hand, with `format: images`."]
    return UsageError(
        f"{data} has files of the kind{'s' * (len(kinds) > 1)} {', '.join(kinds)}; a contract is about "
        f"files of one of them: {KINDS}. {' '.join(dict.fromkeys(advice))}"
    )


def title(data: str) -> str:
    """A name for the data set, of letters that folders and models can have: that of the file or folder."""
    return safe(stem(data)) or "data"


def stem(data: str) -> str:
    """The name of the file without what tells its format, or that of the folder."""
    path = Path(data)
    while globbing.has_magic(path.name) and not path.exists():
        path = path.parent
    name = path.resolve().name
    suffix = max((one for one in FORMATS if name.lower().endswith(one)), key=len, default="")
    return name[: len(name) - len(suffix)] or "data"


def safe(text: str) -> str:
    """`text` in letters, digits, `-`, `.` and `_`, of which the first is a letter or digit.

    >>> safe("Größe (2020)")
    'Groe_2020'
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.-]+", "_", plain).strip("._-")


def _format(file: Path) -> Format | None:
    name = file.name.lower()
    return next((kind for suffix, kind in FORMATS.items() if name.endswith(suffix)), None)


def _pattern(folder: Path) -> str:
    """The pattern of the files in a folder that we can read, or of those below it."""
    inside = globbing.escape(folder.as_posix())
    for pattern in (f"{inside}/{below}*{suffix}" for below in ("", "**/") for suffix in FORMATS):
        if globbing.glob(pattern, recursive=True):  # noqa: PTH207 (Path.glob takes no absolute pattern)
            return pattern
    others = [file for file in sorted(folder.iterdir()) if file.suffix.lower() in REMEDIES]
    if others:
        raise _unread(str(folder), others)
    raise UsageError(f"The folder {folder} has no file of the kinds {KINDS}.")
