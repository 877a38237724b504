"""Files of trade that are small and would take the node's memory, time or disk; honest ones are read as ever."""

from __future__ import annotations

import gzip
import io
import json
import random
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.conftest import PASSWORD, PROJECT, Program
from tests.intake.bombs import packed
from tests.measuring import measured
from tidewaiter.foundation.actors import NODE
from tidewaiter.people.actions import add_officer, make_token
from tidewaiter.people.models import Officer
from tidewaiter.trade.models import TradeFile

HEADS = "declaration id,date,hs,origin,quantity,value,importer"
RATIO = "A packed file may unpack to 200 times its own size."


def _rows(count: int, importer: str = "FIRM") -> list[str]:
    chance = random.Random(4)

    def row(at: int) -> str:
        origin, amounts = ("CN", "VN")[at % 2], f"{chance.randint(1, 500)},{chance.randint(9, 9000)}"
        return f"D{at},2025-0{1 + at % 9}-11,640411,{origin},{amounts},{importer} {at % 9}"

    return [row(at) for at in range(count)]


def _thai() -> bytes:
    row = "D1,2025-01-11,640411,CN,5,50,บริษัทนำเข้า\n".encode("cp874")
    return packed(row * 10_000, 300, HEADS.encode() + b"\n")


def _wide_parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({f"c{n}": ["1"] for n in range(2_500)}), out)
    return out.getvalue()


def _rows_of_one_value(rows: int) -> bytes:
    """A Parquet file of very many rows that all say the same: a few hundred bytes."""
    out = io.BytesIO()
    codes = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int8()), pa.array(["640411"]))
    pq.write_table(pa.table({"hs": codes}), out, compression="zstd", row_group_size=rows)
    return out.getvalue()


def _book(rows: list[str]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for at, row in enumerate([HEADS, *rows]):
        for column, cell in enumerate(row.split(",")):
            sheet.write_string(at, column, cell)
    book.close()
    return out.getvalue()


COLUMNS = b",".join(b"c%d" % n for n in range(3_000)) + b"\n1\n"
LYING_FOOTER = b"PAR1" + b"\0" * 100 + b"\xff\xff\xff\x7f" + b"PAR1"
BOMBS = {
    "cp874.csv.gz": (_thai, RATIO),
    "lines.csv.gz": (lambda: packed((b"a," * 50 + b"\n") * 1000, 1000), RATIO),
    "columns.csv": (lambda: COLUMNS, "A table may have 2\u202f000 columns."),
    "one_line.csv": (lambda: HEADS.encode() + b"\n" + b"x" * 3_000_000 + b"\n", "Line 2 is over that."),
    "columns.parquet": (_wide_parquet, "A table may have 2\u202f000 columns. This one has 2,500."),
    "footer.parquet": (lambda: LYING_FOOTER, "Its index is longer than the file"),
    "none.parquet": (lambda: b"PAR1" + b"\0" * 100, "It is no Parquet file, or it is damaged."),
}


@pytest.fixture
def home(settings: Any, tmp_path: Path) -> Path:
    """A folder of trade files of its own."""
    settings.TIDEWAITER_HOME = str(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def kenyan(people: SimpleNamespace) -> Officer:
    return add_officer(username="anna.ke", administration="KE", role="analyst", password=PASSWORD, by=NODE)


def _left(home: Path) -> list[str]:
    folders = [home / "scratch", home / "trade" / "files"]
    return [path.name for folder in folders if folder.exists() for path in folder.iterdir()]


@pytest.mark.long
@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(BOMBS))
@pytest.mark.parametrize("holds_names", [True, False])
def test_a_bomb_of_trade_is_refused_by_page_and_program_and_is_not_kept(
    name: str, holds_names: bool, home: Path, kenyan: Officer, settings: Any
) -> None:
    settings.HOLDS_NAMES = holds_names
    made, words = BOMBS[name]
    client = Client()
    client.login(username=kenyan.username, password=PASSWORD)
    page = client.post("/trade/bring/", {"file": SimpleUploadedFile(name, made())}, follow=True)
    assert words in page.content.decode()
    _, token = make_token(officer=kenyan, scope="write", by=kenyan)
    program = Client(headers={"Authorization": f"Bearer {token}"})
    answer = program.post(f"/api/v1/trade/files?name={name}", made(), content_type="application/octet-stream")
    assert answer.status_code in (413, 422)
    assert words in json.loads(answer.content)["detail"]
    assert not TradeFile.objects.exists()
    assert _left(home) == []


@pytest.mark.django_db
def test_a_parquet_file_of_very_many_rows_is_told_by_its_footer(home: Path, kenyan: Officer, monkeypatch: Any) -> None:
    from tidewaiter.foundation.refusals import BadInput
    from tidewaiter.trade.files.sources import bring_file

    monkeypatch.setenv("TIDEWAITER_LIMIT_TRADE_ROWS", "1000000")
    with pytest.raises(BadInput) as refused:
        bring_file(name="d.parquet", chunks=[_rows_of_one_value(3_000_000)], by=kenyan)
    assert (
        refused.value.sentence == "A file of trade may have 1\u202f000\u202f000 rows. This one says it has 3,000,000."
    )
    assert _left(home) == []
    bring_file(name="d.parquet", chunks=[_rows_of_one_value(1_000)], by=kenyan)
    assert len(_left(home)) == 1


def _one_word_in_every_row(word: int, rows: int) -> bytes:
    """A small Parquet file whose dictionary says one long word once, and whose rows all say it."""
    out = io.BytesIO()
    said = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int8()), pa.array(["w" * word]))
    firm = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int8()), pa.array(["ACME"]))
    pq.write_table(pa.table({"importer": firm, "product code": said}), out, compression="zstd", row_group_size=rows)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("limit", "bound", "words"),
    [
        ("TRADE_UNPACKED_BYTES", "5000000", "A file of trade may unpack to 4.768 MiB. This one unpacks to more."),
        ("FILE_CELL_SIGNS", "900", "A cell may hold 900 signs. This one has a longer one."),
    ],
)
def test_a_parquet_file_is_weighed_as_it_unpacks_whatever_its_footer_says(
    limit: str, bound: str, words: str, home: Path, kenyan: Officer, monkeypatch: Any
) -> None:
    from tidewaiter.foundation.refusals import BadInput
    from tidewaiter.trade.files.sources import bring_file

    bomb = _one_word_in_every_row(1_000, 10_000)
    assert len(bomb) < 10_000, "ten megabytes of words, in a few kilobytes"
    monkeypatch.setenv(f"TIDEWAITER_LIMIT_{limit}", bound)
    with pytest.raises(BadInput) as refused:
        bring_file(name="d.parquet", chunks=[bomb], by=kenyan)
    assert words in refused.value.sentence
    assert _left(home) == []


@pytest.mark.django_db
@pytest.mark.parametrize("limit", ["TRADE_FILE_MEMORY_BYTES", "SCRATCH_BYTES"])
def test_names_are_taken_off_in_a_child_that_may_take_so_much(
    limit: str, home: Path, kenyan: Officer, settings: Any, monkeypatch: Any
) -> None:
    from tidewaiter.foundation.refusals import Refusal
    from tidewaiter.trade.files import sources

    settings.HOLDS_NAMES = False
    assert not hasattr(sources, "engine"), "this process opens none"
    made = sources.bring_file(name="d.parquet", chunks=[_one_word_in_every_row(10, 50)], by=kenyan)
    assert sources.heads_of(sources.path_of(made.ref, kenyan))[0] == ["product code"]
    monkeypatch.setenv(f"TIDEWAITER_LIMIT_{limit}", "1000000")
    many = io.BytesIO()
    chance = random.Random(5)
    words = [
        "".join(map("".join, zip(chance.choices("abcdefghij", k=30), chance.choices("0123456789", k=30))))
        for _ in range(100_000)
    ]
    pq.write_table(pa.table({"importer": ["ACME"] * len(words), "product code": words}), many)
    with pytest.raises(Refusal):
        sources.bring_file(name="d.parquet", chunks=[many.getvalue()], by=kenyan)
    assert len(_left(home)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csv", "cp1252", "csv.gz", "parquet", "xlsx"])
def test_heads_and_first_rows_are_shown_from_the_beginning_alone(kind: str, home: Path, kenyan: Officer) -> None:
    from tidewaiter.trade.files.sources import bring_file, heads_of, path_of

    rows = _rows(40_000 if kind.startswith("c") else 300, "Société")
    text = "\n".join([HEADS, *rows])
    if kind == "parquet":
        out = io.BytesIO()
        cells = list(zip(*(row.split(",") for row in rows), strict=True))
        pq.write_table(pa.table(dict(zip(HEADS.split(","), map(list, cells), strict=True))), out)
        data = out.getvalue()
    elif kind == "xlsx":
        data = _book(rows)
    else:
        data = text.encode("cp1252" if kind == "cp1252" else "utf-8")
    name = f"d.{'csv' if kind == 'cp1252' else kind}"
    made = bring_file(name=name, chunks=[gzip.compress(data) if kind == "csv.gz" else data], by=kenyan)
    heads, first = heads_of(path_of(made.ref, kenyan))
    named = [head for head in HEADS.split(",") if head != "importer"]
    assert heads == named, "a central node drops who traded"
    assert [list(row)[:2] for row in first] == [[f"D{at}", f"2025-0{1 + at}-11"] for at in range(5)]


def test_the_commands_refuse_bombs_and_the_tree_stays_small(node: Program, tmp_path: Path) -> None:
    for name, data in {"cp874.csv.gz": _thai(), "columns.csv": BOMBS["columns.csv"][0]()}.items():
        (tmp_path / name).write_bytes(data)
        for command in ("unit_prices", "mirror"):
            words = [sys.executable, "-m", "tidewaiter", command, str(tmp_path / name), "-o", str(tmp_path / "out.csv")]
            done = measured([*words, "--format", "json"], node.environment, PROJECT)
            assert done.code == 2, done.err[-500:]
            assert BOMBS[name][1] in json.loads(done.out)["message"]
            assert done.mebibytes < 400, f"{command} took {done.mebibytes} MiB"
            assert not (tmp_path / "out.csv").exists()


def test_another_encoding_gives_the_same_prices_by_a_bounded_copy(node: Program, tmp_path: Path) -> None:
    text = "\n".join([HEADS, *_rows(4_000, "Société")])
    answers = []
    for encoding in ("utf-8", "cp1252"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(text.encode(encoding))
        answer = node.json("unit_prices", str(path), "-o", str(tmp_path / f"{encoding}.out.csv"))
        answers.append({name: answer[name] for name in ("rows", "groups", "flagged", "over_value")})
    assert answers[0] == answers[1]
    assert answers[0]["rows"] == 4_000
    words = ["unit_prices", str(tmp_path / "cp1252.csv"), "-o", str(tmp_path / "again.csv"), "--format", "json"]
    node.environment["TIDEWAITER_LIMIT_SCRATCH_BYTES"] = "100000"
    done = node.run(*words)
    assert done.returncode == 2
    assert "What is unpacked for one request may take 97.66 KiB of disk." in json.loads(done.stdout)["message"]


def test_a_table_of_rates_is_a_small_one(node: Program, tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("\n".join([HEADS, *_rows(100)]))
    (tmp_path / "rates.csv").write_bytes(b"currency,rate\n" + b"USD,1.0\n" * 600_000)
    words = [
        "unit_prices",
        str(tmp_path / "d.csv"),
        "-o",
        str(tmp_path / "o.csv"),
        "--rates",
        str(tmp_path / "rates.csv"),
    ]
    done = node.run(*words, "--format", "json")
    assert done.returncode == 2
    assert "A table of prices, rates or rules may have 4 MiB." in json.loads(done.stdout)["message"]
