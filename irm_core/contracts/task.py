"""What is to be learned of a label: its value, or its class."""

from collections.abc import Iterable
from typing import get_args

from irm_core.contracts.columns import Declared
from irm_core.contracts.contract import Task
from irm_core.contracts.problems import Problem, unknown
from irm_core.contracts.rules import Rule

_BY_TYPE: dict[str, Task] = {
    "number": "regression",
    "string": "classification",
    "boolean": "classification",
}
MAX_CLASSES = 20
"""Whole numbers within bounds this near to each other are taken for classes."""


def task_of(label: Declared, rules: Iterable[Rule]) -> Task:
    """The declared task, or what the label's type and rules imply. Raises Problem if they imply none."""
    implied = _BY_TYPE.get(label.column.logical_type)
    if label.task is not None:
        value, place = label.task
        if value not in get_args(Task):
            raise Problem(place, unknown("task", value, get_args(Task)))
        if implied not in (None, value):
            told = f"a {label.column.logical_type} label makes the task {implied}, not {value}."
            raise Problem(place, told)
        return value
    if implied is not None:
        return implied
    if any(_names_classes(rule) for rule in rules if rule.arguments.get("column") == label.column.name):
        return "classification"
    told = (
        f"the label {label.column.name!r} holds whole numbers, which may be amounts or classes: "
        "declare the custom property `task: regression` or `task: classification`."
    )
    raise Problem(label.place, told)


def _names_classes(rule: Rule) -> bool:
    if rule.level != "row" or rule.within is not None:
        return False
    if rule.expectation == "expect_column_values_to_be_in_set":
        return True
    low, high = rule.arguments.get("min_value"), rule.arguments.get("max_value")
    between = rule.expectation == "expect_column_values_to_be_between"
    return between and low is not None and high is not None and high - low < MAX_CLASSES
