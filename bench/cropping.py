"""Which changed pictures are found again, by which hashes: `python bench/cropping.py [DRAWINGS]`. Needs
no node.

The demo's own drawings (`intake.invented.drawings`), each cropped, bordered, framed as in a chat, compressed and
resized, are looked for among all of them; every drawing of something else that is taken for one is a false match.
"""

from __future__ import annotations

import io
import random
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageOps

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from tidewaiter.intake.invented.drawings import drawn  # noqa: E402
from tidewaiter.vault.hashing import NEAR, SIDE, as_words, hash_of, without_ground  # noqa: E402

DRAWINGS = 65

WINDOWS: dict[str, tuple[tuple[float, int], ...]] = {
    "whole": (),
    "9 windows": ((0.9, 3),),
    "25 windows": ((0.95, 3), (0.85, 4)),
    "50 windows": ((0.95, 3), (0.9, 4), (0.8, 5)),
}
"""For each way: shares of the sides that windows have, and at how many places along each side."""


def luminance(picture: Image.Image) -> NDArray[Any]:
    """As the node hashes it."""
    small = ImageOps.contain(picture.convert("L"), (SIDE, SIDE))
    return np.asarray(small)


def windows(values: NDArray[Any], of: tuple[tuple[float, int], ...]) -> Iterator[NDArray[Any]]:
    """The windows of a picture."""
    high, wide = values.shape
    for share, places in of:
        for down in range(places):
            for along in range(places):
                top = int(high * (1 - share) * down / max(1, places - 1))
                left = int(wide * (1 - share) * along / max(1, places - 1))
                yield values[top : top + int(high * share), left : left + int(wide * share)]


def cropped(picture: Image.Image, area: float, chance: random.Random) -> Image.Image:
    """A share of its area cut off, of a random shape at a random place."""
    left_over = 1 - area
    across = chance.uniform(left_over, 1.0)
    wide, high = int(picture.width * across), int(picture.height * left_over / across)
    left, top = chance.randint(0, picture.width - wide), chance.randint(0, picture.height - high)
    return picture.crop((left, top, left + wide, top + high))


def chat(picture: Image.Image) -> Image.Image:
    """A screenshot of a telephone that shows it in a chat."""
    screen = Image.new("RGB", (540, 1170), (233, 227, 217))
    pen = ImageDraw.Draw(screen)
    pen.rectangle((0, 0, 540, 90), fill=(16, 94, 84))
    small = ImageOps.contain(picture.convert("RGB"), (420, 420))
    screen.paste(small, (60, 330))
    for top, wide in ((130, 300), (210, 240), (820, 330), (900, 180)):
        pen.rounded_rectangle((60, top, 60 + wide, top + 50), 14, fill=(255, 255, 255))
        pen.line((80, top + 25, 30 + wide, top + 25), fill=(90, 90, 90), width=4)
    return screen


def compressed(picture: Image.Image, quality: int = 40) -> Image.Image:
    """Through a JPEG."""
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality)
    return Image.open(io.BytesIO(out.getvalue()))


CHANGES: dict[str, Callable[[Image.Image, random.Random], Image.Image]] = {
    "crop of 5 %": lambda one, chance: cropped(one, 0.05, chance),
    "crop of 10 %": lambda one, chance: cropped(one, 0.10, chance),
    "crop of 20 %": lambda one, chance: cropped(one, 0.20, chance),
    "border of 5 %": lambda one, _: ImageOps.expand(one, one.width // 20, (255, 255, 255)),
    "border of 10 %": lambda one, _: ImageOps.expand(one, one.width // 10, (30, 30, 30)),
    "screenshot of a chat": lambda one, _: chat(one),
    "compressed to 40": lambda one, _: compressed(one),
    "a third of the size": lambda one, _: one.resize((one.width // 3, one.height // 3)),
}


def hashed(values: NDArray[Any]) -> NDArray[np.uint64]:
    """Its hash as it lies, and that of what lies on an even ground: what the node asks with."""
    inner = without_ground(values)
    return as_words("".join(hash_of(one)[0] for one in (values, inner) if one is not None))


def distance(asked: NDArray[np.uint64], kept: NDArray[np.uint64]) -> int:
    """Bits in which the nearest of two pictures' hashes differ."""
    return int(np.bitwise_count(asked[:, None] ^ kept[None]).sum(axis=2, dtype=np.int64).min())


def main() -> None:
    """Prints a row for each way: found of each change, false matches, cost."""
    settings.configure(DEMO_FOLDER=PROJECT / "demo")
    shapes = sorted(tomllib.loads((PROJECT / "demo" / "world_shapes.toml").read_text(encoding="utf-8")))
    number = int(sys.argv[1]) if len(sys.argv) > 1 else DRAWINGS
    kinds = [f"{how}{what}" for what in shapes for how in ("", "scan:")][:number]
    pictures = [Image.open(io.BytesIO(drawn(what, what))) for what in kinds]
    chance = random.Random(7)
    changed = {name: [luminance(change(one, chance)) for one in pictures] for name, change in CHANGES.items()}
    asked = {name: [hashed(one) for one in some] for name, some in changed.items()}
    print(f"{len(pictures)} drawings of {len(set(kinds))} kinds; near is {NEAR} bits of 256")
    for name, of in WINDOWS.items():
        begun = time.process_time()
        kept = []
        for one in pictures:
            values = luminance(one)
            kept.append(np.concatenate([hashed(values), *(as_words(hash_of(part)[0]) for part in windows(values, of))]))
        cost = (time.process_time() - begun) / len(pictures) * 1000
        told, false, pairs, nearest = [], 0, 0, 256
        for change, hashes in asked.items():
            found = 0
            for at, one in enumerate(hashes):
                for other, two in enumerate(kept):
                    bits = distance(one, two)
                    if other == at:
                        found += bits <= NEAR
                    elif kinds[other] != kinds[at]:
                        pairs, false, nearest = pairs + 1, false + (bits <= NEAR), min(nearest, bits)
            told.append(f"{change} {100 * found // len(hashes)} %")
        size = sum(len(one) for one in kept) * 32 / len(kept)
        print(
            f"{name}: {', '.join(told)}; false {false} of {pairs:,}, nearest stranger {nearest} bits;"
            f" {cost:.0f} ms and {size:.0f} bytes a picture",
            flush=True,
        )


if __name__ == "__main__":
    main()
