"""Where a contract's data are: its first server of type local."""

import string
from pathlib import Path

from open_data_contract_standard.model import OpenDataContractStandard, Server

from irm_core.contracts.contract import Source
from irm_core.contracts.custom_properties import SERVER, ours
from irm_core.contracts.notation import DECIMALS
from irm_core.contracts.problems import Problem, Problems, unknown
from irm_core.contracts.yaml_lines import Place

FORMATS = ("csv", "ndjson", "parquet", "images")
UTF_8 = "utf-8"
ENCODINGS = {
    "UTF-8": UTF_8,
    "UTF8": UTF_8,
    "ASCII": UTF_8,
    "ISO-8859-1": "latin-1",
    "LATIN-1": "latin-1",
    "LATIN1": "latin-1",
    "WINDOWS-1252": "cp1252",
    "CP1252": "cp1252",
}
"""What the standard's `encoding` may be, and what Python calls it."""


def read_source(model: OpenDataContractStandard, problems: Problems) -> Source | None:
    """The source; None where a problem was found."""
    found: list[Source] = []
    with problems.gathered():
        index, server = _local(model.servers or [])
        found.append(_source(server, ("servers", index), problems))
    return found[0] if found else None


def _local(servers: list[Server]) -> tuple[int, Server]:
    for index, server in enumerate(servers):
        if server.type == "local":
            return index, server
    raise Problem(("servers",), "no server of type local says where the data are (`path` and `format`).")


def _source(server: Server, place: Place, problems: Problems) -> Source:
    custom = ours(server.customProperties, SERVER, place, problems)
    delimiter, delimiter_place = custom.get("delimiter", (",", place))
    if not isinstance(delimiter, str) or len(delimiter.encode()) != 1 or delimiter in '"\r\n':
        raise Problem(delimiter_place, f"{delimiter!r} cannot be the delimiter: it is one ASCII character.")
    decimal, decimal_place = custom.get("decimal", (".", place))
    if decimal not in DECIMALS:
        raise Problem(decimal_place, f"{decimal!r} cannot be the decimal mark: it is ',' or '.'.")
    if decimal == delimiter and server.format == "csv":
        raise Problem(decimal_place, f"{decimal!r} cannot be both decimal mark and delimiter.")
    if not server.path:
        raise Problem((*place, "path"), "the path is empty.")
    if server.format not in FORMATS:
        raise Problem((*place, "format"), unknown("format", server.format, FORMATS))
    return Source(
        path=str(server.path),
        format=server.format,  # type: ignore[arg-type]  # one of FORMATS
        delimiter=delimiter,
        description=server.description or "",
        line=problems.document.line((*place, "path")),
        decimal=decimal,
        encoding=_encoding(server, place),
    )


def _encoding(server: Server, place: Place) -> str:
    """Python's name of the encoding. Only CSV is read in others than UTF-8."""
    known = ENCODINGS if server.format == "csv" else [name for name, one in ENCODINGS.items() if one == UTF_8]
    stated = (server.encoding or "UTF-8").upper()
    if stated not in known:
        told = f"{server.format} files in {server.encoding} cannot be read, but in {', '.join(known)}"
        raise Problem((*place, "encoding"), f"{told}; convert them to UTF-8.")
    return ENCODINGS[stated]


def template_columns(path: str) -> list[str]:
    """The columns that an image folder template names in braces.

    >>> template_columns("photos/{site}/{label}/*.png")
    ['site', 'label']
    """
    return [name for _, name, _, _ in string.Formatter().parse(Path(path).as_posix()) if name is not None]
