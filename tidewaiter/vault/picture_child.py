"""Makes a stranger's picture one of ours, in a process of its own:
`python -m tidewaiter.vault.picture_child FILE OUT SIDE [hash] [BOX …]`.

The picture is decoded, turned the way its camera says, drawn afresh and written as JPEG: nothing of the file but its
points goes on, no place, no camera, no preview, no text. Tells what it was, and its size.
"""

from __future__ import annotations

import sys

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from tidewaiter.foundation.child_errors import gettext_noop, refuse, refuse_over, tell
from tidewaiter.foundation.limits import most
from tidewaiter.vault.hashing import SIDE, hashes_of

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "MPO")
LEAN_ABOVE = 12_000_000
"""Points above which a picture is made smaller before it is turned and recoloured: each
copy of it would take four bytes a point.
"""
_DRAWN = ("RGB", "L", "CMYK", "YCbCr")
_DEPTHS = (255, 4095, 65535)
"""The greatest greys of 8, 12 and 16 bits: a scanner of 12 bits writes them into 16."""
_APPLE = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
"""Brands of the pictures of newer phones (ISO/IEC 23008-12), which Pillow alone does not read."""


def _hide(picture: Image.Image, box: tuple[float, ...]) -> None:
    """Makes a part of a picture (left, top, width, height as shares of its sides) a few blocks of one colour each.

    What is under a strong blur can be computed back; a mean of a sixth of a face cannot.
    """
    left, top = int(box[0] * picture.width), int(box[1] * picture.height)
    wide, high = max(1, round(box[2] * picture.width)), max(1, round(box[3] * picture.height))
    part = picture.crop((left, top, min(picture.width, left + wide), min(picture.height, top + high)))
    few = part.resize((min(4, part.width), min(4, part.height)), Image.Resampling.BOX)
    picture.paste(few.resize(part.size, Image.Resampling.NEAREST), (left, top))


def _refuse_phones(path: str) -> None:
    """Says what a HEIC or AVIF picture is and what to do, where Pillow would only say that it is none."""
    with open(path, "rb") as file:
        begin = file.read(12)
    if begin[4:8] == b"ftyp" and begin[8:12] in _APPLE:
        refuse(
            gettext_noop(
                "This is a HEIC or AVIF picture of a phone, which the node does not read. Save it as JPEG; an iPhone"
                " does so under Settings, Camera, Formats, Most Compatible."
            )
        )


def _eight_bits(given: Image.Image) -> Image.Image:
    """A picture of more than 256 greys (scanners, X-ray) with 256: Pillow itself would make all brighter ones white."""
    if given.mode != "F" and not given.mode.startswith("I"):
        return given
    greys = np.asarray(given)
    most_ = float(greys.max(initial=1))
    top = most_ if given.mode == "F" else next((one for one in _DEPTHS if most_ <= one), most_)
    few = np.empty(greys.shape, dtype=np.uint8)
    for first in range(0, len(greys), 512):  # some rows at a time: a whole copy takes four bytes a point
        part = greys[first : first + 512].astype(np.float32) * (255.0 / max(top, 1e-9))
        few[first : first + 512] = np.clip(part, 0, 255)
    return _as(given, Image.fromarray(few))


def _as(given: Image.Image, made: Image.Image) -> Image.Image:
    """What was made of a picture, with what its file says of the way it was held."""
    made.info, made.format = given.info, given.format
    return made


def _on_white(given: Image.Image) -> Image.Image:
    """A picture one can see through, on paper: what lies under its transparent points may be black, or anything."""
    if given.mode not in ("RGBA", "LA", "PA") and "transparency" not in given.info:
        return given
    whole = given.convert("RGBA")
    paper = Image.new("RGB", whole.size, "white")
    paper.paste(whole, mask=whole.getchannel("A"))
    paper.info = {name: said for name, said in given.info.items() if name != "transparency"}
    paper.format = given.format
    return paper


def _smaller(given: Image.Image, side: int) -> Image.Image:
    """A picture of very many points no larger than it will be drawn, made with as few copies as can be;
    of a smaller one nothing is changed.
    """
    if given.width * given.height <= LEAN_ABOVE:
        return given
    if given.mode in _DRAWN:
        given.thumbnail((side, side), Image.Resampling.LANCZOS)
    elif given.mode == "RGBA":  # a channel at a time takes a fourth of the memory
        share = min(1.0, side / max(given.size))
        size = (max(1, round(given.width * share)), max(1, round(given.height * share)))
        channels = [given.getchannel(at).resize(size, Image.Resampling.LANCZOS) for at in range(4)]
        return _as(given, Image.merge("RGBA", channels))
    return given


def main() -> None:
    """Reads FILE, writes OUT with no side longer than SIDE points."""
    path, out, side = sys.argv[1], sys.argv[2], int(sys.argv[3])
    hashed = "hash" in sys.argv[4:]
    boxes = [tuple(map(float, word.split(","))) for word in sys.argv[4:] if "," in word]
    Image.MAX_IMAGE_PIXELS = most("picture_points")
    try:
        _refuse_phones(path)
        with Image.open(path, formats=FORMATS) as given:
            if given.width * given.height > most("picture_points"):
                words = gettext_noop("This one has %(wide)s by %(high)s. Save it smaller.")
                refuse_over("picture_points", words, wide=str(given.width), high=str(given.height))
            given.draft("RGB", (side, side))
            turned = ImageOps.exif_transpose(_on_white(_smaller(_eight_bits(given), side))).convert("RGB")
            turned.thumbnail((side, side), Image.Resampling.LANCZOS)
            drawn = Image.new("RGB", turned.size)
            drawn.paste(turned)
            for box in boxes:
                _hide(drawn, box)
            drawn.save(out, "JPEG", quality=86, optimize=True)
            said = {"was": str(given.format), "width": drawn.width, "height": drawn.height, "hashes": "", "quality": 0}
            if hashed:
                drawn.thumbnail((SIDE, SIDE), Image.Resampling.BILINEAR)
                said["hashes"], said["quality"] = hashes_of(np.asarray(drawn.convert("L")))
            tell(said)
    except Image.DecompressionBombError:
        refuse_over("picture_points", gettext_noop("Save it smaller."))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, OverflowError):
        refuse(
            gettext_noop(
                "This is no picture that the node can read (JPEG, PNG, WebP, TIFF, GIF, BMP), or it is damaged."
            )
        )


if __name__ == "__main__":
    main()
