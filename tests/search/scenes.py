"""Made pictures that are about as different as photos are, and made cases that belong together or do not."""

from __future__ import annotations

import io
import random
from typing import Any

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from tests.making import record


def scene(seed: int, size: tuple[int, int] = (800, 600)) -> Image.Image:
    """A table with things on it: a ground with a gradient, blocks, discs and lines in light and dark."""
    chance = random.Random(seed)
    width, height = size
    ground = Image.linear_gradient("L").resize(size).rotate(chance.choice((0, 90, 180, 270))).resize(size)
    picture = ImageOps.colorize(
        ground, tuple(chance.randrange(120) for _ in range(3)), tuple(chance.randrange(130, 256) for _ in range(3))
    )
    draw = ImageDraw.Draw(picture)
    for _n in range(chance.randrange(9, 26)):
        left, top = chance.randrange(-60, width), chance.randrange(-60, height)
        wide, high = chance.randrange(30, width // 2), chance.randrange(20, height // 2)
        colour = tuple(chance.randrange(256) for _ in range(3))
        kind = chance.choice(("rectangle", "ellipse", "line"))
        if kind == "line":
            draw.line((left, top, left + wide, top + high), fill=colour, width=chance.randrange(3, 30))
        else:
            getattr(draw, kind)((left, top, left + wide, top + high), fill=colour)
    return picture.filter(ImageFilter.GaussianBlur(1.2))


def as_jpeg(picture: Image.Image, quality: int = 88) -> bytes:
    """The picture as a file."""
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


CHANGES: dict[str, Any] = {
    "turned by 90": lambda one: one.transpose(Image.Transpose.ROTATE_90),
    "turned by 180": lambda one: one.transpose(Image.Transpose.ROTATE_180),
    "turned by 270": lambda one: one.transpose(Image.Transpose.ROTATE_270),
    "mirrored": ImageOps.mirror,
    "upside down": ImageOps.flip,
    "mirrored and turned": lambda one: one.transpose(Image.Transpose.TRANSPOSE),
    "turned back and mirrored": lambda one: one.transpose(Image.Transpose.TRANSVERSE),
    "compressed to 20": lambda one: Image.open(io.BytesIO(as_jpeg(one, 20))),
    "half the size": lambda one: one.resize((one.width // 2, one.height // 2)),
    "a quarter of the size": lambda one: one.resize((one.width // 4, one.height // 4)),
    "twice the size": lambda one: one.resize((one.width * 2, one.height * 2)),
    "another shape": lambda one: one.resize((one.width, one.height * 3 // 4)),
    "blurred by 3": lambda one: one.filter(ImageFilter.GaussianBlur(3)),
    "blurred by 8": lambda one: one.filter(ImageFilter.GaussianBlur(8)),
    "brighter": lambda one: ImageEnhance.Brightness(one).enhance(1.25),
    "without colour": ImageOps.grayscale,
    "turned by 2 degrees": lambda one: one.rotate(2, Image.Resampling.BICUBIC),
}


ROUTES = (
    ("CL", "KR", "KE"),
    ("BR", "PT", "ES"),
    ("TR", "GR", "DE"),
    ("CN", "AE", "NG"),
    ("US", "MX", "GT"),
    ("VN", "SG", "AU"),
)
METHODS = (
    ("cargo", "hidden_in_goods"),
    ("container", "false_compartment"),
    ("mail", "misdeclared"),
    ("vehicle", "false_compartment"),
    ("baggage", "hidden_among_goods"),
)
COVERS = (
    ("pump housings", "841391"),
    ("frozen fish fillets", "030389"),
    ("ceramic floor tiles", "690721"),
    ("used engine blocks", "840999"),
    ("wooden furniture", "940360"),
    ("plastic toys", "950300"),
)
GOODS = ("pistol", "magazine", "silencer", "rifle", "frame_receiver", "slide_barrel", "knife")


def families(seed: int, number: int, members: int) -> list[tuple[int, dict[str, Any]]]:
    """Records of Kenya in families of one way of smuggling each: (family, record).

    A family shares most of goods, route, concealment and cover load; each member differs in some of them, as cases of
    one network do. Families draw on the same values, so that any two cases share something.
    """
    chance = random.Random(seed)
    made = []
    for family in range(number):
        route, method, cover = chance.choice(ROUTES), chance.choice(METHODS), chance.choice(COVERS)
        goods = chance.sample(GOODS, 2)
        word = (
            f"{chance.choice(('blue', 'red', 'green', 'grey'))} {chance.choice(('resin', 'foam', 'grease', 'wax'))}"
            f" {chance.choice(('crates', 'drums', 'pallets'))}"
        )
        for member in range(members):
            mine = list(route)
            if chance.random() < 0.3:
                mine[1] = chance.choice(ROUTES)[1]
            how = method if chance.random() < 0.85 else chance.choice(METHODS)
            under = cover if chance.random() < 0.75 else chance.choice(COVERS)
            made.append(
                (
                    family,
                    record(
                        national_ref=f"F{family:03d}-{member}",
                        date=f"2026-{chance.randrange(1, 11):02d}-{chance.randrange(1, 28):02d}",
                        route=[
                            {"role": "departure", "country": mine[0]},
                            {"role": "transit", "country": mine[1]},
                            {"role": "destination", "country": mine[2]},
                        ],
                        concealment={
                            "place": how[0],
                            "method": how[1],
                            "note": f"packed in {word}" if chance.random() < 0.7 else "packed",
                        },
                        cover_load={"description": under[0], "hs": under[1]},
                        lines=[
                            {"subtype": chance.choice(goods), "quantity": str(chance.randrange(1, 900)), "unit": "H87"}
                        ],
                    ),
                )
            )
    return made
