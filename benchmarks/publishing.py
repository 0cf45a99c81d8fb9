"""CSV to a version that can be trained on, against a DuckDB script that only checks and partitions."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import great_expectations  # noqa: F401 - seconds of import, which are no work on the data

from benchmarks.big_table import FLOATS, ROWS, SETS, SPLIT, WHOLE, contract, table
from benchmarks.measure import Measured, alone, peak
from irm_core.data import store
from irm_core.data.ingestion import ingest
from irm_core.validation.validate import validate

MOST_MEMORY = 2.0  # GB
Answer = tuple[dict[str, int], int]
Run = tuple[float, float, Answer]
REPEATS = 3  # in turns, since a machine that others share is a fifth slower at times


def measure() -> Iterator[Measured]:
    """The lines of the table."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        alone(write, folder / "big.csv")
        runs = [
            (alone(published, folder / f"ours {number}"), alone(by_duckdb, folder / f"theirs {number}"))
            for number in range(REPEATS)
        ]
    (cpu, memory, ours), (their_cpu, their_memory, theirs) = map(least, zip(*runs, strict=True))
    same = "same good rows per site, same number of broken checks"
    yield Measured(
        what=f"CSV of {ROWS:,} rows × 20: hashed, validated, quarantined, published by site",
        against="DuckDB: checked, partitioned",
        ours=cpu,
        theirs=their_cpu,
        agreement=same if ours == theirs else f"DIFFER: {ours} and {theirs}",
        most=0.7,
    )
    yield Measured(
        what="the same, peak memory of the process",
        against="the most that it may be",
        ours=memory,
        theirs=MOST_MEMORY,
        agreement=f"DuckDB {their_memory:.2f} GB",
        unit="GB",
        most=1,
    )


def least(runs: Sequence[Run]) -> Run:
    """The least CPU time of these runs, and the highest peak; the answer, if all give the same."""
    cpu, memory, answers = zip(*runs, strict=True)
    if any(one != answers[0] for one in answers):
        raise ValueError(f"the same work gives different answers: {answers}")
    return min(cpu), max(memory), answers[0]


def write(file: Path) -> None:
    """The rows, as CSV."""
    table().write_csv(file)


def published(folder: Path) -> Run:
    """CPU seconds, the peak in GB, the good rows per site, and how often a check is broken: by irmflow."""
    folder.mkdir()
    of_file = contract(folder, folder.parent / "big.csv")
    started = time.process_time()
    raw = ingest(of_file, folder / "rows", split_name=SPLIT)
    verdict = validate(raw.flagged, of_file, refused=raw.refused)
    version = store.publish(raw, of_file, SPLIT, folder / "store").version
    spent = time.process_time() - started
    broken = sum(one.failed or 0 for one in verdict.results)
    return spent, peak() / 1e9, ({one.name: one.rows for one in version.environments}, broken)


def by_duckdb(folder: Path) -> Run:
    """The same by one query that counts what breaks each check, and one that writes the good rows.

    Reads the file twice: to read it once, into a table, takes as long within a twentieth, and 4.6 GB.
    """
    folder.mkdir()
    started = time.process_time()
    connection = duckdb.connect()
    rows = connection.read_csv(str(folder.parent / "big.csv"))
    obeyed = [f"coalesce({one}, true)" for one in checks()]
    broken = [f"count(*) FILTER (WHERE NOT {one})" for one in obeyed]
    ((repeated, *found),) = rows.aggregate(", ".join(["count(*) - count(DISTINCT id)", *broken])).fetchall()
    good = rows.filter(" AND ".join(obeyed))
    good.to_parquet(str(folder), compression="zstd", partition_by=["site"])
    spent, most = time.process_time() - started, peak() / 1e9
    files = connection.read_parquet(f"{folder}/*/*.parquet", hive_partitioning=True)
    sites = files.aggregate("site, count(*)", "site").order("site").fetchall()
    return spent, most, (dict(sites), repeated + sum(found))


def checks() -> list[str]:
    """The contract's checks of rows but that of uniqueness, in SQL; null counts as obeyed."""
    present = [f"{name} IS NOT NULL" for name in ("site", *FLOATS)]
    ranges = [f"{name} BETWEEN -10 AND 10" for name in FLOATS] + [
        f"{name} BETWEEN 0 AND 99" for name in WHOLE
    ]
    sets = [f"{name} IN ({', '.join(map(repr, values))})" for name, values in SETS.items()] + ["y IN (0, 1)"]
    return [*present, *ranges, *sets, "regexp_matches(site, '^site-[0-9]{2}$')"]
