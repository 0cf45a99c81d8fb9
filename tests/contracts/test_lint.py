"""The standard's own schema."""

import json
from importlib.resources import files

import jsonschema
import open_data_contract_standard
import pytest
import yaml

from irm_core.contracts.read import read


@pytest.mark.parametrize("name", ["gapminder", "coloured_digits"])
def test_our_contracts_are_valid_by_the_standards_schema_and_readable(name, pytestconfig):
    path = pytestconfig.rootpath / "data_contracts" / f"{name}.odcs.yaml"
    schema = json.loads(files(open_data_contract_standard).joinpath("schema.json").read_text())
    jsonschema.validate(yaml.safe_load(path.read_text()), schema)
    assert read(path).name == name


@pytest.mark.parametrize(
    ("edit", "line", "told"),
    [
        (("status: active", "status: active\nstatsu: draft"), "statsu: draft", "did you mean 'status'?"),
        (("version: 1.0.0", "version: 1.0"), "version: 1.0", "type string"),
        (("kind: DataContract\n", ""), None, "lacks the key 'kind'"),
        (("type: local", "type: locale"), None, "must be one of"),
        (("path: data/heart.csv, ", ""), None, "lacks the key 'path'"),
        (("format: csv", "format: csv, delimiter: ;"), None, "'delimiter' has no place"),
        (
            ("logicalType: integer", "logicalTyp: integer"),
            "logicalTyp: integer",
            "did you mean 'logicalType'?",
        ),
        (("logicalType: integer", "logicalType: whole"), "logicalType: whole", "must be one of"),
        (("logicalType: object", "logicalType: object\n    quality: [{metric: rowCount}]"), None, "operator"),
    ],
)
def test_tells_what_the_standard_refuses_with_its_line(problems, edit, line, told):
    found = problems(edit)
    assert any(told in one.sentence for one in found), found
    if line is not None:
        assert any(line == one.line for one in found)


def test_unknown_keys_are_told_wherever_they_are_and_only_once(problems, declare):
    found = problems(
        ("id: heart", "id: heart\ndescription: {porpoise: hearts}"),
        ("server: laptop,", "server: laptop, paht: x,"),
        declare("note", "quality:\n  - {type: text, description: any, mustbe: 1}"),
    )
    assert [one.sentence.split(";")[0] for one in found] == [
        "unknown key 'porpoise'",
        "unknown key 'paht'",
        "unknown key 'mustbe'",
    ]


def test_an_option_of_another_type_is_refused(problems, declare):
    (told,) = problems(declare("age", "logicalTypeOptions: {maxLength: 3}"))
    assert "'maxLength' has no place in `logicalTypeOptions`" in told.sentence
    assert told.line.startswith("logicalTypeOptions")
