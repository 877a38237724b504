"""Pictures of every make: scans of 16 bits keep their greys, what one can see through lies on paper, and what is
refused says what, why and what to do.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from tests.cases.test_photos import ROW, csv_of, picture
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.intake.actions import receive, take_in
from tidewaiter.intake.queries import errors_of
from tidewaiter.jobs.actions import Progress
from tidewaiter.vault.actions import keep_picture, read

pytestmark = pytest.mark.django_db


def _kept(path: Path, people: SimpleNamespace) -> Image.Image:
    kept = keep_picture(path=path, by=people.contact, owner="KE")
    return Image.open(io.BytesIO(read(kept.digest)))


@pytest.mark.parametrize(("kind", "top"), [("png", 65535), ("tif", 65535), ("tif", 4095)])
def test_a_scan_of_sixteen_bits_keeps_its_greys(people: SimpleNamespace, tmp_path: Path, kind: str, top: int) -> None:
    """A scanner's ramp from black to white: a quarter of the way it is dark, half of the way grey."""
    path = tmp_path / f"scan.{kind}"
    ramp = np.tile(np.linspace(0, top, 256).astype(np.uint16), (64, 1))
    Image.fromarray(ramp).save(path)
    drawn = np.asarray(_kept(path, people).convert("L")).astype(int)
    assert drawn.shape == (64, 256)
    for at in (0, 64, 128, 192, 255):
        assert drawn[32, at] == pytest.approx(at, abs=4)


def _see_through(mode: str) -> Image.Image:
    """A red square on nothing; what lies under the nothing is black."""
    made = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    made.paste((200, 0, 0, 255), (50, 50, 150, 150))
    if mode == "P":
        flat = Image.new("P", (200, 200), 0)
        flat.putpalette([0, 0, 0, 200, 0, 0])
        flat.paste(1, (50, 50, 150, 150))
        flat.info["transparency"] = 0
        return flat
    return made.convert(mode)


@pytest.mark.parametrize("mode", ["RGBA", "P", "LA"])
def test_what_one_can_see_through_lies_on_white_paper(people: SimpleNamespace, tmp_path: Path, mode: str) -> None:
    _see_through(mode).save(tmp_path / "logo.png")
    drawn = np.asarray(_kept(tmp_path / "logo.png", people).convert("RGB")).astype(int)
    assert drawn[10, 10].min() > 245, "white, not black"
    assert drawn[100, 100, 2] < 120, "the square is there"


def test_a_large_one_lies_on_white_too(people: SimpleNamespace, tmp_path: Path) -> None:
    Image.new("RGBA", (4000, 3200), (0, 0, 0, 0)).save(tmp_path / "large.png")
    assert np.asarray(_kept(tmp_path / "large.png", people).convert("L")).min() > 245


def test_a_picture_of_a_phone_that_is_not_read_says_how_to_save_it(people: SimpleNamespace, tmp_path: Path) -> None:
    (tmp_path / "IMG_1.HEIC").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(4000))
    with pytest.raises(BadInput, match=r"HEIC.+Save it as JPEG"):
        keep_picture(path=tmp_path / "IMG_1.HEIC", by=people.contact, owner="KE")


def test_one_picture_that_is_too_large_is_named_and_the_others_of_the_zip_are_taken(
    people: SimpleNamespace, tmp_path: Path
) -> None:
    """54 megapixels: a row's own problem with what, why and what to do; it refuses no other row of the zip."""
    vast = io.BytesIO()
    Image.new("L", (9000, 6000)).save(vast, "PNG")
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(4000)
    rows = [
        {**ROW, "photos": "floor.jpg"},
        {**ROW, "national_ref": "R-2", "photos": "vast.png"},
        {**ROW, "national_ref": "R-3", "photos": "phone.heic"},
        {**ROW, "national_ref": "R-4", "photos": "lost.jpg"},
    ]
    path = tmp_path / "parcel.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("cases.csv", csv_of(*rows))
        for name, content in (("floor.jpg", picture()), ("vast.png", vast.getvalue()), ("phone.heic", heic)):
            archive.writestr(name, content)
    receipt = receive(path=path, name="parcel.zip", mapping_text="", mapping_name="", options={}, by=people.contact)
    take_in(receipt=receipt, by=people.contact, progress=Progress(None))
    assert (receipt.accepted, receipt.rejected) == (1, 3)
    said = {error["message"] for error in errors_of(receipt)}
    assert {error["code"] for error in errors_of(receipt)} == {"no_picture"}
    assert any("vast.png" in one and "9000 by 6000" in one and "Save it smaller" in one for one in said), said
    assert any("phone.heic" in one and "JPEG" in one for one in said), said
    assert any("No picture of this name" in one for one in said), said
