"""A table or a query of a PostgreSQL, as a contract's server says it. User and password are elsewhere."""

from dataclasses import dataclass
from typing import Any

from open_data_contract_standard.model import Server

from irm_core.contracts.problems import Problem
from irm_core.contracts.yaml_lines import Place


@dataclass(frozen=True)
class Database:
    """relation: what stands after FROM: a quoted name, or a query in brackets."""

    host: str
    port: int
    name: str
    relation: str


def read_database(
    server: Server, custom: dict[str, tuple[Any, Place]], table: str, place: Place
) -> tuple[Database, str]:
    """The database and how the table is called there, as a URL: `postgresql://host:5432/clinic/public.stays`.

    table: as the schema's `physicalName` or `name` says; the custom property `query` takes its place.
    """
    host = str(server.host)
    if "@" in host or "/" in host:
        raise Problem((*place, "host"), "the host is a name or an address, without user, password or port.")
    if not str(server.port).isdigit():
        raise Problem((*place, "port"), f"the port is a number, unlike {server.port!r}.")
    query, query_place = custom.get("query", (None, place))
    if query is not None and not (isinstance(query, str) and query.strip()):
        raise Problem(query_place, "the query is a SELECT, as text.")
    found = Database(host, int(str(server.port)), str(server.database), _relation(query, server, table))
    said = "query" if query else f"{server.schema_}.{table}"
    return found, f"postgresql://{host}:{found.port}/{found.name}/{said}"


def quoted(name: str) -> str:
    """A name as SQL has it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def _relation(query: str | None, server: Server, table: str) -> str:
    if query is None:
        return f"{quoted(str(server.schema_))}.{quoted(table)}"
    return f"({query.strip().rstrip(';')}\n)"  # the line ends a comment
