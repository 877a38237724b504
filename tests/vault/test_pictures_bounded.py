"""A picture that is small as a file and vast as a picture is refused; one of a good camera is taken."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from tests.conftest import PROJECT, Program
from tests.measuring import measured


def _picture(wide: int, high: int, mode: str = "RGB", kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (wide, high), 3 if mode == "L" else (10, 200, 30, 9)[: len(mode)]).save(
        out, kind, **({"compression": "tiff_lzw"} if kind == "TIFF" else {})
    )
    return out.getvalue()


def test_a_vast_picture_is_refused_in_words_and_the_tree_stays_small(node: Program, tmp_path: Path) -> None:
    node.person("grace", "KE", "contact")
    path = tmp_path / "vast.png"
    path.write_bytes(_picture(9_000, 9_000))
    words = [sys.executable, "-m", "tidewaiter", "similar_photos", str(path), "--by", "grace", "--format", "json"]
    done = measured(words, node.environment, PROJECT)
    assert done.code == 2, done.err[-500:]
    said = json.loads(done.out)["message"]
    assert said == "A picture may have 50\u202f000\u202f000 points. This one has 9000 by 9000. Save it smaller."
    assert done.mebibytes < 400, f"the processes took {done.mebibytes} MiB"
    path.write_bytes(b"x" * (21 << 20))
    done = measured(words, node.environment, PROJECT)
    assert "A picture may have 20 MiB." in json.loads(done.out)["message"]


@pytest.mark.django_db
@pytest.mark.parametrize(("mode", "kind"), [("RGB", "PNG"), ("RGBA", "PNG"), ("L", "TIFF"), ("RGB", "JPEG")])
def test_a_picture_of_a_good_camera_is_kept_smaller(
    mode: str, kind: str, people: SimpleNamespace, tmp_path: Path
) -> None:
    from tidewaiter.vault.actions import keep_picture, path_of

    path = tmp_path / "picture"
    path.write_bytes(_picture(6_000, 4_000, mode, kind))
    picture = keep_picture(path=path, by=people.contact, owner="KE")
    assert (picture.width, picture.height) == (3200, 2133)
    with Image.open(path_of(picture.digest)) as kept:
        # of RGBA 9 parts of 255 are seen, on white paper
        wanted = {"L": (3, 3, 3), "RGBA": (246, 253, 247)}.get(mode, (10, 200, 30))
        assert all(abs(a - b) < 6 for a, b in zip(kept.convert("RGB").getpixel((900, 900)), wanted, strict=True))
