"""Makes a stranger's picture one of ours, in a process of its own: `python -m tidewaiter.vault.picture_child FILE OUT SIDE [hash] [BOX …]`.

The picture is decoded, turned the way its camera says, drawn afresh and written as JPEG: nothing of the file but its points goes
on, no place, no camera, no preview, no text. Writes what it was, and its size, as a pickled value to standard output.
"""

from __future__ import annotations

import pickle
import sys

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from tidewaiter.foundation.refusing import gettext_noop, refuse
from tidewaiter.vault.hashing import SIDE, hashes_of

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "MPO")
MOST_POINTS = 50_000_000


def _hide(picture: Image.Image, box: tuple[float, ...]) -> None:
    """Makes a part of a picture (left, top, width, height as shares of its sides) a few blocks of one colour each.

    What is under a strong blur can be computed back; a mean of a sixth of a face cannot.
    """
    left, top = int(box[0] * picture.width), int(box[1] * picture.height)
    wide, high = max(1, round(box[2] * picture.width)), max(1, round(box[3] * picture.height))
    part = picture.crop((left, top, min(picture.width, left + wide), min(picture.height, top + high)))
    few = part.resize((min(4, part.width), min(4, part.height)), Image.Resampling.BOX)
    picture.paste(few.resize(part.size, Image.Resampling.NEAREST), (left, top))


def main() -> None:
    """Reads FILE, writes OUT with no side longer than SIDE points."""
    path, out, side = sys.argv[1], sys.argv[2], int(sys.argv[3])
    hashed = "hash" in sys.argv[4:]
    boxes = [tuple(map(float, word.split(","))) for word in sys.argv[4:] if "," in word]
    Image.MAX_IMAGE_PIXELS = MOST_POINTS
    try:
        with Image.open(path, formats=FORMATS) as given:
            if given.width * given.height > MOST_POINTS:
                refuse(
                    gettext_noop("The picture has more than %(most)s million points."),
                    most=str(MOST_POINTS // 1_000_000),
                )
            given.draft("RGB", (side, side))
            turned = ImageOps.exif_transpose(given).convert("RGB")
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
            pickle.dump(said, sys.stdout.buffer)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError):
        refuse(
            gettext_noop(
                "This is no picture that the node can read (JPEG, PNG, WebP, TIFF, GIF, BMP), or it is damaged."
            )
        )


if __name__ == "__main__":
    main()
