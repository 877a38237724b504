"""What an administration may have stored: counted at every door that stores, refused in words, freed when forgotten."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from PIL import Image

from tests.conftest import PASSWORD
from tests.making import case_in, done_by_worker, record
from tidewaiter.cases.actions import draft
from tidewaiter.cases.models import Case
from tidewaiter.cases.photos.case_photos import add_photos
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.budgets import OverLimit
from tidewaiter.intake.models import Receipt
from tidewaiter.jobs.models import Job
from tidewaiter.ledger.models import Entry
from tidewaiter.people.actions import add_officer, make_token
from tidewaiter.site.stored import count_all
from tidewaiter.trade.models import TradeFile
from tidewaiter.vault.actions import keep
from tidewaiter.vault.models import Stored, StoredFile, StoredSum
from tidewaiter.vault.storage import count_gone, count_stored

FULL = "Your administration may have 1 KiB stored on this node."
TABLE = b"hs,value,quantity\n" + b"852872,10,1\n" * 90


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody may store a kibibyte."""
    monkeypatch.setenv("TIDEWAITER_LIMIT_STORED_BYTES_ADMINISTRATION", "1024")


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _program(person: Any) -> Client:
    _token, text = make_token(officer=person, scope="write", by=person)
    return Client(headers={"Authorization": f"Bearer {text}"})


def _size(administration: str) -> int:
    return StoredSum.objects.get(administration=administration).size


@pytest.mark.both_databases
@pytest.mark.django_db
def test_what_is_stored_is_summed_refused_above_the_bound_and_freed(people: SimpleNamespace, narrow: None) -> None:
    count_stored(kind="vault", ref="a", size=1000, by=people.contact)
    with pytest.raises(OverLimit, match="1000 B are stored"):
        count_stored(kind="vault", ref="b", size=25, by=people.officer)
    count_stored(kind="vault", ref="b", size=24, by=people.officer)
    count_stored(kind="vault", ref="c", size=1024, by=people.american)
    assert (_size("KE"), _size("US")) == (1024, 1024), "each administration has its own"
    count_stored(kind="vault", ref="a", size=900, by=people.contact)
    assert _size("KE") == 924, "counted again, the new size counts"
    count_gone(kind="vault", ref="a")
    count_gone(kind="vault", ref="a")
    assert _size("KE") == 24
    with pytest.raises(OverLimit, match="24 B are stored"):
        count_stored(kind="vault", ref="c", size=1024, by=people.contact)
    assert (_size("KE"), _size("US")) == (24, 1024), "what others have stored costs as much as what nobody has"
    count_stored(kind="vault", ref="d", size=5000, by=NODE)
    assert _size("INT") == 5000, "the node itself is counted and never refused"


@pytest.mark.django_db
def test_a_file_of_cases_that_does_not_fit_is_refused_at_every_door(people: SimpleNamespace, narrow: None) -> None:
    lines = "\n".join(json.dumps(record(national_ref=f"Q-{n}")) for n in range(9)).encode()
    page = _client(people.contact).post("/intake/", {"file": SimpleUploadedFile("q.ndjson", lines)})
    assert FULL in page.content.decode()
    for address in ("/api/v1/receipts?name=q.ndjson", "/api/v1/cases/batch"):
        answer = _program(people.contact).post(address, lines, content_type="application/x-ndjson")
        assert answer.status_code == 413, address
        assert FULL in answer.json()["detail"]
    helper = _client(people.contact).post("/intake/map/", {"file": SimpleUploadedFile("q.csv", TABLE), "form": "WPN"})
    assert FULL in helper.content.decode()
    assert not Receipt.objects.exists()
    assert not Stored.objects.exists()
    assert _client(people.contact).get("/").status_code == 200


@pytest.mark.django_db
def test_a_file_that_was_read_counts_no_more(people: SimpleNamespace) -> None:
    lines = json.dumps(record(national_ref="Q-1", place="", route=[])).encode()
    receipt = _client(people.contact).post("/intake/", {"file": SimpleUploadedFile("q.ndjson", lines)})["Location"]
    assert _size("KE") == len(lines)
    done_by_worker(Job.objects.get(subject=receipt.split("/")[2]).ref)
    assert _size("KE") == 0


@pytest.fixture
def trader(people: SimpleNamespace) -> Any:
    """An analyst of Kenya."""
    return add_officer(username="trader.ke", administration="KE", role="analyst", password=PASSWORD, by=NODE)


@pytest.mark.django_db
def test_trade_files_and_analyses_are_bounded_and_what_is_forgotten_makes_room(
    people: SimpleNamespace, trader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = _client(trader)
    brought = client.post("/trade/bring/", {"file": SimpleUploadedFile("one.csv", TABLE)})["Location"]
    ref = TradeFile.objects.get().ref
    assert ref in brought
    have = _size("KE")
    assert have == len(TABLE)
    monkeypatch.setenv("TIDEWAITER_LIMIT_STORED_BYTES_ADMINISTRATION", "1200")
    page = client.post("/trade/bring/", {"file": SimpleUploadedFile("two.csv", TABLE + b"1,1,1\n")}, follow=True)
    assert "may have 1.172 KiB stored" in page.content.decode()
    told = _program(trader).post("/api/v1/trade/files?name=two.csv", TABLE + b"1,1,1\n", content_type="text/csv")
    assert told.status_code == 413
    assert TradeFile.objects.count() == 1
    monkeypatch.setenv("TIDEWAITER_LIMIT_STORED_BYTES_ADMINISTRATION", str(have))
    asked = client.post("/trade/new/select_evaluate/", {"source": ref, "label": "value"})
    assert asked.status_code == 400
    assert "Forget what you no longer need" in asked.content.decode()
    mine = client.get("/stored/").content.decode()
    assert ref in mine
    assert 'action="/trade/bring/"' in mine
    assert ref not in _client(people.contact).get("/stored/").content.decode(), "a colleague's things are a sum"
    client.post("/trade/bring/", {"forget": ref})
    assert _size("KE") == 0
    assert client.post("/trade/bring/", {"file": SimpleUploadedFile("two.csv", TABLE)}).status_code == 302
    assert TradeFile.objects.count() == 1


@pytest.mark.django_db
def test_documents_count_until_their_day_is_over_and_none_is_made_where_all_is_full(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDEWAITER_LIMIT_DIRECT_CASES", "1")
    draft(cases=[case_in(national_ref=f"E-{n}") for n in range(2)], by=people.contact, channel="csv")
    client = _client(people.contact)
    page = client.post("/cases/export/?format=json")["Location"]
    done_by_worker(page.split("/")[2])
    have = _size("KE")
    assert have == Job.objects.get().result_size > 500
    monkeypatch.setenv("TIDEWAITER_LIMIT_STORED_BYTES_ADMINISTRATION", str(have))
    refused = client.post("/cases/export/?format=ndjson")
    assert refused.status_code == 413
    assert "stored on this node" in refused.content.decode()


@pytest.mark.django_db
def test_a_file_that_does_not_fit_is_not_kept_in_the_vault(people: SimpleNamespace, narrow: None) -> None:
    keep(content=b"x" * 1000, media_type="text/plain", by=people.contact)
    with pytest.raises(OverLimit):
        keep(content=b"y" * 1000, media_type="text/plain", by=people.officer)
    assert StoredFile.objects.count() == 1
    keep(content=b"x" * 1000, media_type="text/plain", by=people.officer)
    keep(content=b"z" * 1000, media_type="text/plain", by=people.american)
    with pytest.raises(OverLimit):
        keep(content=b"x" * 1000, media_type="text/plain", by=people.american)
    keep(content=b"small copy" * 90, media_type="image/jpeg", by=people.contact, bounded=False)
    assert _size("KE") == 1900


@pytest.mark.django_db
def test_a_steward_sees_every_administration_and_gives_one_more(
    people: SimpleNamespace, narrow: None, capsys: Any
) -> None:
    keep(content=b"x" * 1000, media_type="text/plain", by=people.contact)
    steward = _client(people.steward)
    page = steward.get("/stored/all/").content.decode()
    assert "Kenya" in page
    assert "1000" in page
    assert _client(people.contact).get("/stored/all/").status_code == 404
    assert _client(people.contact).post("/stored/bound/", {"administration": "KE", "gib": "9"}).status_code == 404
    assert steward.post("/stored/bound/", {"administration": "KE", "gib": "0,5"}).status_code == 302
    assert StoredSum.objects.get(administration="KE").bound == 512 * 1024**2
    assert Entry.objects.filter(deed="vault.bound_set", ref="administration:KE").count() == 1
    keep(content=b"y" * 1000, media_type="text/plain", by=people.contact)
    assert steward.post("/stored/bound/", {"administration": "KE", "gib": "much"}).status_code == 400
    call_command("stored", administration="KE", bound=3000, format="json")
    assert json.loads(capsys.readouterr().out) == [
        {"administration": "KE", "bytes": 2000, "bound": 3000, "kinds": {"vault": 2000}}
    ]
    with pytest.raises(OverLimit, match=r"2\.93 KiB"):
        keep(content=b"z" * 1001, media_type="text/plain", by=people.contact)


@pytest.mark.both_databases
@pytest.mark.django_db
def test_counting_anew_finds_what_is_there_and_nothing_else(people: SimpleNamespace) -> None:
    keep(content=b"x" * 1000, media_type="text/plain", by=people.contact)
    Stored.objects.all().delete()
    StoredSum.objects.update(size=77)
    count_stored(kind="trade_file", ref="gone", size=500, by=people.american)
    Stored.objects.update(at="2026-01-01T00:00:00Z")
    count_all()
    assert (_size("KE"), _size("US")) == (1000, 0)
    assert [(one.kind, one.administration, one.size) for one in Stored.objects.all()] == [("vault", "KE", 1000)]
    count_all()
    assert _size("KE") == 1000


@pytest.mark.both_databases
@pytest.mark.django_db
def test_what_is_counted_does_not_tell_whether_somebody_else_has_the_same(people: SimpleNamespace) -> None:
    """Kenya has one of the two already: to the United States both cost the same, and again nothing."""
    keep(content=b"x" * 1000, media_type="image/jpeg", by=people.contact)
    grown = []
    for content in (b"x" * 1000, b"z" * 1000):
        keep(content=content, media_type="image/jpeg", by=people.american)
        grown.append(_size("US"))
    assert grown == [1000, 2000]
    for content in (b"x" * 1000, b"z" * 1000):
        keep(content=content, media_type="image/jpeg", by=people.american)
    assert (_size("KE"), _size("US")) == (1000, 2000)
    count_all()
    assert (_size("KE"), _size("US")) == (1000, 2000), "counting anew agrees"
    StoredSum.objects.update(size=5)
    count_all()
    assert (_size("KE"), _size("US")) == (1000, 2000)


@pytest.mark.django_db
def test_nor_does_a_photo_that_another_country_has_in_a_draft(people: SimpleNamespace, tmp_path: Path) -> None:
    """Chile adds the picture of Kenya's draft and another one of the same size to
    its own draft, and looks at both small.
    """
    rng = np.random.default_rng(7)
    for name in ("one", "two"):
        points = rng.integers(0, 255, (300, 400, 3), dtype=np.uint8)
        Image.fromarray(points).save(tmp_path / f"{name}.jpg", quality=90)
    theirs = draft(cases=[case_in(national_ref="KE-P")], by=people.contact, channel="page").refs[0]
    of_kenya = Case.objects.get(ref=theirs, latest=True)
    add_photos(case=of_kenya, files=[tmp_path / "one.jpg"], by=people.contact)
    digest = Case.objects.get(ref=theirs, latest=True).header["photos"][0]["file"]
    assert _client(people.contact).get(f"/cases/{theirs}/photos/{digest}.jpg?small=1").status_code == 200
    mine = draft(
        cases=[case_in(national_ref="CL-P", country="CL", place="", route=[])], by=people.chilean, channel="page"
    ).refs[0]
    sizes = []
    for name in ("one", "two"):
        case = Case.objects.get(ref=mine, latest=True)
        add_photos(case=case, files=[tmp_path / f"{name}.jpg"], by=people.chilean)
        photo = Case.objects.get(ref=mine, latest=True).header["photos"][-1]["file"]
        before = _size("CL")
        assert _client(people.chilean).get(f"/cases/{mine}/photos/{photo}.jpg?small=1").status_code == 200
        assert _size("CL") == before, "a look costs nothing, whoever looked first"
        sizes.append(before)
    assert sizes[0] == StoredFile.objects.get(digest=digest).size > 0
    assert sizes[1] > sizes[0]
