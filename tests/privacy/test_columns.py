"""A column masks what is written into it, whatever way it is written, where the node holds no names."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tidewaiter.cases.models import IdempotencyKey, SavedFilter
from tidewaiter.foundation.bulk import insert_rows
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.sealed_files import is_sealed, opened, write_sealed
from tidewaiter.intake.models import KeptMapping, Receipt
from tidewaiter.people.actions import make_token
from tidewaiter.privacy.judging import judged_json, judged_text
from tidewaiter.review.models import Assignment

BAR = "█████"
NAME = "Juan Carlos Perez Gomez"


def _assignment(note: str, ref: str = "KE-1") -> Assignment:
    return Assignment(ref=ref, to="a", by="b", at=now(), note=note)


@pytest.mark.django_db
def test_saving_updating_and_inserting_all_mask() -> None:
    made = _assignment(f"driver {NAME} was alone")
    made.save()
    assert made.note == f"driver {BAR} was alone", "what is shown after saving is what was kept"
    Assignment.objects.bulk_create([_assignment(NAME, "KE-2")])
    Assignment.objects.filter(ref="KE-1").update(note=f"Mr {NAME}")
    insert_rows(Assignment, ("ref", "to", "by", "at", "note"), [("KE-3", "a", "b", str(now()), NAME)])
    one = Assignment.objects.get(ref="KE-2")
    one.note = f"passenger: {NAME} / seat 12"
    Assignment.objects.bulk_update([one], ["note"])
    assert list(Assignment.objects.order_by("ref").values_list("note", flat=True)) == [
        f"Mr {BAR}",
        f"passenger: {BAR} / seat 12",
        BAR,
    ]


@pytest.mark.django_db
def test_what_was_kept_under_a_name_is_found_by_the_same_name() -> None:
    SavedFilter.objects.update_or_create(username="a", name=NAME, defaults={"query": "form=WPN"})
    SavedFilter.objects.update_or_create(username="a", name=NAME, defaults={"query": "form=DRG"})
    assert SavedFilter.objects.values_list("name", "query").get() == (BAR, "form=DRG")
    assert SavedFilter.objects.filter(name=NAME).exists()


@pytest.mark.django_db
def test_a_node_that_holds_names_keeps_what_was_typed(settings: Any) -> None:
    settings.HOLDS_NAMES = True
    _assignment(NAME).save()
    assert Assignment.objects.get().note == NAME


@pytest.mark.django_db
def test_a_query_stays_a_query_and_a_mapping_stays_a_mapping() -> None:
    made = SavedFilter.objects.create(username="a", name="x", query="form=WPN&q=Juan+Carlos+Perez+Gomez")
    assert made.query == "form=WPN&q=%E2%96%88%E2%96%88%E2%96%88%E2%96%88%E2%96%88"
    text = (
        f'form = "WPN"\n[values.office]\n"Mr {NAME}" = "a"\n"Mr Hans Mueller" = "b"\n[[lines]]\nsubtype = "LIV"\nunit ='
        ' "H87"\n'
    )
    kept = KeptMapping.objects.create(administration="KE", name="m", text=text, made_by="a", made_at=now())
    assert tomllib.loads(kept.text) == {
        "form": "WPN",
        "values": {"office": {f"Mr {BAR}": "a", f"Mr {BAR} 2": "b"}},
        "lines": [{"subtype": "LIV", "unit": "H87"}],
    }


@pytest.mark.django_db
def test_a_document_is_masked_inside_and_what_the_program_made_stays() -> None:
    digest, ref = "a" * 51 + "4111111111111", "RC-01JDQ4111111111111HARRYGRE"
    made = Receipt(ref="r", key="k", file_name="Hans_Mueller.csv", file_sha256=digest, brought_by="a", brought_at=now())
    made.notes = {"passed_over": [f"Mr {NAME}", "Weight"], "digest": digest, "ref": ref}
    made.save()
    assert Receipt.objects.get().notes == {"passed_over": [f"Mr {BAR}", "Weight"], "digest": digest, "ref": ref}
    assert Receipt.objects.get().file_name == f"{BAR}.csv"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("KDB 921L.csv", f"{BAR}.csv"),
        ("plate_KDB_921L.xlsx", f"plate_{BAR}.xlsx"),
        ("passport_A1234567.csv", f"passport_{BAR}.csv"),
        ("tel +254 712 345 678.csv", f"tel {BAR}.csv"),
        ("juan.perez@example.org.csv", f"{BAR}.csv"),
        ("born 12.03.1987.csv", f"born {BAR}.csv"),
        ("passport no A1234567 Mr Juan Perez.csv", f"passport no {BAR} Mr {BAR}.csv"),
        ("4111111111111111.jpg", f"{BAR}.jpg"),
        ("seizures-2026-03-04.csv", "seizures-2026-03-04.csv"),
        ("container MSKU 1234567.jpg", "container MSKU 1234567.jpg"),
        ("IMG_20260304_123456.jpg", "IMG_20260304_123456.jpg"),
        ("report 01.02.2026.csv", "report 01.02.2026.csv"),
    ],
)
@pytest.mark.django_db
def test_numbers_of_people_and_vehicles_are_masked_in_a_files_name_too(name: str, kept: str) -> None:
    Receipt.objects.create(ref="r", key="k", file_name=name, file_sha256="0" * 64, brought_by="a", brought_at=now())
    assert Receipt.objects.get().file_name == kept


def test_nothing_found_is_the_same_object() -> None:
    said = {"a": ["Weight", {"b": 3, "c": None}], "d": 1.5}
    assert judged_json(said, "free") is said
    assert judged_text("form=WPN&q=a%20b", "free", "query") == "form=WPN&q=a%20b", "not even written otherwise"
    assert judged_text("# pistols\nform = 'WPN'\n", "free", "toml") == "# pistols\nform = 'WPN'\n"


@pytest.mark.django_db
def test_a_key_of_a_program_is_kept_as_a_digest_and_still_asked_once(people: SimpleNamespace) -> None:
    _token, text = make_token(officer=people.contact, scope="write", by=people.contact)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    body = json.dumps(
        {"form": "WPN", "date": "2026-03-04", "country": "KE", "lines": [{"subtype": "pistol", "quantity": "2"}]}
    )
    answers = [
        program.post("/api/v1/cases", body, content_type="application/json", headers={"Idempotency-Key": NAME})
        for _time in range(2)
    ]
    assert [one.status_code for one in answers] == [201, 200]
    assert answers[0].json()["ref"] == answers[1].json()["ref"]
    assert len(IdempotencyKey.objects.get().key) == 64
    assert NAME not in IdempotencyKey.objects.get().key


def test_a_sealed_file_opens_here_alone_and_whole_alone(tmp_path: Path, settings: Any) -> None:
    path, text = tmp_path / "one", NAME.encode() * 100_000
    write_sealed(path, [text[:1_500_000], text[1_500_000:]])
    assert is_sealed(path)
    assert NAME.encode() not in path.read_bytes()
    with opened(path) as plain:
        assert plain.read_bytes() == text
        assert settings.TIDEWAITER_HOME in map(type(settings.TIDEWAITER_HOME), plain.parents)
    assert not plain.exists()
    for cut in (path.stat().st_size - 1, 1_048_576 + 65, 10):
        short = tmp_path / f"short{cut}"
        short.write_bytes(path.read_bytes()[:cut])
        with pytest.raises(BadInput), opened(short):
            pass
    settings.SECRET_KEY = "another node's"
    with pytest.raises(BadInput), opened(path):
        pass
