"""Logs say what they are about: data set, split, version and candidate, as keys of JSON lines."""

import json
import os
import subprocess
import sys

import pytest

from flows.log_fields import FIELDS, about


def test_records_of_a_block_carry_what_it_says_and_no_others(caplog) -> None:
    import logging

    logger = logging.getLogger("any")
    with about(dataset="clinics", split="by_site"), about(candidate="erm"):
        logger.error("inside")
    logger.error("outside")
    said = [tuple(getattr(record, field) for field in FIELDS) for record in caplog.records]
    assert said == [("clinics", "by_site", None, "erm"), (None,) * 4]


@pytest.mark.slow
def test_json_lines_have_the_four_fields(folder, irmflow) -> None:
    from prefect.settings import PREFECT_API_URL

    environment = os.environ | {"PREFECT_API_URL": str(PREFECT_API_URL.value()), "IRMFLOW_LOG_JSON": "1"}
    command = [sys.executable, "-m", "flows", "run"]
    done = subprocess.run(
        [*command, folder.contract.name], env=environment, capture_output=True, text=True, check=True
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    of_the_run = [
        line for line in lines if line["name"].startswith(("prefect.flow_runs", "prefect.task_runs"))
    ]
    inside = [line for line in of_the_run if line.get("dataset") == "clinics"]
    assert {line["split"] for line in inside} == {"by_site"}
    assert {"Ingest", "Train", "Register"} <= {line["message"].split()[0] for line in inside}
    assert len({line["version"] for line in inside if line["version"]}) == 1
    assert {"irm λ=10 seed 0 without east", "erm seed 0 without west"} <= {
        line["candidate"] for line in inside
    }

    refused = subprocess.run(
        [*command, "nowhere.yaml"], env=environment, capture_output=True, text=True, check=False
    )
    *_, last = [json.loads(line) for line in refused.stderr.splitlines()]
    assert (refused.returncode, last["levelname"]) == (2, "ERROR") and "nowhere.yaml" in last["message"]
