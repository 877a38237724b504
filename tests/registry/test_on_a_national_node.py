"""Runs the tests of the registry and of mail in a process whose node is a national one."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.another_shape import must_pass
from tests.conftest import PROJECT, Program, prepared_for
from tests.rendered import NOT_HERE

HOUSE_TOO = (
    "tests/house/test_words_of_deeds.py::test_every_deed_of_every_room_has_words_and_no_words_are_left_over",
    "tests/house/test_words_of_deeds.py::test_the_words_are_words",
    "tests/house/test_words_of_deeds.py::test_the_name_of_a_deed_is_never_put_together_so_that_it_can_be_looked_for",
    "tests/house/test_rules.py::test_every_template_compiles_and_is_named",
    "tests/house/test_rights.py::test_every_route_has_a_row_and_every_row_a_route",
    "tests/house/test_text_columns.py::test_every_text_column_of_a_model_carries_a_mark",
)
"""Rules of the house that are asked of a shape's own rooms."""


def test_the_registry_keeps_its_promises_on_a_national_node(tmp_path: Path) -> None:
    rendered = must_pass("national", "tests/registry", "tests/mail", *HOUSE_TOO, folder=tmp_path)
    wanted = {name for name in NOT_HERE if name.startswith("registry/")}
    assert not wanted - rendered, "a template of the registry that no test renders"


def test_a_central_node_has_no_table_for_names(tmp_path: Path) -> None:
    words = (
        "import django; django.setup(); from django.apps import apps; "
        "print(sorted(m._meta.db_table for m in apps.get_models() if m._meta.db_table.startswith('registry')))"
    )
    for shape in ("central", "operation"):
        done = subprocess.run(
            [sys.executable, "-c", words],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=True,
            env={
                **os.environ,
                "TIDEWAITER_SHAPE": shape,
                "TIDEWAITER_HOME": str(tmp_path / shape),
                "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings",
            },
        )
        assert done.stdout.strip() == "[]"


PEOPLE = """kind,name,alias,birth_date,nationality,source,grading
person,Yusuf Kassarani,يوسف كسراني,1987-03-14,Comoros,passport,4x4 A1
person,Youssef Al-Kasrani,,1987-03,Yemen,invoice,4x4 B2
company,Kilindini Quill Trading Ltd,,,,register,
"""


def test_from_a_file_to_a_merge_and_back_by_command(tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(prepared_for("national"), home)
    node = Program(home, "national")
    node.person("an.investigator", "KE", "investigator")
    by = ("--by", "an.investigator")
    why = ("--purpose", "flight TW 114")
    people, out = tmp_path / "people.csv", tmp_path / "out"
    people.write_text(PEOPLE, encoding="utf-8")
    done = node.json("import_entities", str(people), *by)
    assert {name: done[name] for name in ("rows", "entities", "accepted", "rejected")} == {
        "rows": 3,
        "entities": 3,
        "accepted": 3,
        "rejected": 0,
    }
    assert node.json("screen", "KASRANI/YOUSSEF MR", *by, code=2)["error"] == "purpose"
    hits = node.json("screen", "KASRANI/YOUSSEF MR", *by, *why, "--birth-date", "1987-03-14")
    assert {hit["caption"] for hit in hits} == {"Yusuf Kassarani", "Youssef Al-Kasrani"}
    assert all(0.8 <= hit["score"] <= 1 and 0.5 <= hit["evidence"] <= 1 and hit["why"] for hit in hits)
    flight = tmp_path / "flight.csv"
    flight.write_text("seat,name,birth_date\n1A,Кассарани Юсуф,1987\n2B,Zebedee Quux,\n3C,,\n", encoding="utf-8")
    assert node.json("screen_file", str(flight), *by, *why, "-o", str(out)) == {
        "rows": 3,
        "hits": 1,
        "too_common": 0,
        "without_name": 1,
    }
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert [row["match"] for row in rows if row["seat"] != "1A"] == ["none", "no_name"]
    assert out.stat().st_mode & 0o077 == 0
    known = {100, 700, 1600, 3100}  # in parts that two processes share: their answers stay with their rows
    names = ("Yusuf Kassarani" if at in known else f"Zebedee Quux {at}" for at in range(3200))
    flight.write_text("name\n" + "\n".join(names) + "\n", encoding="utf-8")
    assert node.json("screen_file", str(flight), *by, *why, "-o", str(out))["hits"] == 4
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert {(row["name"], row["match"]) for row in rows if "Quux" not in row["name"]} == {("Yusuf Kassarani", "hit")}
    strangers = [row["name"] for row in rows if row["match"] == "none"]
    assert strangers == [f"Zebedee Quux {at}" for at in range(3200) if at not in known]
    [pair] = node.json("resolve_doubles", *by)
    merged = node.json("merge", pair["left"], pair["right"], *by, "--reason", "same telephone")
    assert merged["members"] == sorted([pair["left"], pair["right"]])
    assert (
        node.json("merge", pair["left"], pair["right"], *by, "--reason", "again", code=1)["error"] == "merged_already"
    )
    assert node.json("export_entities", *by, *why, "-o", str(out))["entities"] == 2
    assert node.json("unmerge", pair["right"], *by, "--reason", "two passports")["members"] == [pair["right"]]
    assert node.json("export_entities", *by, *why, "-o", str(out))["entities"] == 3
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("left,right,kind\nАнна Немо,Anna Nemo,person\nAcme Ltd,Acme PLC,company\n", encoding="utf-8")
    said = node.json("compare_names", str(pairs), "-o", str(out))
    assert said["pairs"] == 2
    scores = [float(row["score"]) for row in csv.DictReader(out.open(encoding="utf-8"))]
    assert scores[0] >= 0.8 > scores[1]
    proof = node.json("verify_ledger")
    assert proof["intact"] is True
