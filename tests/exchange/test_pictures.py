"""Photos of a case travel where an agreement names them, drawn afresh on both sides; nowhere else."""

from __future__ import annotations

import base64
import hashlib
import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from tests.exchange.conftest import AGREEMENT, bring, signed, told
from tests.exchange.test_envelopes import body
from tests.making import case_in
from tidewaiter.cases.models import Case
from tidewaiter.exchange.models import Incoming
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.wire_kinds import Terms

pytestmark = pytest.mark.django_db
WITH = ("projection", "photos")


def jpeg(side: int = 900, colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side // 2), colour).save(out, "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0")
    return out.getvalue()


def photo(content: bytes, **more: Any) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "jpeg": base64.b64encode(content).decode(), **more}


@pytest.fixture
def pictured(joined: SimpleNamespace) -> SimpleNamespace:
    """The agreement names photos from its second epoch on."""
    from tidewaiter.exchange.actions.agreeing import agree

    text = AGREEMENT.format(own="here", epoch=2) + 'fields = ["projection", "photos"]\n'
    agree(text=signed(text, joined.foreign), by=NODE)
    return joined


def put(joined: SimpleNamespace, photos: Any, **changes: Any) -> Incoming:
    said = joined.foreign.said(joined.card, "case", {**body(), "photos": photos}, **{"epoch": 2, **changes})
    bring(joined, joined.foreign.envelope(joined.card, said))
    return Incoming.objects.latest("pk")


def test_photos_come_with_their_case_and_are_drawn_afresh(pictured: SimpleNamespace) -> None:
    from tidewaiter.vault.actions import read

    row = put(pictured, [photo(jpeg(), caption="Behind the brooms"), photo(jpeg(300, "blue"))])
    assert (row.status, row.reason) == ("processed", "")
    photos = Case.objects.get().header["photos"]
    assert [one.get("caption") for one in photos] == ["Behind the brooms", None]
    kept = read(photos[0]["file"])
    assert b"Exif" not in kept
    assert Image.open(io.BytesIO(kept)).size == (900, 450)
    assert [one["outcome"] for one in told(pictured)] == ["processed"]
    again = put(pictured, [photo(jpeg(), caption="Behind the brooms")], seq=2, version=2)
    assert again.status == "processed"
    assert len(Case.objects.get(latest=True).header["photos"]) == 1


@pytest.mark.parametrize(
    "photos",
    [
        "x",
        [1],
        [{}],
        [{"sha256": "0" * 64, "jpeg": base64.b64encode(jpeg()).decode()}],
        [photo(b"no picture")],
        [photo(jpeg(), name="Yusuf Kassarani")],
        [{**photo(jpeg()), "jpeg": "%%%"}],
        [photo(jpeg(20))] * 31,
    ],
    ids=lambda one: str(one)[:12],
)
def test_what_are_no_photos_is_refused_with_its_case(pictured: SimpleNamespace, photos: Any) -> None:
    row = put(pictured, photos)
    assert row.status == "quarantined"
    assert row.reason
    assert not Case.objects.exists()


def test_photos_that_no_agreement_names_are_refused(joined: SimpleNamespace) -> None:
    assert put(joined, [photo(jpeg())], epoch=1).reason == "over_field"


def test_photos_leave_within_their_envelope_smaller_without_what_was_hidden(people: Any, tmp_path: Path) -> None:
    from tidewaiter.cases.actions import draft, submit
    from tidewaiter.cases.photos.case_photos import add_photos, blur_photo
    from tidewaiter.cases.wire import leaving_case, over_case

    draft(cases=[case_in()], by=people.officer, channel="page")
    path = tmp_path / "photo.jpg"
    striped = Image.new("RGB", (3000, 1500), "white")
    for at in range(0, 3000, 100):
        striped.paste("black", (at, 0, at + 50, 1500))
    striped.save(path, "JPEG")
    add_photos(case=Case.objects.get(), files=[path], by=people.officer, caption="Seal of Yusuf Kassarani, born 1980")
    digest = Case.objects.get(latest=True).header["photos"][0]["file"]
    blur_photo(case=Case.objects.get(latest=True), digest=digest, boxes=[(0, 0, 0.5, 1)], by=people.officer)
    submit(cases=Case.objects.filter(latest=True), by=people.officer)
    ref = Case.objects.get(latest=True).ref
    for fields in (None, ("place",), ("projection",)):
        said = leaving_case(ref, Terms(fields=fields))
        assert said is not None
        assert "photos" not in said.body
        assert ("photos", "pictures") in [(one.path, one.rule) for one in said.held]
    said = leaving_case(ref, Terms(fields=WITH))
    assert said is not None
    [one] = said.body["photos"]
    content = base64.b64decode(one["jpeg"])
    assert hashlib.sha256(content).hexdigest() == one["sha256"]
    picture = Image.open(io.BytesIO(content))
    assert picture.size == (1600, 800)
    spread = [picture.crop(box).convert("L").getextrema() for box in ((0, 300, 700, 500), (900, 300, 1600, 500))]
    assert spread[0][1] - spread[0][0] < 128 < spread[1][1] - spread[1][0], "the copy with hidden parts leaves"
    assert "Kassarani" not in one.get("caption", "")
    assert over_case(said.body, Terms(fields=WITH)) == []
    assert over_case(said.body, Terms()) == ["photos"]


def test_what_was_added_here_stays_and_of_its_own_fields_the_owners_word_stands(
    joined: SimpleNamespace, people: Any, tmp_path: Path
) -> None:
    from tidewaiter.cases.photos.case_photos import add_photos

    def come(seq: int, **changes: Any) -> Case:
        said = joined.foreign.said(joined.card, "case", body(**changes), seq=seq, version=seq)
        bring(joined, joined.foreign.envelope(joined.card, said))
        return Case.objects.get(latest=True)

    case = come(1, direction="transit")
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg())
    add_photos(case=case, files=[path], by=people.officer, caption="Seen at the centre")
    assert Case.objects.get(latest=True).version == 2
    case = come(2, direction="export")
    assert case.version == 3
    assert (case.direction, [one["caption"] for one in case.header["photos"]]) == ("export", ["Seen at the centre"])
    assert [one["outcome"] for one in told(joined)] == ["processed", "processed"]
