"""Photos: stripped before they are kept, described, small for all who see the case, whole for those who may."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.conftest import PASSWORD
from tests.intake.files import ROW, csv_of, xlsx_of
from tests.making import case_in
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case
from tidewaiter.people.actions.tokens import make_token
from tidewaiter.vault.actions import path_of, read
from tidewaiter.vault.models import Picture, StoredFile

pytestmark = pytest.mark.django_db
PLANTED = b"Wanjiru Kamau"


def picture(kind: str = "JPEG", colour: str = "teal", size: tuple[int, int] = (800, 600)) -> bytes:
    """A picture whose metadata names a person and a place."""
    image = Image.new("RGB", size, colour)
    exif = Image.Exif()
    exif[0x010E] = PLANTED.decode()  # description
    exif[0x0112] = 6  # turned
    exif.get_ifd(0x8825)[1] = "S"  # GPS
    exif.get_ifd(0x8825)[2] = (4.0, 3.0, 2.0)
    out = io.BytesIO()
    image.save(out, kind, exif=exif)
    return out.getvalue() + PLANTED


def signed(who: Any) -> Client:
    """The browser of somebody."""
    client = Client()
    client.login(username=who.username, password=PASSWORD)
    return client


@pytest.fixture
def ref(people: SimpleNamespace) -> str:
    """A draft of Kenya."""
    return draft(cases=[case_in()], by=people.contact, channel="page").refs[0]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_photo_is_stripped_before_anything_is_kept(people: SimpleNamespace, ref: str, kind: str) -> None:
    browser = signed(people.contact)
    answer = browser.post(f"/cases/{ref}/photos/", {"photos": [SimpleUploadedFile("x.jpg", picture(kind))]})
    assert answer.status_code == 302
    [photo] = Case.objects.get(ref=ref, latest=True).header["photos"]
    content = read(photo["file"])
    with Image.open(io.BytesIO(content)) as kept:
        assert (kept.format, kept.size, dict(kept.getexif())) == ("JPEG", (600, 800), {}), (
            "turned as the camera said, then nothing of it"
        )
    for row in StoredFile.objects.all():
        assert PLANTED not in path_of(row.digest).read_bytes()
    small = browser.get(f"/cases/{ref}/photos/{photo['file']}.jpg?small=1")
    with Image.open(io.BytesIO(small.content)) as thumbnail:
        assert max(thumbnail.size) == 360
    assert small["X-Content-Type-Options"] == "nosniff"
    assert small["Content-Security-Policy"] == "sandbox"
    assert Picture.objects.get(digest=photo["file"]).thumbnail


def test_several_photos_are_described_and_taken_off(people: SimpleNamespace, ref: str) -> None:
    browser = signed(people.contact)
    files = [SimpleUploadedFile(f"{colour}.jpg", picture(colour=colour)) for colour in ("red", "green", "red")]
    browser.post(f"/cases/{ref}/photos/", {"photos": files})
    photos = Case.objects.get(ref=ref, latest=True).header["photos"]
    assert len(photos) == 2, "the same picture is kept once"
    one = photos[0]["file"]
    browser.post(
        f"/cases/{ref}/photos/{one}/",
        {"deed": "keep", "caption": "false floor", "shows": "concealment", "tags": ["false_compartment", "rip_on"]},
    )
    page = browser.get(f"/cases/{ref}/").content.decode()
    assert "false floor" in page
    assert f"{one}.jpg?small=1" in page
    assert Case.objects.get(ref=ref, latest=True).header["photos"][0] == {
        "file": one,
        "caption": "false floor",
        "shows": "concealment",
        "tags": "false_compartment;rip_on",
    }
    browser.post(f"/cases/{ref}/photos/{one}/", {"deed": "drop"})
    assert [photo["file"] for photo in Case.objects.get(ref=ref, latest=True).header["photos"]] == [photos[1]["file"]]
    assert browser.post(f"/cases/{ref}/photos/{one}/", {"deed": "drop"}).status_code == 404


def test_whole_photos_are_for_those_who_may_and_small_ones_for_who_sees_the_case(
    people: SimpleNamespace, ref: str
) -> None:
    signed(people.contact).post(f"/cases/{ref}/photos/", {"photos": [SimpleUploadedFile("x.jpg", picture())]})
    digest = Case.objects.get(ref=ref, latest=True).header["photos"][0]["file"]
    address = f"/cases/{ref}/photos/{digest}.jpg"
    assert signed(people.american).get(f"{address}?small=1").status_code == 404, "a draft is seen at home alone"
    submit(cases=Case.objects.filter(ref=ref), by=people.contact)
    validate(cases=Case.objects.filter(ref=ref), by=people.secretariat, unopened="x")
    for who, whole in (
        (people.contact, 200),
        (people.reviewer, 200),
        (people.secretariat, 200),
        (people.american, 403),
        (people.partner, 404),
    ):
        assert signed(who).get(address).status_code == whole, who.username
        assert signed(who).get(f"{address}?small=1").status_code == (404 if who is people.partner else 200)
    assert signed(people.contact).get(f"/cases/{ref}/photos/{'0' * 64}.jpg").status_code == 404
    assert (
        signed(people.american)
        .post(f"/cases/{ref}/photos/", {"photos": [SimpleUploadedFile("x.jpg", picture())]})
        .status_code
        == 403
    )


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload='x'/>", b"GIF89a", picture()[:300], b"\xff\xd8\xff" + b"0" * 500]
)
def test_what_is_no_picture_is_told_and_the_case_is_not_changed(
    people: SimpleNamespace, ref: str, content: bytes
) -> None:
    before = Case.objects.get(ref=ref, latest=True).digest
    files = [SimpleUploadedFile("a.jpg", picture()), SimpleUploadedFile("b.jpg", content)]
    assert signed(people.contact).post(f"/cases/{ref}/photos/", {"photos": files}).status_code in (400, 422)
    assert Case.objects.get(ref=ref, latest=True).digest == before


def test_a_bomb_of_points_is_refused(people: SimpleNamespace, ref: str) -> None:
    out = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    answer = signed(people.contact).post(
        f"/cases/{ref}/photos/", {"photos": [SimpleUploadedFile("b.png", out.getvalue())]}
    )
    assert answer.status_code == 413
    assert "50" in answer.content.decode()


def test_a_photo_comes_by_program(people: SimpleNamespace, ref: str) -> None:
    _, token = make_token(officer=people.contact, scope="write", by=people.contact)
    program = Client(headers={"Authorization": f"Bearer {token}"})
    answer = program.post(f"/api/v1/cases/{ref}/photos?caption=floor&shows=goods", picture(), content_type="image/jpeg")
    assert answer.status_code == 201
    [photo] = answer.json()["photos"]
    assert (photo["caption"], photo["shows"]) == ("floor", "goods")
    assert program.get(f"/api/v1/cases/{ref}/photos/{photo['file']}?small=true").content[:2] == b"\xff\xd8"
    assert program.post(f"/api/v1/cases/{ref}/photos", b"no", content_type="image/jpeg").status_code == 422


def parcel(table: str, data: bytes, **pictures: bytes) -> bytes:
    """A zip of a table with pictures."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(table, data)
        for name, content in pictures.items():
            archive.writestr(f"photos/{name}.JPG", content)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_photos_named_in_a_sheet_come_with_it_in_a_zip(people: SimpleNamespace, tmp_path: Path, kind: str) -> None:
    from tidewaiter.intake.actions import receive, take_in
    from tidewaiter.intake.queries import errors_of
    from tidewaiter.jobs.actions import Progress

    make = csv_of if kind == "csv" else xlsx_of
    rows = [{**ROW, "photos": "floor.jpg;seal.jpg"}, {**ROW, "national_ref": "R-2", "photos": "lost.jpg"}]
    path = tmp_path / "parcel.zip"
    path.write_bytes(
        parcel(
            f"cases.{kind}",
            make(*rows),
            floor=picture(colour="red"),
            seal=picture(colour="blue"),
            unused=picture(colour="green"),
        )
    )
    receipt = receive(path=path, name="parcel.zip", mapping_text="", mapping_name="", options={}, by=people.contact)
    take_in(receipt=receipt, by=people.contact, progress=Progress(None))
    assert (receipt.accepted, receipt.rejected, receipt.notes["pictures"]) == (1, 1, "3")
    assert [error["code"] for error in errors_of(receipt)] == ["no_picture"]
    case = Case.objects.get(national_ref="R-1")
    assert [len(photo["file"]) for photo in case.header["photos"]] == [64, 64]
    assert Picture.objects.count() == 2, "what no row names is not kept"
    assert not any(PLANTED in one.read_bytes() for one in tmp_path.rglob("*") if one.is_file() and one != path)
    assert json.loads(json.dumps(case.header["photos"][0]))["file"] in {row.digest for row in StoredFile.objects.all()}


def test_a_photo_that_is_called_after_somebody_is_taken_and_its_name_is_not(
    people: SimpleNamespace, tmp_path: Path
) -> None:
    from tidewaiter.intake.actions import receive, take_in
    from tidewaiter.intake.queries import errors_of
    from tidewaiter.jobs.actions import Progress

    rows = [
        {**ROW, "photos": "photos/Wanjiru_Kamau.JPG"},
        {**ROW, "national_ref": "R-2", "photos": "Mr Juan Perez.JPG"},
        {**ROW, "national_ref": "R-3", "photos": "Mr Hans Mueller.JPG"},
    ]
    named = {"Wanjiru_Kamau": "red", "Mr Juan Perez": "blue", "Mr Ali Hassan": "green"}
    path = tmp_path / "parcel.zip"
    path.write_bytes(parcel("cases.csv", csv_of(*rows), **{name: picture(colour=one) for name, one in named.items()}))
    receipt = receive(path=path, name="parcel.zip", mapping_text="", mapping_name="", options={}, by=people.contact)
    take_in(receipt=receipt, by=people.contact, progress=Progress(None))
    assert len(Case.objects.get(national_ref="R-1").header["photos"][0]["file"]) == 64
    assert [error["code"] for error in errors_of(receipt)] == ["no_picture", "no_picture"], (
        "which of two is not guessed"
    )
    assert not Case.objects.filter(header__icontains="wanjiru").exists()
