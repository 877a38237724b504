"""The house's own licence, what it demands of what is installed beside it, and whose the shipped data are."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.conftest import PROJECT, Program

WELCOME = {
    "0BSD",
    "Apache License, Version 2.0",
    "Apache Software License",
    "Apache-2.0",
    "Apache-2.0 AND BSD-2-Clause",
    "Apache-2.0 OR BSD-2-Clause",
    "Apache-2.0 OR BSD-3-Clause",
    "BSD License",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0",
    "ISC License (ISCL)",
    "MIT",
    "MIT License",
    "MIT-0",
    "MIT-CMU",
    "PSF-2.0",
}
"""Licences as packages write them that ask for attribution alone."""
AS_LIBRARIES = {
    "psycopg",
    "psycopg-binary",
    "pycountry",
    "python-stdnum",
    "pyphen",
    "fido2",
    "qrcode",
    "pypdfium2",
    "certifi",
}
"""LGPL, or (pyphen) LGPL or MPL at one's choice, or (fido2) BSD with a list of domains under MPL-2.0,
or (certifi) a list of authorities under MPL-2.0: used unchanged,
installed each by itself, replaceable by anybody. qrcode is BSD-3-Clause; «Other/Proprietary» of its own words means
the licence of the program it was ported from (MIT). pypdfium2 is BSD-3-Clause or Apache-2.0, its «dependency licences»
those of PDFium (BSD-3-Clause, Apache-2.0) and what is built into it."""
ELSEWHERE = {"brotlicffi", "colorama"}
"""Installed on other systems alone (PyPy, Windows): MIT, BSD-3-Clause."""
SAID_IN_A_FILE = {"pyrage", "sqlcipher3"}
"""Say their licence (MIT; zlib, SQLCipher's own in it BSD-3-Clause) in a file and in no field."""


def test_the_house_is_under_apache_2() -> None:
    text = (PROJECT / "LICENSE").read_text()
    assert text.split()[:5] == ["Apache", "License", "Version", "2.0,", "January"]
    assert len(text.split()) == 1581
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "Apache-2.0"
    assert project["license-files"] == ["LICENSE", "NOTICE", "LICENSES/*.txt"]


def test_no_package_is_installed_whose_licence_forbids_it(node: Program, tmp_path: Path) -> None:
    node.json("sbom", "-o", str(tmp_path / "bom.json"))
    parts = json.loads((tmp_path / "bom.json").read_text())["components"]
    said = {
        one["name"]: {licence["license"]["name"] for licence in one.get("licenses", [])}
        for one in parts
        if one["type"] == "library"
    }
    assert {name for name, licences in said.items() if not licences} <= ELSEWHERE | SAID_IN_A_FILE
    assert {name for name, licences in said.items() if not licences <= WELCOME} == AS_LIBRARIES
    assert "Mozilla Public License 1.1 (MPL 1.1)" in said["pyphen"]


def test_the_notice_names_every_list_and_file_that_is_not_ours() -> None:
    notice = re.sub(r"\s+", " ", (PROJECT / "NOTICE").read_text())
    lists = tomllib.loads((PROJECT / "codes" / "lists.toml").read_text())
    files = tomllib.loads((PROJECT / "tidewaiter" / "site" / "static" / "vendor" / "ASSETS.toml").read_text())
    assert [name for name, meta in lists.items() if meta["licence"] != "ours" and meta["title"] not in notice] == []
    assert [name for name in files if f"tidewaiter/site/static/{name}" not in notice] == []
    for demanded in (
        "OpenFlights Airlines Database, https://openflights.org/data, which is made available here under the Open",
        "© European Union, source: Eurostat",
        "United Nations Economic Commission for Europe (UNECE)",
        "National Information Exchange Model (NIEM) 5.2",
        "Natural Earth",
    ):
        assert demanded in notice


def test_every_licence_that_the_notice_points_to_has_its_text() -> None:
    notice = (PROJECT / "NOTICE").read_text()
    texts = {path.stem for path in (PROJECT / "LICENSES").glob("*.txt")}
    assert texts == {"ISC", "LGPL-2.1-only", "MIT", "OFL-1.1", "Unicode-3.0"}
    assert [name for name in ("(ISC)", "LGPL-2.1", "(MIT)", "OFL-1.1", "Unicode-3.0") if name not in notice] == []


def test_data_of_nobody_are_refused(tmp_path: Path) -> None:
    for name in ("LICENSES", "demo", "tidewaiter", "tests"):
        (tmp_path / name).symlink_to(PROJECT / name)
    shutil.copytree(PROJECT / "codes", tmp_path / "codes")
    asked = [sys.executable, "-c", "import pathlib, sys, notices; notices.notice(pathlib.Path(sys.argv[1]))", tmp_path]
    assert subprocess.run(asked, cwd=PROJECT / "tools", capture_output=True).returncode == 0
    (tmp_path / "codes" / "borrowed.csv.gz").touch()
    done = subprocess.run(asked, cwd=PROJECT / "tools", capture_output=True, text=True)
    assert done.returncode == 1
    assert "codes/borrowed.csv.gz" in done.stderr
