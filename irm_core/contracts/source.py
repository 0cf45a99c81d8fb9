"""Where a contract's data are: the one of its servers that is chosen, or the only one that can be read."""

import string
from pathlib import Path
from typing import Any

from open_data_contract_standard.model import OpenDataContractStandard, SchemaObject, Server

from irm_core.contracts.contract import Source
from irm_core.contracts.custom_properties import DATABASE, FILES, ours
from irm_core.contracts.database import read_database
from irm_core.contracts.notation import DECIMALS
from irm_core.contracts.object_storage import PROTOCOLS, protocol, refuse_secret, storage_options
from irm_core.contracts.problems import Problem, Problems, unknown
from irm_core.contracts.yaml_lines import Place

FORMATS = ("csv", "tsv", "ndjson", "parquet", "images", "delta")
_CSV = {"csv": ",", "tsv": "\t"}
"""The delimiter of each format that is CSV, if none is said."""
DATABASES = ("postgres", "postgresql")
FILE_SERVERS = ("local", "s3", "azure")
KNOWN = (*FILE_SERVERS, *DATABASES)
Custom = dict[str, tuple[Any, Place]]
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


def read_source(model: OpenDataContractStandard, chosen: str | None, problems: Problems) -> Source | None:
    """The source, at the server that is called `chosen`; None where a problem was found."""
    found: list[Source] = []
    with problems.gathered():
        _refuse_secrets(model.servers or [])
        index, server = _choose(model.servers or [], chosen)
        place = ("servers", index)
        read = _of_database if server.type in DATABASES else _of_files
        found.append(read(server, place, model, problems))
    return found[0] if found else None


def _refuse_secrets(servers: list[Server]) -> None:
    """Of all servers, before anything is said of one of them."""
    for index, server in enumerate(servers):
        for key in ("location", "path", "endpointUrl"):
            refuse_secret(str(getattr(server, key) or ""), ("servers", index, key))


def _choose(servers: list[Server], name: str | None) -> tuple[int, Server]:
    known = [(index, server) for index, server in enumerate(servers) if _can_be_read(server)]
    if not known:
        raise Problem(
            ("servers",),
            f"no server says where the data are: one of type {', '.join(KNOWN)}, or of type custom with a "
            f"location such as gs://bucket/*.parquet.",
        )
    names = [str(server.server) for _, server in known]
    if name is None and len(known) > 1:
        told = f"the data are at several servers: {', '.join(names)}. Choose one: --server {names[0]}."
        raise Problem(("servers", known[1][0]), told)
    if name is not None and names.count(name) != 1:
        told = f"several servers are called {name!r}; rename them." if name in names else ""
        raise Problem(("servers",), told or unknown("server", name, names))
    return known[names.index(name) if name else 0]


def _can_be_read(server: Server) -> bool:
    return server.type in KNOWN or (server.type == "custom" and protocol(str(server.location)) is not None)


def _of_database(server: Server, place: Place, model: OpenDataContractStandard, problems: Problems) -> Source:
    custom = ours(server.customProperties, DATABASE, place, problems)
    schema = (model.schema_ or [SchemaObject()])[0]
    database, name = read_database(server, custom, str(schema.physicalName or schema.name), place)
    return Source(
        path=name,
        format="parquet",
        delimiter=",",
        description=server.description or "",
        line=problems.document.line(place),
        block=_block(custom),
        database=database,
    )


def _of_files(server: Server, place: Place, _: OpenDataContractStandard, problems: Problems) -> Source:
    local = server.type == "local"
    key = "path" if local else "location"
    path = str(server.path if local else server.location)
    custom = ours(server.customProperties, FILES, place, problems)
    if not path:
        raise Problem((*place, key), f"the {key} is empty.")
    if server.format not in FORMATS:
        raise Problem((*place, "format"), unknown("format", server.format, FORMATS))
    if not local and not protocol(path):
        raise Problem((*place, key), f"the location starts with one of {', '.join(PROTOCOLS)}, and ://.")
    delimiter, decimal = _notation(server, custom, place)
    remote = not local or "storageOptions" in custom
    return Source(
        path=path,
        format="csv" if server.format in _CSV else server.format,  # type: ignore[arg-type]  # one of FORMATS
        delimiter=delimiter,
        description=server.description or "",
        line=problems.document.line((*place, key)),
        decimal=decimal,
        encoding=_encoding(server, place),
        options=storage_options(custom, path, server.endpointUrl, problems) if remote else (),
        block=_block(custom),
        version=_version(custom, server, place),
    )


def _notation(server: Server, custom: Custom, place: Place) -> tuple[str, str]:
    """Delimiter and decimal mark."""
    delimiter, delimiter_place = custom.get("delimiter", (_CSV.get(str(server.format), ","), place))
    if not isinstance(delimiter, str) or len(delimiter.encode()) != 1 or delimiter in '"\r\n':
        raise Problem(delimiter_place, f"{delimiter!r} cannot be the delimiter: it is one ASCII character.")
    decimal, decimal_place = custom.get("decimal", (".", place))
    if decimal not in DECIMALS:
        raise Problem(decimal_place, f"{decimal!r} cannot be the decimal mark: it is ',' or '.'.")
    if decimal == delimiter and server.format in _CSV:
        raise Problem(decimal_place, f"{decimal!r} cannot be both decimal mark and delimiter.")
    return delimiter, decimal


def _block(custom: Custom) -> str | None:
    name, place = custom.get("credentialsBlock", (None, ()))
    if name is not None and not (isinstance(name, str) and name):
        raise Problem(place, "`credentialsBlock` is the name of a Prefect block of the type Secret.")
    return name


def _version(custom: Custom, server: Server, place: Place) -> int | None:
    """The version of a Delta table; None for the latest."""
    number, here = custom.get("version", (None, place))
    if number is None:
        return None
    if server.format != "delta":
        raise Problem(here, "only a Delta table has versions.")
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise Problem(here, f"the version of a Delta table is a whole number from 0, unlike {number!r}.")
    return number


def _encoding(server: Server, place: Place) -> str:
    """Python's name of the encoding. Only CSV is read in others than UTF-8."""
    known = ENCODINGS if server.format in _CSV else [name for name, one in ENCODINGS.items() if one == UTF_8]
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
