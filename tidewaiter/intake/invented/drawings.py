"""Draws the pictures of the invented cases: plain shapes (demo/world_shapes.toml) on a table beside a scale, or in a
container as a scanner shows them. No photo is in them; the same every time.
"""

from __future__ import annotations

import tomllib
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from PIL import Image, ImageDraw

WIDE, HIGH = 800, 600
_LARGER = 2
"""Drawn so many times larger, then made smaller: edges come out smooth."""
_TABLES = ("#d6dde0", "#e3ded4", "#cfd8d2", "#dcd9e2")
_DENSE, _LIGHT, _METAL = "#e08a2e", "#f3c98b", "#2f7fb5"


@cache
def _shapes() -> dict[str, dict[str, Any]]:
    text = (Path(settings.DEMO_FOLDER) / "world_shapes.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def drawn(what: str, seed: str) -> bytes:
    """A picture as JPEG: of a shape (`pistol`), or of it in a scan (`scan:pistol`)."""
    chance = Random(f"tidewaiter {what} {seed}")
    kind, _colon, name = what.rpartition(":")
    shape = _shapes()[name]
    sheet = Image.new("RGB", (WIDE * _LARGER, HIGH * _LARGER), "#f4f7f8" if kind else chance.choice(_TABLES))
    pen = ImageDraw.Draw(sheet)
    if kind:
        _container(pen, chance)
    else:
        _table(pen, chance)
    number = chance.randint(*shape["count"])
    side = shape["wide"] * WIDE * _LARGER / 100
    for x, y in _spots(number, side, chance, inside=bool(kind)):
        _put(pen, shape["parts"], (x, y), side, scanned=bool(kind))
    out = BytesIO()
    sheet.resize((WIDE, HIGH), Image.Resampling.LANCZOS).save(out, "JPEG", quality=82)
    return out.getvalue()


def _spots(number: int, side: float, chance: Random, *, inside: bool) -> list[tuple[float, float]]:
    """Where they lie: in rows, a little out of line; as many as there is room for."""
    wide, high = WIDE * _LARGER, HIGH * _LARGER
    left, top, right, bottom = (0.12, 0.2, 0.88, 0.8) if inside else (0.06, 0.06, 0.94, 0.8)
    columns = max(1, int((right - left) * wide // (side * 1.06)))
    rows = max(1, int((bottom - top) * high // (side * 1.0)))
    number = min(number, columns * rows)
    used = -(-number // columns)
    found = []
    for at in range(number):
        row, column = divmod(at, columns)
        here = min(columns, number - row * columns)
        x = wide / 2 + (column - (here - 1) / 2) * side * 1.06 - side / 2
        y = high * (top + bottom) / 2 + (row - (used - 1) / 2) * side - side / 2
        found.append((x + chance.uniform(-0.05, 0.05) * side, y + chance.uniform(-0.05, 0.05) * side))
    return found


def _put(
    pen: ImageDraw.ImageDraw, parts: list[list[Any]], at: tuple[float, float], side: float, *, scanned: bool
) -> None:
    """A shape in its box. A scanner tells substances, not colours: outlines are dense, what lies in them is light."""
    for place, (kind, colour, *numbers) in enumerate(parts):
        shade = (_DENSE if place == 0 else _METAL if place % 3 == 2 else _LIGHT) if scanned else colour
        _part(pen, kind, shade, [float(one) for one in numbers], at, side / 100)


def _part(
    pen: ImageDraw.ImageDraw, kind: str, colour: str, numbers: list[float], at: tuple[float, float], scale: float
) -> None:
    def points(said: list[float]) -> list[tuple[float, float]]:
        return [(at[0] + x * scale, at[1] + y * scale) for x, y in zip(said[::2], said[1::2], strict=True)]

    if kind == "poly":
        pen.polygon(points(numbers), fill=colour)
    elif kind == "line":
        pen.line(points(numbers[1:]), fill=colour, width=max(1, round(numbers[0] * scale)), joint="curve")
    else:
        x, y, wide, high = numbers[:4]
        box = points([x, y, x + wide, y + high])
        if kind == "oval":
            pen.ellipse(box, fill=colour)
        else:
            pen.rounded_rectangle(box, radius=numbers[4] * scale if kind == "round" else 0, fill=colour)


def _table(pen: ImageDraw.ImageDraw, chance: Random) -> None:
    """A scale of ten centimetres, and a card with a number."""
    left, top, unit = WIDE * _LARGER * 0.06, HIGH * _LARGER * 0.9, WIDE * _LARGER * 0.03
    for step in range(10):
        box = (left + step * unit, top, left + (step + 1) * unit, top + unit * 0.6)
        pen.rectangle(box, fill="#20282c" if step % 2 == 0 else "#f7f7f4")
    right = WIDE * _LARGER * 0.94
    pen.rounded_rectangle((right - 3 * unit, top - unit, right, top + unit * 0.9), radius=8, fill="#f3c64e")
    pen.text((right - 2.2 * unit, top - unit * 0.9), str(chance.randint(1, 9)), fill="#20282c", font_size=unit * 1.6)


def _container(pen: ImageDraw.ImageDraw, chance: Random) -> None:
    """Walls, floor and what was declared, as pale columns."""
    wide, high = WIDE * _LARGER, HIGH * _LARGER
    pen.rectangle((wide * 0.06, high * 0.12, wide * 0.94, high * 0.88), outline="#7e98a5", width=6)
    pen.rectangle((wide * 0.06, high * 0.84, wide * 0.94, high * 0.88), fill="#a9bdc7")
    for step in range(12):
        x = wide * (0.08 + step * 0.071)
        tall = high * chance.uniform(0.3, 0.66)
        pen.rectangle((x, high * 0.84 - tall, x + wide * 0.062, high * 0.84), fill="#dfeaee")
