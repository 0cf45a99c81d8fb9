"""What is to be learned of a label."""

import pytest

LABEL = "logicalType: boolean\n        customProperties: [{property: role, value: label}]"


def label(logical_type: str, task: str | None = None, more: str = "") -> tuple[str, str]:
    declared = f", {{property: task, value: {task}}}" if task else ""
    custom = f"customProperties: [{{property: role, value: label}}{declared}]"
    return LABEL, f"logicalType: {logical_type}\n        {custom}{more}"


def quality(text: str) -> str:
    return f"\n        quality: [{{{text}}}]"


IN_SET = quality("metric: invalidValues, arguments: {validValues: [1, 2]}, mustBe: 0")


@pytest.mark.parametrize(
    ("edit", "task"),
    [
        (label("number"), "regression"),
        (label("number", "regression"), "regression"),
        (label("string"), "classification"),
        (label("boolean"), "classification"),
        (label("integer", "regression"), "regression"),
        (label("integer", "classification"), "classification"),
        (label("integer", more=IN_SET), "classification"),
        (label("integer", more="\n        enum: [{value: 1}, {value: 2}]"), "classification"),
        (label("integer", more="\n        logicalTypeOptions: {minimum: 0, maximum: 19}"), "classification"),
        (label("integer", "regression", more=IN_SET), "regression"),
    ],
)
def test_task(edited, edit, task):
    assert edited(edit).task == task


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (label("integer"), "declare the custom property `task: regression`"),
        (
            label("integer", more="\n        logicalTypeOptions: {minimum: 0, maximum: 20}"),
            "amounts or classes",
        ),
        (label("integer", more="\n        logicalTypeOptions: {minimum: 0}"), "amounts or classes"),
        (label("number", "classification"), "makes the task regression"),
        (label("string", "regression"), "makes the task classification"),
        (label("integer", "ranking"), "unknown task 'ranking'"),
    ],
)
def test_refuses_what_is_ambiguous_or_contradictory(problems, edit, told):
    (found,) = problems(edit)
    assert told in found.sentence


def test_a_share_of_values_in_a_set_does_not_make_classes(problems):
    some = quality(
        "type: custom, engine: greatExpectations, implementation: "
        "{type: expect_column_values_to_be_in_set, kwargs: {value_set: [1], mostly: 0.9}}"
    )
    (found,) = problems(label("integer", more=some))
    assert "amounts or classes" in found.sentence


def test_only_the_label_has_a_task(problems):
    edit = (
        "property: role, value: ignore}",
        "property: role, value: ignore}, {property: task, value: regression}",
    )
    (found,) = problems(edit)
    assert "not of 'note'" in found.sentence
