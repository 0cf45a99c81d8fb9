"""Objects of s3, gs and az in a contract: their options, and no credentials."""

import pytest

SERVER = "{server: laptop, type: local, path: data/heart.csv, format: csv}"
SECRET = "wJalrXUtnFEMI"  # noqa: S105


def objects(options: str, location: str = "s3://hearts/*.csv", kind: str = "s3") -> tuple[str, str]:
    custom = f"[{{property: storageOptions, value: {options}}}]"
    return (
        SERVER,
        f"{{server: lake, type: {kind}, location: '{location}', format: csv, customProperties: {custom}}}",
    )


@pytest.mark.parametrize(
    ("kind", "location"),
    [
        ("s3", "s3://hearts/*.csv"),
        ("custom", "gs://hearts/*.csv"),
        ("azure", "az://hearts/*.csv"),
        ("azure", "az://account.blob.core.windows.net/hearts/*.csv"),
        ("azure", "abfss://hearts@account.dfs.core.windows.net/*.csv"),
    ],
)
def test_locations(kind, location, edited):
    assert edited(objects("{}", location, kind)).source.path == location


def test_options_have_the_names_that_polars_has(edited):
    source = edited(
        objects("{aws_region: eu-central-1, aws_endpoint_url: 'http://a', allow_http: true}")
    ).source
    assert dict(source.options) == {"region": "eu-central-1", "endpoint": "http://a", "allow_http": "true"}


def test_the_standards_endpoint_is_one(edited):
    server = "{server: lake, type: s3, location: 's3://a/b.csv', endpointUrl: 'http://c', format: csv}"
    assert edited((SERVER, server)).source.options == (("endpoint", "http://c"),)


@pytest.mark.parametrize(
    "server",
    [
        f"{{server: a, type: s3, location: 's3://b/c', endpointUrl: 'https://me:{SECRET}@d', format: csv}}",
        f"{{server: a, type: s3, location: 's3://b/c', endpointUrl: 'https://d?key={SECRET}', format: csv}}",
        f"{{server: lake, type: s3, location: 's3://me:{SECRET}@a/b.csv', format: csv}}",
        f"{{server: lake, type: azure, location: 'az://c/x.csv?sig={SECRET}', format: csv}}",
        f"{{server: lake, type: azure, location: 'az://c/x.csv?sv=2024&sig={SECRET}', format: cvs}}",
        f"{{server: lake, type: s3, location: 's3://c/x.csv?X-Amz-Signature={SECRET}', format: csv}}",
        f"{SERVER}\n  - {{server: page, type: api, location: 'https://me:{SECRET}@c/x.csv'}}",
    ],
)
def test_credentials_in_urls_are_refused_and_not_repeated(server, problems):
    (found,) = problems((SERVER, server))
    assert "a contract holds no credentials" in found.sentence
    assert SECRET not in found.sentence and SECRET in found.line


@pytest.mark.parametrize("name", ["part_?.csv", "year=202?/month=1/*.csv", "a?b/c=d.csv"])
def test_a_question_mark_may_stand_for_a_letter(name, edited):
    assert edited(objects("{}", f"s3://hearts/{name}")).source.path == f"s3://hearts/{name}"


@pytest.mark.parametrize(
    ("kind", "location", "option", "variable"),
    [
        ("s3", "s3://a/b", "aws_secret_access_key", "AWS_SECRET_ACCESS_KEY"),
        ("s3", "s3://a/b", "access_key_id", "AWS_ACCESS_KEY_ID"),
        ("s3", "s3://a/b", "sse_customer_key_base64", "AWS_SECRET_ACCESS_KEY"),
        ("s3", "s3://a/b", "token", "AWS_SESSION_TOKEN"),
        ("custom", "gs://a/b", "google_service_account_key", "GOOGLE_SERVICE_ACCOUNT"),
        ("azure", "az://a/b", "sas_key", "AZURE_STORAGE_SAS_TOKEN"),
        ("azure", "az://a/b", "azure_client_secret", "AZURE_STORAGE_ACCOUNT_KEY"),
    ],
)
def test_a_credential_is_refused_with_its_line_and_not_repeated(kind, location, option, variable, problems):
    (found,) = problems(objects(f"{{{option}: {SECRET}}}", location, kind))
    assert f"{option!r} is a credential" in found.sentence
    assert variable in found.sentence and SECRET not in found.sentence
    assert option in found.line


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (objects("{regoin: a}"), "unknown storage option 'regoin'; did you mean 'region'?"),
        (objects("{account_name: a}"), "unknown storage option 'account_name'"),
        (objects("[region]"), "is a mapping"),
        (objects("{region: [a]}"), "is text, a number, true or false"),
        (objects("{endpoint: 'http://me:pw@host'}"), "delete what stands before the `@`"),
        (objects("{}", "s3://key:pw@hearts/a.csv"), "delete what stands before the `@`"),
        (objects("{}", "abfss://me:pw@account.dfs.core.windows.net/a", "azure"), "before the `@`"),
    ],
)
def test_refuses(problems, edit, told):
    (found,) = problems(edit)
    assert told in found.sentence and "pw" not in found.sentence
