"""A photo of an entry that nobody finished leaves the vault after a day; one that became part of a case stays."""

from __future__ import annotations

import io
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html
from PIL import Image

from tests.conftest import PASSWORD
from tests.making import case_in
from tidewaiter.cases.actions import draft
from tidewaiter.cases.entering.sweeping import sweep_entry_photos
from tidewaiter.foundation.moments import now
from tidewaiter.ledger.models import Entry
from tidewaiter.ledger.queries import verify
from tidewaiter.people.models import Officer
from tidewaiter.vault.actions import keep_picture, path_of
from tidewaiter.vault.models import Picture, Stored, StoredFile

pytestmark = pytest.mark.django_db


def _photo(shade: int) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), (shade, 120, 40)).save(out, "JPEG")
    return SimpleUploadedFile("photo.jpg", out.getvalue(), "image/jpeg")


def _brought(person: Officer, shade: int) -> str:
    """Brings a photo to the page of a new case, and gives its digest."""
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    known = set(Picture.objects.values_list("digest", flat=True))
    answer = client.post("/cases/new/WPN/photos/", {"pictures": _photo(shade), "photos.said": "1"})
    assert answer.status_code == 200, answer.content[:500]
    said = html.fromstring(answer.content).xpath("string(//*[@role='alert'])")
    assert not said.strip(), said
    (digest,) = set(Picture.objects.values_list("digest", flat=True)) - known
    return str(digest)


def _a_day_later() -> None:
    late = now() - timedelta(days=1, minutes=1)
    Picture.objects.filter(unclaimed_since__isnull=False).update(unclaimed_since=late)


def test_after_a_day_it_is_gone_with_its_small_copy_and_the_ledger_says_so(
    people: SimpleNamespace, django_capture_on_commit_callbacks: Any
) -> None:
    digest = _brought(people.officer, 10)
    client = Client()
    client.login(username=people.officer.username, password=PASSWORD)
    client.get(f"/cases/new/photos/{digest}.jpg")
    small = Picture.objects.get(digest=digest).thumbnail
    assert sweep_entry_photos() == 0
    assert path_of(digest).exists(), "it is waited for a day"
    _a_day_later()
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_entry_photos() == 1
    for one in {digest, small} - {""}:
        assert not path_of(one).exists()
        assert not StoredFile.objects.filter(digest=one).exists()
        assert not Stored.objects.filter(kind="vault", ref=one).exists()
        assert Entry.objects.filter(deed="vault.shredded", ref=one, by="node").exists()
    assert verify()["intact"]


def test_one_that_stands_in_a_case_stays(people: SimpleNamespace) -> None:
    digest = _brought(people.officer, 20)
    draft(cases=[case_in(photos=[{"file": digest}])], by=people.officer, channel="page")
    _a_day_later()
    assert sweep_entry_photos() == 0
    assert path_of(digest).exists()
    assert Picture.objects.get(digest=digest).unclaimed_since is None


def test_one_that_was_here_before_or_came_again_elsewhere_stays(people: SimpleNamespace) -> None:
    digest = _brought(people.officer, 30)
    file = _photo(30)
    path = path_of(digest).parent / "again.jpg"
    path.write_bytes(file.read())
    keep_picture(path=path, by=people.american, owner="US")
    _a_day_later()
    assert sweep_entry_photos() == 0
    assert path_of(digest).exists()
