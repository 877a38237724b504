"""A picture is found with a border round it and in the screenshot of a chat, and the other way round."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image, ImageDraw

from tests.search.scenes import scene
from tidewaiter.vault.hashing import as_words


def on_ground(picture: Any, ground: tuple[int, int, int], size: tuple[int, int], at: tuple[int, int]) -> Any:
    """A picture laid on an even ground."""

    whole = Image.new("RGB", size, ground)
    whole.paste(picture, at)
    return whole


def in_chat(picture: Any) -> Any:
    """A picture in the screenshot of a chat: a bar on top, lines of text above and below."""

    small = picture.copy()
    small.thumbnail((560, 560))
    whole = on_ground(small, (236, 229, 221), (720, 1280), (148, 420))
    draw = ImageDraw.Draw(whole)
    draw.rectangle((0, 0, 720, 70), fill=(7, 94, 84))
    for top in [*range(110, 390, 44), *range(880, 1180, 44)]:
        for left in range(40, 300, 14):
            draw.rectangle((left, top, left + 7, top + 14), fill=(30, 30, 30))
    return whole


@pytest.mark.parametrize("asked_has_ground", [True, False])
@pytest.mark.parametrize("kind", ["white border", "black bars", "chat"])
def test_a_photo_is_found_with_a_border_and_in_a_screenshot_and_the_other_way_round(
    kind: str, asked_has_ground: bool
) -> None:
    import numpy as np

    from tidewaiter.vault.hashing import SIDE, hashes_of, nearest

    laid = {
        "white border": lambda one: on_ground(one, (255, 255, 255), (960, 720), (80, 60)),
        "black bars": lambda one: on_ground(one, (0, 0, 0), (800, 1000), (0, 200)),
        "chat": in_chat,
    }[kind]

    def hashed(picture: Any) -> str:
        picture = picture.convert("RGB")
        picture.thumbnail((SIDE, SIDE))
        return hashes_of(np.asarray(picture.convert("L")))[0]

    for seed in (2, 3, 4):
        plain, with_ground = hashed(scene(seed)), hashed(laid(scene(seed)))
        assert len(with_ground) == 1024, "whole, and what lies on the ground"
        kept, asked = (plain, with_ground) if asked_has_ground else (with_ground, plain)
        texts = [kept, *(hashed(scene(n)) for n in range(11, 19))]
        lengths = np.array([len(text) // 64 for text in texts])
        found = nearest(as_words("".join(texts)), np.cumsum(lengths) - lengths, asked)
        assert found[0] <= 70
        assert found[1:].min() > 80, "no other picture is taken for it"
