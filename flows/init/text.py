"""The text of a first contract: valid under the Open Data Contract Standard, with comments on the data."""

from collections.abc import Iterator
from typing import Any

from flows.init.data_source import safe
from flows.init.proposal import Proposal
from flows.init.ranges import widened
from flows.init.roles import Proposed
from flows.init.scalars import comment, custom, mapping, scalar, sequence
from flows.init.survey import column_of
from irm_core.data.csv_dialect import WESTERN

MOST_LISTED = 20
"""Text of at most so many different values has them listed as the valid ones."""
MOST_ENVIRONMENTS = 50
POLICIES = ("minRows", "small", "missing")  # told last


def text(made: Proposal) -> str:
    """The contract, as YAML."""
    return "\n".join([*_head(made), *_columns(made), *_environments(made), *_policies(made), ""])


def _head(made: Proposal) -> Iterator[str]:
    label = made.label.name
    by = " and ".join(made.split_columns)
    purpose = f"Predict {label} where {by} is another than those trained on."
    yield f"# A first contract, by `irmflow init`, from {made.profile.rows:,} rows of {comment(made.data)}."
    yield "# It says what was seen there. Correct it where you know better; then: irmflow check, irmflow run."
    yield "apiVersion: v3.1.0"
    yield "kind: DataContract"
    yield f"id: {scalar(made.name)}"
    yield f"name: {scalar(made.name)}"
    yield "version: 0.1.0"
    yield "status: draft"
    yield "description:"
    yield f"  purpose: {scalar(purpose)}"
    yield "servers:"
    yield "  - server: local"
    yield "    type: local"
    yield f"    path: {scalar(made.profile.source.path)}"
    yield f"    format: {made.profile.source.format}"
    yield from _reading(made)


def _reading(made: Proposal) -> Iterator[str]:
    source = made.profile.source
    if source.encoding == WESTERN:
        yield "    encoding: windows-1252  # it is not UTF-8; do letters beyond ASCII come out right?"
    marks = {"delimiter": source.delimiter, "decimal": source.decimal}
    unusual = {name: mark for (name, mark), usual in zip(marks.items(), ",.", strict=True) if mark != usual}
    if unusual and source.format == "csv":
        yield f"    customProperties: {custom(**unusual)}"


def _columns(made: Proposal) -> Iterator[str]:
    yield "schema:"
    yield f"  - name: {scalar(made.name)}"
    yield "    logicalType: object"
    yield "    properties:"
    for one in made.columns:
        yield from (f"      {line}" for line in _column(one, made))
    for name, why in made.profile.undeclarable.items():
        yield f"      # Left out: {comment(repr(name))}, because {comment(why)}"


def _column(one: Proposed, made: Proposal) -> Iterator[str]:
    declared = column_of(one)
    yield f"# {comment(seen(one))}"
    if one.column.otherwise:
        read = declared.format or one.column.notation.format
        yield f"# Day and month could be the other way round: {one.column.otherwise} instead of {read}."
    yield f"- name: {scalar(one.name)}"
    yield f"  logicalType: {declared.logical_type}"
    if one.complete and one.role != "ignore":
        yield "  required: true"
    elif one.role == "label":
        yield "  required: true  # rows without it go to quarantine"
    if one.role == "identifier" and one.complete and one.column.distinct == made.profile.rows:
        yield "  unique: true"
    if options := _options(one):
        yield f"  logicalTypeOptions: {mapping(options)}"
    if values := _valid_values(one, made):
        yield "  quality:"
        yield f"    - {{metric: invalidValues, arguments: {{validValues: {sequence(values)}}}, mustBe: 0}}"
    yield from _role(one, made)


def _role(one: Proposed, made: Proposal) -> Iterator[str]:
    if one.role == "label":
        yield f"  # {made.task.capitalize()}, because {made.guessed_from}."
        task = {"task": made.task} if one.column.logical_type == "integer" else {}
        yield f"  customProperties: {custom(role='label', **task)}"
    else:
        why = f"  # {comment(one.why)}" if one.why and one.role != "environment" else ""
        yield f"  customProperties: {custom(role=one.role)}{why}"


def seen(one: Proposed) -> str:
    """What the column holds, in a sentence."""
    column = one.column
    different = f"{column.distinct:,} different value{'s' * (column.distinct != 1)}"
    between = f", {column.low} to {column.high}" if column.low is not None and _is_ordered(one) else ""
    missing = f"; {column.missing:,} missing" if column.missing else ""
    unreadable = f"; {column.unreadable:,} unreadable, quarantined" if column.unreadable else ""
    return f"{column.logical_type.capitalize()}: {different}{between}{missing}{unreadable}."


def _is_ordered(one: Proposed) -> bool:
    return one.column.logical_type not in ("string", "boolean")


def _options(one: Proposed) -> dict[str, Any]:
    """The date format, or the range of a number; of the environments' none, which may be new ones."""
    column = one.column
    if one.role in ("ignore", "identifier"):
        return {}
    if column.notation.format:
        return {"format": column.notation.format}
    if one.role == "environment" or column.logical_type not in ("integer", "number") or column.low is None:
        return {}
    bounds = (
        (column.low, column.high) if column.values in ((0, 1), (1, 2)) else widened(column.low, column.high)
    )
    whole = int if column.logical_type == "integer" else float
    return {} if bounds is None else {"minimum": whole(bounds[0]), "maximum": whole(bounds[1])}


def _valid_values(one: Proposed, made: Proposal) -> tuple[Any, ...]:
    """The values of a feature that are few, and the classes of the label."""
    column = one.column
    if one.role == "label" and made.task == "classification" and column.logical_type != "boolean":
        return column.values
    few = one.role == "feature" and column.logical_type == "string" and column.distinct <= MOST_LISTED
    return column.values if few else ()


def _environments(made: Proposal) -> Iterator[str]:
    split = made.environments.split
    yield "    customProperties:"
    yield "      - property: environments"
    yield "        value:"
    for line in what_becomes(made)[:MOST_ENVIRONMENTS]:
        yield f"          # {comment(line)}"
    for doubt in made.doubts:
        yield f"          # {comment(doubt)}"
    dumped = split.model_dump(by_alias=True, exclude={"hold_out"})
    stated = dict(sorted(dumped.items(), key=lambda one: one[0] in POLICIES))
    name = f"by_{safe('_'.join(made.split_columns)) or 'environment'}"
    yield f"          {scalar(name)}: {mapping(stated)}"


def what_becomes(made: Proposal) -> list[str]:
    """Each environment of the data with its rows, and what becomes of it where it is no environment then."""
    told = []
    for one in made.environments.counted:
        into = made.environments.becomes[one.name]
        name = "rows without environment" if one.name is None else one.name
        fate = (
            ""
            if into == one.name
            else f": {'quarantined' if into is None else f'in {into!r}'}{_because(one, made)}"
        )
        told.append(f"{name}: {one.rows:,} row{'s' * (one.rows != 1)}{fate}")
    return told


def _because(one: Any, made: Proposal) -> str:
    if one.name is None:
        return ""
    few = one.rows < made.environments.split.min_rows
    return f" (less than {made.environments.split.min_rows} rows)" if few else " (one class only)"


def _policies(made: Proposal) -> Iterator[str]:
    """What holds for the whole contract."""
    yield "customProperties:"
    yield (
        f"  # {made.quarantined:,} of {made.profile.rows:,} rows are known to break this contract "
        f"({made.quarantined / max(made.profile.rows, 1):.1%}); a run stops where more do than this."
    )
    yield f"  - {mapping({'property': 'maxQuarantined', 'value': f'{made.allowed} %'})}"
    if made.profile.missing_values:
        yield "  # What stands in the data for a missing value, in any column, beside nothing at all."
        yield f"  - {mapping({'property': 'missingValues', 'value': list(made.profile.missing_values)})}"
