"""Read a data contract, a file of the Open Data Contract Standard, so that nothing in it is skipped."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
from open_data_contract_standard.model import OpenDataContractStandard, SchemaObject
from pydantic import ValidationError

from irm_core.contracts.columns import Declared, read_columns
from irm_core.contracts.contract import Contract, Source, Task
from irm_core.contracts.custom_properties import CONTRACT, SCHEMA, ours
from irm_core.contracts.encoding import DEFAULT, Encoding, default_encoding
from irm_core.contracts.lint import lint
from irm_core.contracts.policy import max_quarantined, missing_values
from irm_core.contracts.problems import Problem, Problems, UnknownKey, unknown
from irm_core.contracts.rules import Rule
from irm_core.contracts.rules_from_odcs import read_rules
from irm_core.contracts.source import read_source, template_columns
from irm_core.contracts.splits import Split
from irm_core.contracts.splits_from_odcs import SAFE_NAME, read_splits, sizeless, split_problems
from irm_core.contracts.task import task_of
from irm_core.contracts.unexecuted import unexecuted
from irm_core.contracts.yaml_lines import Document, Place, load

_SCHEMA: Place = ("schema", 0)


def read(path: Path, server: str | None = None) -> Contract:
    """The contract at `path`, its data at this one of its servers; needless where it has only one.

    Raises ContractError: a line `path:line: sentence` for each thing wrong.
    """
    document = load(path)
    problems = Problems(document, lint(document.data))
    if not all(isinstance(one, UnknownKey) for one in problems.found):
        raise problems.error()  # what lacks the standard's structure cannot be read any further
    model = _model(document, problems)
    schema = _schema(model, problems)
    source = read_source(model, server, problems)
    share, missing, encoding = _policy(model, problems)
    splits, place, declared = _splits_and_columns(schema, encoding, problems)
    rules = read_rules(schema, _SCHEMA, declared, missing, splits, problems)
    problems.found += _missing_examples(schema, declared, source)
    task = _task(schema, declared, rules, problems)
    problems.found += sizeless(splits, place, task)
    name = _name(model, problems)
    if problems.found or source is None or task is None:
        raise problems.error()
    return Contract(
        path=path,
        name=name,
        version=str(model.version),
        sha256=document.sha256,
        source=source,
        columns=tuple(replace(one.column, decimal=source.decimal) for one in declared),
        rules=rules,
        splits=splits,
        missing_values=missing,
        max_quarantined=share,
        task=task,
        remarks=unexecuted(document),
    )


def read_name(path: Path) -> str:
    """The name of the contract's data set, wherever its data are. Raises ContractError where it has none."""
    document = load(path)
    problems = Problems(document)
    name = _name(_model(document, problems), problems)
    if problems.found:
        raise problems.error()
    return name


def _model(document: Document, problems: Problems) -> OpenDataContractStandard:
    known = {field.alias or name for name, field in OpenDataContractStandard.model_fields.items()}
    try:
        return OpenDataContractStandard(**{key: document.data[key] for key in document.data if key in known})
    except ValidationError as error:
        for one in error.errors():
            problems.add(one["loc"], f"{one['loc'][-1]}: {one['msg'].lower()}.")
        raise problems.error() from None


def _schema(model: OpenDataContractStandard, problems: Problems) -> SchemaObject:
    schemas = model.schema_ or []
    if len(schemas) != 1 or not schemas[0].properties:
        problems.add(
            ("schema", 1), "a contract is about one table: `schema` has one object, with `properties`."
        )
        raise problems.error()
    if schemas[0].relationships:
        problems.add(
            (*_SCHEMA, "relationships"), "relationships cannot be checked in one table; delete them."
        )
    return schemas[0]


def _name(model: OpenDataContractStandard, problems: Problems) -> str:
    key = "name" if model.name else "id"
    name = str(model.name or model.id)
    if not SAFE_NAME.fullmatch(name):
        told = f"the {key} becomes a folder's: letters, digits, `_`, `-` and `.`, unlike {name!r}."
        problems.add((key,), told)
    return name


def _policy(model: OpenDataContractStandard, problems: Problems) -> tuple[float, tuple[str, ...], Encoding]:
    custom = ours(model.customProperties, CONTRACT, (), problems)
    share: float = 0.0
    missing: tuple[str, ...] = ()
    encoding = DEFAULT
    with problems.gathered():
        share = max_quarantined(*custom.get("maxQuarantined", (0.0, ())))
    with problems.gathered():
        missing = missing_values(*custom.get("missingValues", ([], ())))
    with problems.gathered():
        encoding = default_encoding(custom)
    return share, missing, encoding


def _splits_and_columns(
    schema: SchemaObject, encoding: Encoding, problems: Problems
) -> tuple[dict[str, Split], Place, list[Declared]]:
    """Splits, where they are declared, and columns.

    Together, since what a split names needs no role, and a split needs to know the types.
    """
    custom = ours(schema.customProperties, SCHEMA, _SCHEMA, problems)
    if "environments" not in custom:
        told = "the schema needs the custom property `environments`, which says what separates environments."
        problems.add(_SCHEMA, told)
    value, place = custom.get("environments", (None, ()))
    splits = read_splits(value, place, problems) if place else {}
    attributes = {name for split in splits.values() for name in split.attributes()}
    declared = read_columns(schema, _SCHEMA, attributes, problems, encoding)
    columns = [str(one.name) for one in schema.properties or ()]
    types = pl.Schema({one.column.name: one.column.dtype for one in declared})
    problems.found += split_problems(splits, place, columns, types)
    return splits, place, declared


def _missing_examples(
    schema: SchemaObject, declared: Sequence[Declared], source: Source | None
) -> Iterator[Problem]:
    """Is there anything to learn from, and does an image folder say all that is declared?"""
    roles = {one.column.role for one in declared}
    if len(declared) == len(schema.properties or ()) and not roles & {"feature", "image"}:
        yield Problem(_SCHEMA, "no column has the role feature or image: there is nothing to learn from.")
    if source is None or source.format != "images":
        return
    if "image" not in roles:
        yield Problem(
            _SCHEMA, "a source of images needs a column with the role image, which holds their paths."
        )
    named = template_columns(source.path)
    known = [one.column.name for one in declared if one.column.role != "image"]
    for name in named:
        if name not in known:
            yield Problem(("servers",), unknown("column", name, known))
    for one in declared:
        if one.column.role != "image" and one.column.name not in named:
            yield Problem(one.place, f"the path {source.path!r} does not say what {one.column.name!r} is.")


def _task(
    schema: SchemaObject, declared: Sequence[Declared], rules: Sequence[Rule], problems: Problems
) -> Task | None:
    labels = [one for one in declared if one.column.role == "label"]
    for one in declared:
        if one.task is not None and one not in labels:
            problems.add(one.task[1], f"the task is a matter of the label, not of {one.column.name!r}.")
    if labels:
        with problems.gathered():
            return task_of(labels[0], rules)
    elif len(declared) == len(schema.properties or ()):
        problems.add(_SCHEMA, "no column has the role label: there is nothing to predict.")
    return None
