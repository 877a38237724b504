"""Chinese words that begin as a family name does are goods, not people; people are found
whole, alone and before what they did.
"""

from __future__ import annotations

import pytest

from tidewaiter.privacy.masking import masked


@pytest.mark.parametrize(
    "word", ["武器", "武器弹药", "金条", "白酒", "方便面", "熊胆", "石油", "钱币", "香港", "海关", "化妆品"]
)
def test_goods_and_places_stay(word: str) -> None:
    assert masked(word) == (word, False)
    assert masked(f"查获{word}一批") == (f"查获{word}一批", False)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("王伟", "█████"),
        ("李强", "█████"),
        ("嫌疑人王伟", "嫌疑人█████"),
        ("姓名：李娜", "姓名：█████"),
        ("王伟被捕", "█████被捕"),
    ],
)
def test_people_do_not(text: str, kept: str) -> None:
    assert masked(text) == (kept, True)
