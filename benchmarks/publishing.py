"""CSV to a version that can be trained on, against a DuckDB script that only checks and partitions."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from benchmarks.big_table import FLOATS, ROWS, SETS, SPLIT, WHOLE, contract, table
from benchmarks.measure import Measured, alone, peak
from irm_core.data import store
from irm_core.data.ingestion import ingest
from irm_core.validation.quiet import quiet
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
            tuple(alone(work, folder / f"{work.__name__} {number}") for work in WORKS)
            for number in range(REPEATS)
        ]
    found = [least(runs_of_one) for runs_of_one in zip(*runs, strict=True)]
    (cpu, memory, ours), (once, held, as_well), (twice, their_memory, theirs) = found
    same = "same good rows per site, same number of broken checks"
    agreement = same if ours == theirs == as_well else f"DIFFER: {ours}, {theirs} and {as_well}"
    what = f"CSV of {ROWS:,} rows × 20: hashed, validated, quarantined, published by site"
    yield Measured(
        what=what,
        against="DuckDB, reading twice: checked, partitioned",
        ours=cpu,
        theirs=twice,
        agreement=agreement,
        most=0.7,
    )
    yield Measured(
        what=what,
        against=f"DuckDB, reading once, all rows held in {held:.1f} GB",
        ours=cpu,
        theirs=once,
        agreement=agreement,
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
    with quiet():
        import great_expectations  # noqa: F401 - seconds of import, which are no work on the data
    of_file = contract(folder, folder.parent / "big.csv")
    started = time.process_time()
    raw = ingest(of_file, folder / "rows", split_name=SPLIT)
    verdict = validate(raw.flagged, of_file, refused=raw.refused)
    version = store.publish(raw, of_file, SPLIT, folder / "store").version
    spent = time.process_time() - started
    broken = sum(one.failed or 0 for one in verdict.results)
    return spent, peak() / 1e9, ({one.name: one.rows for one in version.environments}, broken)


def read_once(folder: Path) -> Run:
    """The same by DuckDB, of rows that it holds in memory, all at once: cheaper, where there is room."""
    return by_duckdb(folder, lambda rows: rows.materialize())


def read_twice(folder: Path) -> Run:
    """The same by DuckDB, each query of the file: as ours, in memory that does not grow with it."""
    return by_duckdb(folder, lambda rows: rows)


WORKS = (published, read_once, read_twice)


def by_duckdb(folder: Path, held: Callable[[duckdb.DuckDBPyRelation], duckdb.DuckDBPyRelation]) -> Run:
    """One query that counts what breaks each check, and one that writes the good rows, of what is `held`."""
    folder.mkdir()
    started = time.process_time()
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    rows = held(connection.read_csv(str(folder.parent / "big.csv")))
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
