"""Templates, filled by the program that officers use."""

from __future__ import annotations

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.conftest import PROJECT, Program
from tests.shares import is_mine

SHIPPED = sorted(path.stem for path in (PROJECT / "forms").glob("[A-Z]*.toml"))
FILLED = [code for at, code in enumerate(SHIPPED) if is_mine(at)]
"""The forms whose templates are filled in this run (tests/shares.py)."""
OFFERED = {
    ("TOB", "unit"): (1, "cigarettes are counted in sticks alone"),
    ("IPR", "unit"): (2, "footwear in pairs or pieces"),
    ("WPN", "conveyance.carrier"): (0, "by sea none is"),
}
"""How many choices a drop-down that depends on another cell of the row offers, as LibreOffice evaluates it."""
SOFFICE = shutil.which("soffice")
SYSTEM_PYTHON = "/usr/bin/python3"
UNO = SOFFICE and subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(
    not UNO, reason="LibreOffice with its Python module is not installed (libreoffice-calc-nogui python3-uno)"
)
def test_every_template_filled_in_libreoffice_is_taken_as_it_is(node: Program, tmp_path: Path) -> None:
    for at, code in enumerate(FILLED):
        lang = ("en", "fr", "es")[at % 3]
        assert node.run("template", code, "-o", str(tmp_path / f"{code}.xlsx"), "--lang", lang).returncode == 0
    done = subprocess.run(
        [SYSTEM_PYTHON, str(PROJECT / "tests/forms/fill_templates.py"), str(SOFFICE), str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
        timeout=240,
    )
    offered = json.loads(done.stdout)
    node.person("grace", "KE", "contact")
    assert set(offered) == {f"{code}.xlsx" for code in FILLED}
    for code in FILLED:
        answer = node.json("import_cases", str(tmp_path / "filled" / f"{code}.xlsx"), "--by", "grace")
        assert (answer["rows"], answer["accepted"], answer["errors"]) == (1, 1, []), code
    for (code, column), (number, why) in OFFERED.items():
        assert code not in FILLED or offered[f"{code}.xlsx"][column] == number, why
    assert "CUR" not in FILLED or offered["CUR.xlsx"]["conveyance.carrier"] > 500, "by air the airlines are offered"
    assert min(found["subtype"] for found in offered.values()) > 10


@pytest.mark.django_db
@pytest.mark.parametrize("code", SHIPPED)
def test_a_template_carries_lists_stamp_and_an_example(code: str, tmp_path: Path) -> None:
    from tidewaiter.forms.queries import form_named
    from tidewaiter.forms.workbook import template

    form = form_named(code)
    path = tmp_path / "book.xlsx"
    for simple in (False, True):
        path.write_bytes(template(form, lang="fr", simple=simple))
        with zipfile.ZipFile(path) as book:
            texts = book.read("xl/sharedStrings.xml").decode()
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
            workbook = book.read("xl/workbook.xml").decode()
            core = book.read("docProps/core.xml").decode()
        assert f"form={code} version={form.version}" in core
        assert 'name="Codes" sheetId="3" state="hidden"' in workbook
        assert form.by_path["date"].label["fr"] in texts
        assert form.definition.example["subtype"] in texts
        lists = sum(
            column.type in ("boolean", "code") and column.list not in ("un_number",)
            for column in form.asked(simple=simple)
        )
        assert sheet.count('type="list"') == lists - (form.definition.list_of_subtypes == "un_number")
        assert all(len(formula.split("</formula1>")[0]) <= 255 for formula in sheet.split("<formula1>")[1:])


@pytest.mark.django_db
def test_a_template_of_an_older_version_is_still_read_with_all_its_fields(tmp_path: Path) -> None:
    import openpyxl

    from tidewaiter.forms.actions import define
    from tidewaiter.forms.queries import form_named
    from tidewaiter.forms.workbook import template
    from tidewaiter.foundation.actors import NODE
    from tidewaiter.intake.mapping.mapping_file import ReaderHints
    from tidewaiter.intake.reading.readers import open_source
    from tidewaiter.intake.rows import RowParser

    old = form_named("ALC")
    path = tmp_path / "old.xlsx"
    path.write_bytes(template(old))
    book = openpyxl.load_workbook(path)
    row = [book["Example"].cell(3, at).value for at in range(1, book["Example"].max_column + 1)]
    for at, value in enumerate(row, 1):
        book["Data"].cell(3, at).value = value
    book.save(path)
    text = (PROJECT / "forms/ALC.toml").read_text().replace("version = 1", "version = 2")
    head, _, tail = text.partition('[[fields]]\nname = "brand"')
    text = (head + tail[tail.index("\n[[fields]]") :]).replace('brand = "Example Malt"\n', "")
    define(text=text, by=NODE)
    assert "brand" not in form_named("ALC").by_path
    [staged] = [row for batch in RowParser(open_source(path, ReaderHints()), None).staged(10) for row in batch]
    assert staged.problems == []
    assert staged.header["form_version"] == 1
    assert staged.lines[0]["fields"]["brand"] == "Example Malt"


@pytest.mark.django_db
@pytest.mark.parametrize("code", SHIPPED)
def test_what_a_shipped_form_names_is_on_a_node_and_it_takes_its_example(code: str) -> None:
    from tidewaiter.cases.queries import context_for
    from tidewaiter.checks.checks import run_checks
    from tidewaiter.forms.fitting import must_fit
    from tidewaiter.forms.queries import form_named
    from tidewaiter.forms.xml import example_record

    assert form_named(code).definition.example
    form = form_named(code)
    must_fit(form)
    record = example_record(form)
    places = {str(record["place"])}
    found = run_checks(record, record["lines"], context_for(form, places, {}, {}))
    assert [finding.sentence() for finding in found] == []
