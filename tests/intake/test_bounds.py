"""It stays up: no file takes the node's memory, time or disk, by whatever door it comes."""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import PASSWORD, PROJECT, Program
from tests.intake.bombs import Bomb, bombs, documents, packed, texts, workbooks
from tests.intake.files import HEADS, ROW, csv_of, file_of, record_of, xlsx_of, xml_of
from tests.measuring import measured


def _left(home: Path) -> list[str]:
    """What lies in the folders for files that are being read."""
    folders = [home / name for name in ("incoming", "scratch", "held")]
    return [str(path) for folder in folders if folder.exists() for path in folder.iterdir()]


def _brought(node: Program, folder: Path, files: dict[str, bytes]) -> tuple[dict[str, list[Any]], int]:
    """({name: [exit code, code, sentence]}, MiB of the tree of processes) of files that are brought by the command."""
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    words = [sys.executable, "-m", "tests.intake.bring_many", "grace", *(str(folder / name) for name in files)]
    done = measured(words, node.environment, PROJECT)
    assert done.code == 0, done.err[-2000:]
    said = [json.loads(line) for line in done.out.splitlines()]
    return {name: rest for name, *rest in said}, done.mebibytes


@pytest.mark.parametrize("family", [texts, documents, workbooks], ids=lambda family: str(family.__name__))
def test_a_bomb_is_refused_in_words_and_the_whole_tree_stays_small(family: Any, node: Program, tmp_path: Path) -> None:
    node.person("grace", "KE", "contact")
    found = list(family())
    said, mebibytes = _brought(node, tmp_path / "bombs", {bomb.name: bomb.data for bomb in found})
    wrong = [
        (bomb.name, said[bomb.name])
        for bomb in found
        if said[bomb.name][:2] != [2, bomb.code] or not all(word in said[bomb.name][2] for word in bomb.words)
    ]
    assert wrong == []
    assert mebibytes < 400, f"the processes took {mebibytes} MiB"
    assert _left(node.home) == []
    with sqlite3.connect(node.home / "tidewaiter.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM intake_row").fetchone() == (0,)
        states = database.execute("SELECT DISTINCT state FROM intake_receipt").fetchall()
    assert states == [("unreadable",)]


def test_what_is_large_and_honest_is_taken(node: Program, tmp_path: Path) -> None:
    node.person("grace", "KE", "contact")
    rows = [{**ROW, "national_ref": f"R-{n}", "narrative": "found under tiles " * 20} for n in range(3_000)]
    case = {
        **record_of(ROW),
        "lines": [{"subtype": "pistol", "quantity": str(n + 1), "unit": "H87"} for n in range(3_000)],
    }
    said, mebibytes = _brought(
        node,
        tmp_path / "files",
        {
            "rows.csv": csv_of(*rows),
            "equal.csv.gz": packed(csv_of(ROW).split(b"\n")[1] + b"\n", 3_000, csv_of(ROW)),
            "rows.xlsx": xlsx_of(*rows),
            "blank.csv": csv_of(ROW) + b"\n" * 3_000_000,
            "one_case.json": json.dumps({"cases": [case], "about": [1]}).encode(),
            "columns.csv": csv_of({**ROW, **{f"their column {n}": "x" for n in range(1_900)}}),
            "parts.csv.gz": packed(b"", 0, csv_of(ROW)) * 1,
        },
    )
    assert {name: rest[0] for name, rest in said.items()} == dict.fromkeys(said, 0), said
    assert mebibytes < 400, f"the processes took {mebibytes} MiB"


def test_rows_of_wide_cells_are_read_few_at_a_time(node: Program, tmp_path: Path) -> None:
    node.person("grace", "KE", "contact")
    heads = ",".join((*HEADS, "narrative", "something of theirs"))
    wide = "".join(f"WPN,R-{n},2026-11-01,KE,pistol,2,H87,{n:07} {'x' * 50_000},{'y' * 40_000}\n" for n in range(1_500))
    said, mebibytes = _brought(node, tmp_path / "files", {"wide.csv": f"{heads}\n{wide}".encode()})
    assert said["wide.csv"][0] == 1, "all rows wait in the error sheet: their text is too long"
    assert mebibytes < 400, f"the processes took {mebibytes} MiB"


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("name", ["one_line.csv.gz", "line.ndjson", "siblings_4.xml.gz", "columns.xlsx", "overlap.zip"])
def test_a_bomb_is_refused_by_page_and_by_program_and_nothing_of_it_stays(
    name: str, people: SimpleNamespace, client: Client, settings: Any, tmp_path: Path
) -> None:
    from tidewaiter.intake.models import Receipt, StagedRow
    from tidewaiter.intake.tasks import run_intake
    from tidewaiter.jobs.models import Job
    from tidewaiter.people.actions.tokens import make_token

    settings.TIDEWAITER_HOME = str(tmp_path / "home")
    bomb: Bomb = next(one for one in bombs() if one.name == name)
    client.login(username=people.contact.username, password=PASSWORD)
    page = client.post("/intake/", {"file": SimpleUploadedFile(name, bomb.data)})
    assert page.status_code == 302
    receipt = Receipt.objects.get()
    run_intake.func(Job.objects.get(subject=receipt.ref).ref)
    receipt.refresh_from_db()
    assert receipt.state == "unreadable"
    assert all(word in receipt.why for word in bomb.words)
    shown = client.get(page.headers["Location"]).content.decode()
    assert bomb.words[0] in shown
    _, token = make_token(officer=people.contact, scope="write", by=people.contact)
    program = Client(headers={"Authorization": f"Bearer {token}"})
    answer = program.post("/api/v1/receipts?name=a", bomb.data, content_type="application/octet-stream")
    _told(answer, bomb)
    if name.endswith(".ndjson"):
        batch = program.post("/api/v1/cases/batch", bomb.data, content_type="application/x-ndjson")
        _told(batch, bomb)
    assert not StagedRow.objects.exists()
    assert _left(tmp_path / "home") == []


def _told(answer: Any, bomb: Bomb) -> None:
    """A bomb is refused at once, or by the worker: in the same words."""
    from tidewaiter.intake.models import Receipt
    from tidewaiter.intake.tasks import run_intake
    from tidewaiter.jobs.models import Job

    said = answer.content.decode()
    if answer.status_code == 202:
        run_intake.func(Job.objects.get(subject=answer.json()["receipt"]).ref)
        said = Receipt.objects.get(ref=answer.json()["receipt"]).why
    else:
        assert answer.status_code in (413, 422)
    assert all(word in said for word in bomb.words)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[clean]\nnational_ref = "(a+)+$"', "«(a+)+$» takes too long on a cell."),
        ('[clean]\nnational_ref = "(a|aa)+$"', "A pattern may search 2 seconds in some hundred rows."),
        (f'[clean]\nnational_ref = "{"a" * 600}"', "A pattern may have 500 signs."),
        ("[constants]\n" + "".join(f"c{n} = 'x'\n" for n in range(10_001)), "A mapping may have 10\u202f000 entries."),
        (f'[constants]\nnote = "{"x" * 1_100_000}"', "A mapping or a definition may have 1 MiB."),
        (".".join(["a"] * 60_000) + " = 1", "A mapping or a definition may nest 64 levels deep."),
        ("a = " + "[" * 60_000, "A mapping or a definition may nest 64 levels deep."),
    ],
    ids=["exponential", "ambiguous", "long_pattern", "entries", "bytes", "dots", "brackets"],
)
def test_a_mapping_that_would_work_for_ever_is_refused(
    text: str, words: str, people: SimpleNamespace, tmp_path: Path
) -> None:
    from tests.intake.test_bad_files import taken
    from tidewaiter.foundation.refusals import BadInput
    from tidewaiter.intake.actions import receive, take_in
    from tidewaiter.jobs.actions import Progress

    path = tmp_path / "file.csv"
    path.write_bytes(csv_of({**ROW, "national_ref": "a" * 60 + "!"}))
    columns = "".join(f'{name} = "{name}"\n' for name in ROW)
    mapping = f'form = "WPN"\n[columns]\n{columns}{text}' if text.startswith("[") else text

    def brought() -> None:
        receipt = receive(path=path, name="a", mapping_text=mapping, mapping_name="m", options={}, by=people.contact)
        take_in(receipt=receipt, by=people.contact, progress=Progress(None))

    with pytest.raises(BadInput) as refused:
        brought()
    assert words in refused.value.sentence
    receipt, code = taken(path, people.contact)
    assert (code, receipt.accepted) == ("", 1)


@pytest.mark.django_db
def test_a_pattern_that_ends_finds_what_it_did(people: SimpleNamespace, tmp_path: Path) -> None:
    from tidewaiter.cases.models import Case
    from tidewaiter.intake.actions import receive, take_in
    from tidewaiter.jobs.actions import Progress

    path = tmp_path / "file.csv"
    rows = [{**ROW, "national_ref": f"No. {n} of the book", "quantity": "3 pieces"} for n in range(1, 1_201)]
    path.write_bytes(csv_of(*rows))
    columns = "".join(f'{name} = "{name}"\n' for name in ROW)
    clean = '[clean]\nnational_ref = "\\\\d+"\nquantity = "^(\\\\d+) (?:pieces)"\n'
    mapping = f'form = "WPN"\n[columns]\n{columns}{clean}'
    receipt = receive(path=path, name="a", mapping_text=mapping, mapping_name="m", options={}, by=people.contact)
    take_in(receipt=receipt, by=people.contact, progress=Progress(None))
    assert receipt.accepted == 1_200
    assert {case.national_ref for case in Case.objects.all()} == {str(n) for n in range(1, 1_201)}


@pytest.mark.django_db
def test_the_mapping_helper_takes_tables_that_a_person_can_look_at(
    people: SimpleNamespace, client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.TIDEWAITER_HOME = str(tmp_path / "home")
    client.login(username=people.contact.username, password=PASSWORD)

    def brought(data: bytes) -> Any:
        return client.post("/intake/map/", {"file": SimpleUploadedFile("f.csv", data), "form": "WPN"})

    wide = brought(csv_of({**ROW, **{f"their column {n}": "x" for n in range(400)}}))
    assert wide.status_code == 400
    assert "The mapping helper takes tables of 300 columns. This one has 407." in wide.content.decode()
    assert _left(tmp_path / "home") == [], "what was refused is not held"
    assert brought(packed(b"a," * (1 << 19), 400)).status_code == 400
    assert _left(tmp_path / "home") == []
    page = brought(csv_of({**ROW, **{f"their column {n}": "x" for n in range(30)}}))
    assert page.status_code == 200
    assert len(_left(tmp_path / "home")) == 1, "the sealed file waits for its confirmation"


@pytest.mark.django_db
def test_a_file_of_which_nearly_all_is_wrong_is_not_kept_row_by_row(
    people: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.intake.test_bad_files import taken
    from tidewaiter.foundation.refusals import BadInput
    from tidewaiter.intake.actions import receive, take_in
    from tidewaiter.intake.models import StagedRow
    from tidewaiter.jobs.actions import Progress

    monkeypatch.setenv("TIDEWAITER_LIMIT_FILE_WRONG_ROWS", "50")
    path = tmp_path / "file.csv"
    path.write_bytes(csv_of(*({**ROW, "national_ref": f"R-{n}", "quantity": "many"} for n in range(60))))
    receipt = receive(path=path, name="a", mapping_text="", mapping_name="", options={}, by=people.contact)
    with pytest.raises(BadInput) as refused:
        take_in(receipt=receipt, by=people.contact, progress=Progress(None))
    assert "A file may have 50 rows that must be mended. The first is row 2." in refused.value.sentence
    assert not StagedRow.objects.exists()
    path.write_bytes(csv_of(*({**ROW, "national_ref": f"R-{n}", "quantity": "many"} for n in range(50))))
    receipt, code = taken(path, people.contact)
    assert (code, receipt.rejected) == ("", 50)


@pytest.mark.django_db
def test_an_error_sheet_does_not_grow_beyond_its_bound_and_says_what_it_left_out(
    people: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.intake.test_bad_files import taken
    from tidewaiter.vault.actions import file_of

    monkeypatch.setenv("TIDEWAITER_LIMIT_FILE_WRONG_BYTES", "100000")
    lines = [{"subtype": "pistol", "quantity": "x", "unit": "H87"} for _ in range(900)]
    path = tmp_path / "file.json"
    path.write_bytes(json.dumps([{**record_of(ROW), "narrative": "n" * 3_000, "lines": lines}]).encode())
    receipt, code = taken(path, people.contact)
    assert (code, receipt.rejected) == ("", 1)
    assert 0 < int(receipt.notes["left_out"]) < 900
    assert file_of(receipt.rejected_digest).stat().st_size < 400_000


@pytest.mark.django_db
def test_a_case_of_endless_lines_waits_in_the_error_sheet_and_others_are_taken(
    people: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.intake.test_bad_files import taken
    from tidewaiter.intake.queries import errors_of

    monkeypatch.setenv("TIDEWAITER_LIMIT_FILE_CASE_ROWS", "20")
    path = tmp_path / "file.csv"
    long = [{**ROW, "quantity": str(n + 1)} for n in range(21)]
    others = [{**ROW, "national_ref": f"R-{10 + n % 2}", "quantity": str(n + 1)} for n in range(40)]
    path.write_bytes(csv_of(*long, *others))
    receipt, code = taken(path, people.contact)
    assert (code, receipt.rejected, receipt.accepted, receipt.cases) == ("", 21, 40, 2)
    assert {error["code"] for error in errors_of(receipt)} == {"too_many_lines"}
    assert errors_of(receipt)[0]["message"] == "The case has more lines than one case may have. Split it."


@pytest.mark.django_db
def test_a_document_is_cut_into_its_records_whatever_stands_around_them(
    people: SimpleNamespace, tmp_path: Path
) -> None:
    from tests.intake.test_bad_files import taken

    forms = (
        "[%s, %s]",
        '{"cases": [%s, %s]}',
        '{"about": {"cases": "none"}, "cases" : [ %s , %s ], "end": [1, 2]}',
        "\ufeff\n[\n%s\n,\n%s\n]\n",
    )
    for number, form in enumerate(forms):
        records = [
            json.dumps({**record_of(ROW), "national_ref": f"R-{number}-{n}", "narrative": 'a "]}" [{\\ é'}, indent=n)
            for n in range(2)
        ]
        path = tmp_path / "file.json"
        path.write_text(form % tuple(records), encoding="utf-8")
        receipt, code = taken(path, people.contact)
        assert (code, receipt.cases) == ("", 2), form
    for broken in ("[{}", '{"cases": [{}], }', "[{}}", '[{}] "more"', '[{"a": 1},]', '{"cases": [{"a"}]}'):
        path.write_text(broken)
        assert taken(path, people.contact)[1] == "unreadable", broken


def test_the_csv_of_many_rejected_rows_is_whole(people: SimpleNamespace, tmp_path: Path, monkeypatch: Any) -> None:
    from tests.intake.test_bad_files import taken
    from tidewaiter.intake.mending import rejected_file
    from tidewaiter.vault.actions import file_of

    monkeypatch.setattr(rejected_file, "SHEET_ROWS", 30)
    path = tmp_path / "file.csv"
    path.write_bytes(csv_of(*({**ROW, "national_ref": f"R-{n}", "quantity": "many"} for n in range(40))))
    receipt, _code = taken(path, people.contact)
    with file_of(receipt.rejected_digest).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["national_ref"] for row in rows] == [f"R-{n}" for n in range(40)]
    assert {row["quantity"] for row in rows} == {"many"}


def test_the_twin_of_every_kind_is_taken(node: Program, tmp_path: Path) -> None:
    node.person("grace", "KE", "contact")
    kinds = ("csv", "xlsx", "xml", "json", "ndjson")
    files = {f"good.{kind}": file_of(kind, {**ROW, "national_ref": f"T-{kind}"}) for kind in kinds}
    said, _mebibytes = _brought(node, tmp_path / "files", files)
    assert {name: rest[0] for name, rest in said.items()} == dict.fromkeys(files, 0), said


@pytest.mark.parametrize("where", ["in a case", "beside the cases"])
def test_xml_that_nests_too_deep_is_refused_in_words(where: str, small_node: Program, tmp_path: Path) -> None:
    small_node.person("grace", "KE", "contact")
    end, above = ("</Case>", 2) if where == "in a case" else ("</Cases>", 1)
    for levels in (256, 257):
        own = levels - above
        text = xml_of(ROW).decode().replace(end, f"{'<x>' * own}{'</x>' * own}{end}")
        assert end in text
        (tmp_path / f"{levels}.xml").write_text(text)
    done = small_node.run("import_cases", str(tmp_path / "256.xml"), "--by", "grace", "--dry-run")
    assert done.returncode == 0, done.stderr
    said = small_node.json("import_cases", str(tmp_path / "257.xml"), "--by", "grace", code=2)
    assert said["error"] == "too_large"
    assert "An XML document may nest 256 levels deep." in said["message"]
    small_node.environment["TIDEWAITER_LIMIT_XML_DEPTH"] = "255"
    said = small_node.json("import_cases", str(tmp_path / "256.xml"), "--by", "grace", code=2)
    assert said["error"] == "too_large"
    assert "An XML document may nest 255 levels deep." in said["message"]
