"""Pictures of items of the library: attached to drafts, seen by those who read the item."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.test import Client
from PIL import Image

from tests.library.test_library import _client, _said
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.library.actions import move, write
from tidewaiter.library.pictures import attach_picture
from tidewaiter.library.queries import item_named
from tidewaiter.people.actions import make_token

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def _png(tmp_path: Path, colour: str = "red") -> Path:
    path = tmp_path / f"{colour}.png"
    Image.new("RGB", (900, 600), colour).save(path)
    return path


def test_pictures_are_attached_to_drafts_and_seen_by_those_who_read_the_item(
    people: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    item = write(said=_said(audience="partners"), by=people.contact)
    author, address = _client(people.contact), f"/library/{item.ref}/"
    with _png(tmp_path).open("rb") as file:
        author.post(f"{address}picture/", {"picture": file, "caption": "The red pump, opened"})
    (picture,) = item_named(people.contact, item.ref).pictures
    assert 'alt="The red pump, opened"' in author.get(address).content.decode()
    for small in ("", "?small=1"):
        assert author.get(f"{address}picture/{picture['file']}/{small}").content[:3] == b"\xff\xd8\xff"
    with _png(tmp_path).open("rb") as file:
        assert author.post(f"{address}picture/", {"picture": file, "caption": " "}).status_code == 400
    assert author.post(f"{address}picture/", {"caption": "nothing"}).status_code == 400
    call_command(
        "library",
        by=people.contact.username,
        picture=item.ref,
        file=str(_png(tmp_path, "blue")),
        caption="A second one",
        format="json",
    )
    blue = json.loads(capsys.readouterr().out)[0]["picture"]
    _token, text = make_token(officer=people.contact, scope="write", by=people.contact)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    made = program.post(
        f"/api/v1/library/{item.ref}/pictures?caption=Green",
        _png(tmp_path, "green").read_bytes(),
        content_type="image/png",
    )
    assert made.status_code == 201
    assert program.get(f"/api/v1/library/{item.ref}/pictures/{made.json()['file']}").content[:3] == b"\xff\xd8\xff"
    assert _client(people.chilean).get(f"{address}picture/{blue}/").status_code == 404, "nobody else sees a draft"
    author.post(f"{address}drop_picture/", {"digest": blue})
    item.refresh_from_db()
    move(item=item, deed="submit", by=people.contact)
    move(item=item, deed="publish", by=people.reviewer)
    partner = _client(people.partner)
    page = partner.get(address).content.decode()
    assert "The red pump, opened" in page
    assert "Green" in page
    assert "A second one" not in page
    assert partner.get(f"{address}picture/{picture['file']}/").status_code == 200
    assert partner.get(f"{address}picture/{blue}/").status_code == 404, "taken off is gone for readers"
    with _png(tmp_path, "black").open("rb") as file, pytest.raises(Refusal):
        attach_picture(item=item, path=Path(file.name), caption="late", by=people.contact)
    (tmp_path / "no.png").write_text("no picture")
    other = write(said=_said(), by=people.contact)
    with pytest.raises(BadInput):
        attach_picture(item=other, path=tmp_path / "no.png", caption="x", by=people.contact)
    assert [one["caption"] for one in program.get(f"/api/v1/library/{item.ref}").json()["pictures"]] == [
        "The red pump, opened",
        "Green",
    ]
