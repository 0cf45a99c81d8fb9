"""Where the data are."""

import pytest

from irm_core.contracts.read import read, read_name
from irm_core.contracts.source import template_columns
from irm_core.errors import ContractError

SERVER = "  - {server: laptop, type: local, path: data/heart.csv, format: csv}"


def test_the_only_server_that_can_be_read_is_the_source(edited):
    other = "  - {server: other, type: duckdb, database: a, schema: c}\n"
    custom = "  - {server: page, type: custom, location: 'https://hearts.org/a.csv', format: csv}\n"
    source = edited((SERVER, other + custom + SERVER)).source
    assert (source.path, source.line) == ("data/heart.csv", 9)


def test_description_and_delimiter(edited):
    more = "description: from the clinic, customProperties: [{property: delimiter, value: ;}]}"
    source = edited(("format: csv}", f"format: csv, {more}")).source
    assert (source.description, source.delimiter) == ("from the clinic", ";")


@pytest.mark.parametrize(
    ("more", "delimiter"), [("", "\t"), (", customProperties: [{property: delimiter, value: ;}]", ";")]
)
def test_tsv_is_csv_with_tabs(more, delimiter, edited):
    source = edited(("format: csv}", f"format: tsv, encoding: windows-1252{more}}}")).source
    assert (source.format, source.delimiter, source.encoding) == ("csv", delimiter, "cp1252")


@pytest.mark.parametrize(
    ("stated", "encoding"), [("utf-8", "utf-8"), ("ISO-8859-1", "latin-1"), ("windows-1252", "cp1252")]
)
def test_encodings(stated, encoding, edited):
    assert edited(("format: csv}", f"format: csv, encoding: {stated}}}")).source.encoding == encoding


def test_only_csv_is_read_in_other_encodings_than_utf_8(problems):
    (found,) = problems(("format: csv}", "format: ndjson, encoding: latin1}"))
    assert "ndjson files in latin1 cannot be read" in found.sentence


def test_the_decimal_mark_goes_with_every_column(edited):
    more = "customProperties: [{property: delimiter, value: ;}, {property: decimal, value: ','}]}"
    contract = edited(("format: csv}", f"format: csv, {more}"))
    assert contract.source.decimal == ","
    assert {column.decimal for column in contract.columns} == {","}


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (("format: csv", "format: cvs"), "unknown format 'cvs'; did you mean 'csv'?"),
        (
            ("format: csv}", "format: csv, customProperties: [{property: delimiter, value: ab}]}"),
            "one ASCII character",
        ),
        (
            ("format: csv}", "format: csv, customProperties: [{property: decimal, value: ;}]}"),
            "';' cannot be the decimal mark: it is ',' or '.'.",
        ),
        (
            ("format: csv}", "format: csv, customProperties: [{property: decimal, value: ','}]}"),
            "',' cannot be both decimal mark and delimiter.",
        ),
        (("data/heart.csv", "''"), "the path is empty"),
        (("format: csv}", "format: csv, encoding: UTF-16}"), "convert them to UTF-8"),
        (
            ("format: csv}", "format: csv, customProperties: [{property: delimeter, value: ;}]}"),
            "'delimiter'?",
        ),
        ((f"servers:\n{SERVER}\n", ""), "no server says where the data are"),
        (
            ("type: local, path: data/heart.csv", "type: custom, location: 'https://a/b'"),
            "no server says where the data are",
        ),
        (("type: local, path: data/heart.csv", "type: s3, location: 'https://a/b'"), "starts with one of s3"),
        (
            ("format: csv}", "format: csv, customProperties: [{property: version, value: 3}]}"),
            "only a Delta table has versions",
        ),
        (
            ("format: csv}", "format: delta, customProperties: [{property: version, value: -3}]}"),
            "a whole number from 0, unlike -3",
        ),
        (
            ("format: csv}", "format: csv, customProperties: [{property: storageOptions, value: {}}]}"),
            "only objects of s3, gs and az have storage options",
        ),
        (
            ("format: csv}", "format: csv, customProperties: [{property: credentialsBlock, value: 3}]}"),
            "is the name of a Prefect block",
        ),
    ],
)
def test_refuses(problems, edit, told):
    (found,) = problems(edit)
    assert told in found.sentence


SEVERAL = f"""\
{SERVER}
  - {{server: prod, type: local, path: prod.csv, format: csv}}
  - {{server: base, type: duckdb, database: a, schema: c}}"""


def test_of_several_servers_one_is_chosen_by_its_name(write):
    path = write((SERVER, SEVERAL))
    assert read(path, "prod").source.path == "prod.csv"
    assert read(path, "laptop").source.path == "data/heart.csv"


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        (None, r"the data are at several servers: laptop, prod\. Choose one: --server laptop"),
        ("prd", "unknown server 'prd'; did you mean 'prod'?"),
        ("base", "unknown server 'base'; known: laptop, prod"),
    ],
)
def test_a_server_must_be_chosen_and_be_one_of_those_that_can_be_read(chosen, told, write):
    path = write((SERVER, SEVERAL))
    with pytest.raises(ContractError, match=told):
        read(path, chosen)
    assert read_name(path) == "heart"


IMAGES = """\
apiVersion: v3.1.0
kind: DataContract
id: photos
version: 1.0.0
servers:
  - {server: laptop, type: local, path: "photos/{site}/{kind}/*.png", format: images}
schema:
  - name: photos
    properties:
      - {name: path, logicalType: string, customProperties: [{property: role, value: image}]}
      - {name: site, logicalType: string}
      - {name: kind, logicalType: string, customProperties: [{property: role, value: label}]}
    customProperties:
      - {property: environments, value: {by_site: {columns: [site]}}}
"""


def test_an_image_folder_says_its_columns_in_its_path(write):
    contract = read(write(text=IMAGES))
    assert contract.image is not None
    assert contract.image.name == "path"
    assert "path.image" in [rule.name for rule in contract.rules]
    assert template_columns(contract.source.path) == ["site", "kind"]


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (("/{kind}/", "/{knid}/"), "unknown column 'knid'; did you mean 'kind'?"),
        (("/{kind}/", "/"), "does not say what 'kind' is"),
        (("value: image", "value: feature"), "needs a column with the role image"),
    ],
)
def test_refuses_a_path_that_says_other_columns(problems, edit, told):
    found = problems(edit, text=IMAGES)
    assert any(told in one.sentence for one in found), found
