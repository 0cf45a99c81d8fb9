"""Quarantine: which rules each row breaks."""

from collections.abc import Mapping

import polars as pl

from irm_core.contracts.conditions import CONDITIONS
from irm_core.contracts.contract import Contract
from irm_core.contracts.names import FILE, LINE, ROW_UNREADABLE, RULES, raw, unreadable
from irm_core.contracts.rules import Rule
from irm_core.data.images import digest
from irm_core.data.repeats import among, repeated

BETWEEN = "\x1f"
"""Between the names of rules while they are one text: the control character that is made for it."""
_ROW = pl.struct(FILE, LINE)
NOWHERE = pl.Series([], dtype=pl.Struct({FILE: pl.String, LINE: pl.Int64}))


def flag(
    prepared: pl.LazyFrame, contract: Contract, broken: Mapping[str, pl.Series] | None = None
) -> pl.LazyFrame:
    """`prepared` and RULES: names of the row rules of severity "error" that the row breaks, in their order.

    A good row breaks none: its list is empty.
    broken: the rows that break some rules, by rule, where that is known already (see `not_alone`).
    """
    # In two stages, since Polars computes an expression anew wherever it occurs in one.
    joined = prepared.with_columns(_joined(contract, broken or {}).alias(RULES))
    return joined.with_columns(_parted(pl.col(RULES)).alias(RULES))


def flag_alone(prepared: pl.LazyFrame, contract: Contract) -> pl.LazyFrame:
    """The same for the rules that judge a row without the others. `not_alone` finds what breaks the rest."""
    return flag(prepared, contract, {rule.name: NOWHERE for rule in _of_many(contract)})


def obeys(contract: Contract) -> pl.Expr:
    """True where `flag_alone` would find no rule that the row breaks."""
    alone = [rule.valid() for rule in quarantining(contract) if CONDITIONS[rule.expectation].alone]
    return pl.all_horizontal(*alone, pl.lit(True))


def not_alone(prepared: pl.LazyFrame, contract: Contract) -> dict[str, pl.Series]:
    """The rows that break the rules which judge no row without the others, such as uniqueness.

    Found in queries of their own: first what repeats at all (see `repeats`), which mostly is nothing.
    """
    rules = _of_many(contract)
    hashes = [repeated(prepared, one.compared(), one.judged()) for one in rules]
    found = pl.collect_all(hashes, engine="streaming")
    return {rule.name: _breaking(prepared, rule, some) for rule, some in zip(rules, found, strict=True)}


def is_good() -> pl.Expr:
    """True where a flagged row breaks no rule."""
    return pl.col(RULES).list.len() == 0


def good(flagged: pl.LazyFrame, contract: Contract, *more: str) -> pl.LazyFrame:
    """The good rows: their typed values, FILE and LINE, the SHA-256 of their images, and columns `more`."""
    return flagged.filter(is_good()).select(*good_columns(contract), *more)


def good_columns(contract: Contract) -> list[str]:
    """What is kept of a good row."""
    values = [column.name for column in contract.columns]
    digests = [digest(contract.image.name)] if contract.image else []
    return [*values, FILE, LINE, *digests]


def refused(flagged: pl.LazyFrame, contract: Contract) -> pl.LazyFrame:
    """The other rows: FILE, LINE, RULES, what was unreadable."""
    return flagged.filter(~is_good()).select(FILE, LINE, RULES, *_why(contract))


def quarantined(flagged: pl.LazyFrame, contract: Contract) -> pl.LazyFrame:
    """The same, and raw values under the contract's names."""
    values = (pl.col(raw(column.name)).alias(column.name) for column in contract.columns)
    return flagged.filter(~is_good()).select(*values, FILE, LINE, RULES, *_why(contract))


def _breaking(prepared: pl.LazyFrame, rule: Rule, hashes: pl.DataFrame) -> pl.Series:
    """The rows that break a rule by what they have in common with rows of these hashes."""
    if hashes.is_empty():
        return NOWHERE
    alike = among(prepared, rule.compared(), rule.judged(), hashes)
    return alike.filter(~rule.valid()).select(_ROW).collect(engine="streaming").to_series()


def _why(contract: Contract) -> list[str]:
    return [ROW_UNREADABLE, *([unreadable(contract.image.name)] if contract.image else [])]


def _joined(contract: Contract, broken: Mapping[str, pl.Series]) -> pl.Expr:
    """The names of the rules that a row breaks, as one text that ends with BETWEEN, or is empty."""
    names = [
        pl.when(_ROW.is_in(broken[rule.name].implode()) if rule.name in broken else ~rule.valid()).then(
            rule.called().str.replace_all(BETWEEN, " ", literal=True)
        )
        for rule in quarantining(contract)
        if rule.name not in broken or len(broken[rule.name])
    ]
    # Ten times faster than a list of all rules from which the obeyed ones are dropped.
    return pl.concat_str([*names, pl.lit("")], separator=BETWEEN, ignore_nulls=True)


def quarantining(contract: Contract) -> list[Rule]:
    """The rules that send the rows which break them to quarantine."""
    return [rule for rule in contract.rules if rule.level == "row" and rule.severity == "error"]


def _of_many(contract: Contract) -> list[Rule]:
    """The rules that judge no row without the others."""
    return [one for one in quarantining(contract) if not CONDITIONS[one.expectation].alone]


def _parted(joined: pl.Expr) -> pl.Expr:
    names = joined.str.strip_suffix(BETWEEN).str.split(BETWEEN)
    return pl.when(joined == "").then(pl.lit([], pl.List(pl.String))).otherwise(names)
