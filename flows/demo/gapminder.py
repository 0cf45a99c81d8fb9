"""Gapminder: life expectancy by country and year, environments by region. Incomplete rows are left in."""

from importlib.resources import files
from pathlib import Path

import polars as pl


def write(folder: Path) -> Path:
    """Write `gapminder.csv`: 12,200 rows of country, region, year, fertility, population, life expectancy.

    Source: Gapminder, as packaged in bokeh-sampledata (CC-BY).
    """
    data = files("bokeh_sampledata") / "_data"
    regions = pl.read_csv((data / "gapminder_regions.csv").read_bytes()).select(
        country="Country", region="Group"
    )
    table = pl.read_csv((data / "gapminder.csv.gz").read_bytes())
    joined = table.join(regions, on="country", how="left", maintain_order="left")
    path = folder / "gapminder.csv"
    joined.select("country", "region", "year", "fertility", "population", "life_expectancy").write_csv(path)
    return path
