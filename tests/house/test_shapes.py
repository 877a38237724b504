"""All three shapes start, their pages answer, and no door opens unsigned or to a cookie alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PASSWORD, PROJECT, Program, prepared_for
from tests.house.test_schema_names import must_be_its_own
from tidewaiter.site.shapes import packages_of

OPEN = {"/accounts/login/", "/accounts/inactive/", "/accounts/welcome/", "/healthz", "/readyz", "/metrics"}
NOT_YET = {
    "/exchange/v1/card",
    "/exchange/v1/sync",
    "/accounts/with/<str:provider>/back/",
    "/taxii2/<slug:root>/",
    "/response/bank/<str:secret>/",
}
"""What is there for everybody once a steward has made it."""


@pytest.mark.parametrize("shape", ["central", "national", "operation"])
def test_a_shape_starts_and_its_doors_are_closed_by_default(shape: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(prepared_for(shape), home)
    node = Program(home, shape)
    assert node.run("check").returncode == 0
    node.person("a.contact", "KE", "contact")
    walked = subprocess.run(
        [sys.executable, "-m", "tests.house.walk", "a.contact", PASSWORD],
        env={**node.environment, "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings"},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=1800,  # a busy machine takes minutes
    )
    assert walked.returncode == 0, walked.stderr[-2000:]
    answer = json.loads(walked.stdout.splitlines()[-1])
    for address, status in answer["unsigned"].items():
        assert (status == 200) == (address in OPEN), (address, status)
        assert status in (200, 302, 401, 405) or (address in NOT_YET and status == 404), (address, status)
    for address, status in answer["forged"].items():
        assert status in (302, 401, 403, 405) or (address in NOT_YET and status == 404), (
            f"{address} took a POST by cookie alone: {status}"
        )
    for address, status in answer["signed"].items():
        assert status in (200, 302, 401, 403, 404, 405), (address, status)
    must_be_its_own(shape, answer["operations"])
    rooms = {address.split("/")[1] for address in answer["signed"]}
    assert {"intake", "statistics"} & rooms == {"intake", "statistics"} & {
        package.rpartition(".")[2] for package in packages_of(shape)
    }
