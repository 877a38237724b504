"""A wheel holds all that the program needs: installed away from the project it makes a node and serves its pages."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import site
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.served import free_port, until

LEFT = shutil.ignore_patterns("__pycache__", "*.egg-info", "build", "tests", "docs", ".git", ".venv", ".tools", "var")
BUILD = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this project, built in a copy so that nothing is left beside the sources."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(PROJECT, folder / "project", ignore=LEFT)
    subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)], cwd=folder / "project", check=True, capture_output=True, timeout=300
    )
    return next(folder.glob("tidewaiter-*.whl"))


def test_the_wheel_has_forms_codes_mappings_words_and_pages(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as file:
        names = set(file.namelist())
    for wanted in (
        "tidewaiter/shipped/forms/WPN.toml",
        "tidewaiter/shipped/codes/lists.toml",
        "tidewaiter/shipped/codes/person_names.txt.gz",
        "tidewaiter/shipped/mappings/us_cbp_weapons.toml",
        "tidewaiter/cases/locale/fr/LC_MESSAGES/django.mo",
        "tidewaiter/site/static/vendor/ASSETS.toml",
        "tidewaiter/review/templates/review/_letter.html",
    ):
        assert wanted in names
    assert not [name for name in names if name.startswith(("tests/", "docs/", "tools/", "bench/"))]


@pytest.mark.long
def test_an_installed_wheel_makes_a_node_and_serves_it(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=False)
    packages = next((tmp_path / "venv" / "lib").glob("python3*/site-packages"))
    shutil.unpack_archive(wheel, packages, "zip")
    # what the program depends on comes from the tests' own environment; its editable path to the sources does not
    (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TIDEWAITER", "PYTHON"))}
    environment |= {
        "TIDEWAITER_HOME": str(tmp_path / "home"),
        "TIDEWAITER_SHAPE": "central",
        "TIDEWAITER_KEYS": str(tmp_path / "keys"),
    }
    program = [str(tmp_path / "venv" / "bin" / "python"), "-m", "tidewaiter"]

    def asked(*words: str) -> str:
        done = subprocess.run(
            [*program, *words], env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=600
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    made = json.loads(asked("init", "--format", "json"))
    assert made["lists"]["commodity"] == 17
    forms = json.loads(asked("forms", "--format", "json"))
    assert {one["code"] for one in forms} >= {"WPN", "DRG", "CIT", "OTH"}
    asked("sbom", "-o", str(tmp_path / "sbom.json"))
    assert "django" in {one["name"].lower() for one in json.loads((tmp_path / "sbom.json").read_text())["components"]}
    where = subprocess.run(
        [program[0], "-c", "import tidewaiter; print(tidewaiter.__path__[0])"],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.strip() == str(packages / "tidewaiter")
    port = free_port()
    server = subprocess.Popen([*program, "serve", "--port", str(port)], env=environment, cwd=tmp_path)
    try:
        assert until(lambda: _page(port), "the sign-in page is served").count("Tidewaiter") > 0
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)


def _page(port: int) -> str:
    """The sign-in page with its style sheet, or nothing while nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/accounts/login/")
        answer = connection.getresponse()
        return answer.read().decode() if answer.status == 200 else ""
    except OSError:
        return ""
    finally:
        connection.close()
