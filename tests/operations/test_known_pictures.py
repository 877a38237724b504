"""Pictures that look like known ones are restricted: saved again, smaller, turned; whenever the list comes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from PIL import Image, ImageDraw, ImageOps

from tests.operations.conftest import page_of, program_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.ledger.models import Entry
from tidewaiter.operations.actions.hashes import compare_pictures, load_hashes
from tidewaiter.operations.models import Attachment, HashList, KnownHash, KnownPicture
from tidewaiter.vault.hashing import hash_of

pytestmark = pytest.mark.django_db


def _scene(seed: int) -> Image.Image:
    """A made scene: boxes and circles of many sizes on a ground that gets darker."""
    chance = np.random.default_rng(seed)
    picture = Image.fromarray(np.tile(np.linspace(90, 200, 480, dtype=np.uint8), (360, 1))).convert("RGB")
    pen = ImageDraw.Draw(picture)
    for _n in range(30):
        x, y = int(chance.integers(0, 480)), int(chance.integers(0, 360))
        wide, high = int(chance.integers(8, 120)), int(chance.integers(8, 120))
        colour = tuple(int(one) for one in chance.integers(0, 255, 3))
        (pen.rectangle if chance.random() < 0.5 else pen.ellipse)((x, y, x + wide, y + high), fill=colour)
    return picture


def _bytes(picture: Image.Image, kind: str = "JPEG", **more: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def _pdq(picture: Image.Image) -> str:
    luminance = picture.convert("RGB").convert("L")
    luminance.thumbnail((512, 512))
    return hash_of(np.asarray(luminance))[0]


def _sent(person: Any, ref: str, name: str, content: bytes) -> None:
    data = {"goods": "Pumps", "files": [SimpleUploadedFile(name, content)]}
    assert page_of(person).post(f"/operations/{ref}/write/warning/", data).status_code == 302


def _restricted(person: Any, ref: str) -> list[tuple[bool, list[str]]]:
    told = program_of(person).get(f"/api/v1/operations/{ref}/messages").json()
    return [(one["attachments"][0]["restricted"], one["attachments"][0]["lists"]) for one in told]


def test_a_changed_copy_of_a_known_picture_is_restricted_and_a_strange_one_is_not(
    room: Callable[..., Any], staff: SimpleNamespace, tmp_path: Path
) -> None:
    ref, known = room(staff.jordan).ref, _scene(1)
    table = tmp_path / "list.txt"
    table.write_text("\n".join(_pdq(_scene(seed)) for seed in (1, 7, 8)))
    call_command("load_hashes", "pictures", str(table), pictures=True, by=staff.steward.username)
    assert (KnownPicture.objects.count(), KnownHash.objects.count()) == (3, 0)
    smaller = known.resize((240, 180))
    copies = {
        "again.jpg": _bytes(known, quality=60),
        "smaller.png": _bytes(smaller, "PNG"),
        "turned.jpg": _bytes(known.rotate(90, expand=True)),
        "mirrored.jpg": _bytes(ImageOps.mirror(known)),
    }
    others = {"strange.jpg": _bytes(_scene(2)), "blank.png": _bytes(Image.new("RGB", (300, 300), "white"), "PNG")}
    others |= {"words.txt": b"no picture", "broken.jpg": b"\xff\xd8\xff and no more"}
    for name, content in (copies | others).items():
        _sent(staff.jordan, ref, name, content)
    assert _restricted(staff.kenya, ref) == [(True, ["pictures"])] * 4 + [(False, [])] * 4
    page = page_of(staff.kenya).get(f"/operations/{ref}/messages/1/").content.decode()
    assert "A known file: it stands on pictures" in page
    assert "again.jpg" not in page


def test_pictures_that_came_before_their_list_are_compared_by_the_clock_and_then_whenever_one_comes(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    ref = room(staff.jordan).ref
    for seed in (1, 2, 3):
        _sent(staff.jordan, ref, f"{seed}.jpg", _bytes(_scene(seed), quality=70))
    assert compare_pictures() == 0, "no list knows pictures: nobody looks at any"
    load_hashes(name="one", source="", lines=[_pdq(_scene(1))], pictures=True, by=staff.steward)
    assert _restricted(staff.kenya, ref) == [(False, [])] * 3
    assert compare_pictures() == 3
    assert compare_pictures() == 0
    assert _restricted(staff.kenya, ref) == [(True, ["one"]), (False, []), (False, [])]
    assert Entry.objects.filter(ref=ref, deed="operations.file_restricted", by="node").count() == 1
    load_hashes(name="two", source="", lines=[_pdq(_scene(3))], pictures=True, by=staff.steward)
    assert _restricted(staff.kenya, ref) == [(True, ["one"]), (False, []), (True, ["two"])]
    told = Attachment.objects.get(restricted=False)
    assert told.likeness
    assert _pdq(_scene(2)).encode() not in bytes(told.likeness), "what it looks like lies under the room's key"
    assert not Attachment.objects.filter(restricted=True).exclude(likeness=None).exists()


P1, P2 = ("f0" * 32), ("cc" * 32)
S1, M1 = hashlib.sha256(b"x").hexdigest(), hashlib.md5(b"x").hexdigest()
LINES = [
    "[",
    '"signal_type": "pdq",',
    f'"signal_value": "{P1}"',
    '"signal_type": "video_md5",',
    f'"signal_value": "{M1}"',
    "]",
]


@pytest.mark.parametrize(
    ("lines", "pictures", "files", "looks"),
    [
        ([P1, P2], True, set(), {P1, P2}),
        (["md5,pdq,sha256", f"{M1},{P1},{S1}"], False, {M1, S1}, {P1}),
        ([f'{{"signal_type": "pdq", "signal_value": "{P1}"}}', f'{{"sha256": "{S1}"}}'], False, {S1}, {P1}),
        (LINES, False, {M1}, {P1}),
        ([f"PDQ : {P1}", f"MD5 : {M1}"], False, {M1}, {P1}),
        ([S1, M1], False, {S1, M1}, set()),
        (["hash,quality", f"{P1},100"], True, set(), {P1}),
    ],
    ids=["alone", "columns", "json", "json on lines", "named", "files", "with quality"],
)
def test_lists_of_pictures_come_in_the_layouts_of_those_who_keep_them(
    staff: SimpleNamespace, lines: list[str], pictures: bool, files: set[str], looks: set[str]
) -> None:
    made = load_hashes(name="A", source="", lines=lines, pictures=pictures, by=staff.steward)
    assert set(KnownHash.objects.values_list("digest", flat=True)) == files
    assert set(KnownPicture.objects.values_list("digest", flat=True)) == looks
    assert made.size == len(files | looks)


def test_a_list_of_pictures_that_is_brought_as_one_of_files_is_told(staff: SimpleNamespace) -> None:
    pictures = [_pdq(_scene(seed)) for seed in range(20, 40)]
    page = page_of(staff.steward).post(
        "/operations/known-files/", {"name": "A", "file": SimpleUploadedFile("l.txt", "\n".join(pictures).encode())}
    )
    assert page.status_code == 422
    assert "look like PDQ" in page.content.decode()
    with pytest.raises(BadInput, match="PDQ"):
        load_hashes(name="A", source="", lines=pictures, by=staff.steward)
    assert not HashList.objects.exists()
    files = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(500)]
    assert load_hashes(name="B", source="", lines=files, by=staff.steward).size == 500
    good = {"name": "A", "pictures": "on", "file": SimpleUploadedFile("l.txt", "\n".join(pictures).encode())}
    assert page_of(staff.steward).post("/operations/known-files/", good).status_code == 302
    assert KnownPicture.objects.count() == 20
