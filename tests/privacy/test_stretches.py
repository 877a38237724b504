"""What a person judged to be nobody stays, and nothing that is always hidden ever does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidewaiter.privacy.stretches import judged, stretches

BAR = "█████"
NARRATIVES = [
    re.sub(r"\{[NPD]:([^}]*)\}", r"\1", line)
    for path in sorted((Path(__file__).parent / "narratives").glob("*.toml"))
    for line in path.read_text(encoding="utf-8").splitlines()
    if "{N:" in line or "{P:" in line
]
PLATES = ("KDB 921L", "AB-123-CD", "34 KRT 418", "UBB 102X")
DOCUMENTS = ("A1234567", "B7654321")
WORDS = ("Santa Maria", "Maria Gonzalez", "Port of Santos", "Jean Paul", "Mr Brown", "driver", "of", "and", "Kamau")


def _many() -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)


def test_the_texts_are_there() -> None:
    assert len(NARRATIVES) > 200


@pytest.mark.parametrize("which", [1, 2, 3])
def test_what_was_judged_survives_saving_again_and_nothing_else_comes_back(which: int) -> None:
    """Every first, second or third stretch of each narrative is kept; saved again
    with its judgement the text is the same.
    """
    kept = 0
    for text in NARRATIVES:
        nobody = [one.words for at, one in enumerate(stretches(text, "free")) if at % which == 0]
        once = judged(text, "free", nobody)
        again = judged(once.text, "free", once.words)
        assert again.text == once.text
        for one in once.kept:
            assert one.words in again.text, text
            kept += 1
    assert kept > 80


@given(
    before=_many(),
    behind=_many(),
    plate=st.sampled_from(PLATES),
    said=st.lists(st.text(max_size=60), max_size=3),
    whole=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_no_judgement_unhides_a_plate(before: str, behind: str, plate: str, said: list[str], whole: bool) -> None:
    text = f"{before}. Toyota lorry with plate {plate} {behind}"
    nobody = [*said, plate, f"plate {plate}", plate.replace(" ", ""), *text.split(), *([text] if whole else [])]
    clean = judged(text, "free", nobody)
    assert plate not in clean.text
    assert not any(plate in words for words in clean.words), "nor is it kept beside the value"


@given(number=st.sampled_from(DOCUMENTS), behind=_many(), age=st.integers(18, 80))
@settings(max_examples=80, deadline=None)
def test_no_judgement_unhides_a_document_a_phone_a_mail_or_a_name_with_an_age(
    number: str, behind: str, age: int
) -> None:
    text = (
        f"Vrublan Tessik ({age}) had passport no {number}, phone +254 712 345 678, mail v.tessik@example.org; "
        f"born 12.03.1987. Tessik left. {behind}."
    )
    clean = judged(text, "free", [*text.split(), "Vrublan Tessik", "Tessik", text])
    for secret in ("Vrublan", "Tessik", number, "712 345 678", "example.org", "12.03.1987"):
        assert secret not in clean.text, secret
        assert not any(secret in words for words in clean.words)


def test_words_hold_whole_and_in_their_own_case() -> None:
    text = "Officers arrested Wanjiru Kamau at Malaba."
    assert judged(text, "free", ["Wanjiru Kamau"]).text == text
    for half in ("Wanjiru", "Kamau", "wanjiru kamau", "anjiru Kama", "Wanjiru  Kamau"):
        assert judged(text, "free", [half]).text == f"Officers arrested {BAR} at Malaba.", half


def test_only_words_that_stand_in_the_text_are_kept_beside_it() -> None:
    clean = judged("Found in a pump.", "free", ["Wanjiru Kamau", "pump", "x" * 300])
    assert (clean.text, clean.words) == ("Found in a pump.", ("pump",))


def test_in_a_brand_a_name_with_an_age_is_hidden_whatever_is_said() -> None:
    assert judged("Maria Gonzalez (45)", "brand", ["Maria Gonzalez"]).text == f"{BAR} (45)"
