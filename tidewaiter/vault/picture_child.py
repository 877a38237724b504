"""Makes a stranger's picture one of ours, in a process of its own: `python -m tidewaiter.vault.picture_child FILE OUT SIDE`.

The picture is decoded, turned the way its camera says, drawn afresh and written as JPEG: nothing of the file but its points goes
on, no place, no camera, no preview, no text. Writes what it was, and its size, as a pickled value to standard output.
"""

from __future__ import annotations

import pickle
import sys

from PIL import Image, ImageOps, UnidentifiedImageError

from tidewaiter.foundation.refusing import gettext_noop, refuse

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "GIF", "BMP", "MPO")
MOST_POINTS = 50_000_000


def main() -> None:
    """Reads FILE, writes OUT with no side longer than SIDE points."""
    path, out, side = sys.argv[1], sys.argv[2], int(sys.argv[3])
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
            drawn.save(out, "JPEG", quality=86, optimize=True)
            pickle.dump({"was": str(given.format), "width": drawn.width, "height": drawn.height}, sys.stdout.buffer)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError):
        refuse(
            gettext_noop(
                "This is no picture that the node can read (JPEG, PNG, WebP, TIFF, GIF, BMP), or it is damaged."
            )
        )


if __name__ == "__main__":
    main()
