"""What two spellings of a name have in common, word by word and sign by sign: a table of promises."""

from __future__ import annotations

import pytest

from tidewaiter.codelists.names import (
    country_key,
    has_han,
    is_sign,
    parts_of_names,
    plain_sign,
    same_signs,
    sign_key,
    without_doubt,
    without_note,
)


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("Congo, Dem. Rep.", "congo democratic republic"),
        ("Dem. Rep. of the Congo", "congo democratic republic"),
        ("St. Kitts and Nevis", "kitts nevis saint"),
        ("Kenya", ""),
        ("the Gambia", ""),
        ("Isles of Man", "island man"),
        ("", ""),
    ],
)
def test_a_countrys_name_of_several_words_has_a_key_and_one_of_a_single_word_has_none(said: str, key: str) -> None:
    assert country_key(said) == key


@pytest.mark.parametrize(
    ("said", "plain"), [("St. Martin", "st martin"), ("Saint-Martin", "saint martin"), (" KG ", "kg"), ("-", "-")]
)
def test_points_and_hyphens_are_put_aside_but_where_nothing_else_is_there(said: str, plain: str) -> None:
    assert plain_sign(said) == plain


def test_a_label_is_compared_without_case_width_and_outer_spaces() -> None:
    assert sign_key("  Ｋｇ ") == sign_key("KG") == "kg"
    assert [is_sign(one) for one in ("R$", "₹", "Rs", "")] == [True, True, False, False]
    assert [has_han(one) for one in ("瓶", "a瓶", "Flasche", "")] == [True, True, False, False]


@pytest.mark.parametrize(
    ("said", "bare"),
    [("Mexico?", "Mexico"), ("Mexico (?)", "Mexico"), ("¿Mexico?", "Mexico"), ("Mexico", ""), ("?", "")],
)
def test_a_doubted_name_is_given_without_its_doubt(said: str, bare: str) -> None:
    assert without_doubt(said) == bare


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("臺灣", "台灣", True),
        ("公斤", "公噸", True),
        ("支", "支", False),  # one sign is no spelling of another word
        ("瓶子", "坪數", False),
        ("公斤", "公斤重", False),
        ("ab", "ac", False),  # letters that agree are no Chinese signs
        ("公 斤", "公斤", True),
    ],
)
def test_two_chinese_words_are_one_where_they_are_as_long_and_share_a_sign(one: str, other: str, *, same: bool) -> None:
    assert same_signs(one, other) is same


@pytest.mark.parametrize(
    ("said", "bare"),
    [("Kenya (KE)", "Kenya"), ("Kenya [transit] ", "Kenya"), ("Kenya", ""), (" Kenya ", ""), ("(KE)", "")],
)
def test_what_stands_in_brackets_behind_a_name_is_taken_off(said: str, bare: str) -> None:
    assert without_note(said) == bare


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("Vietnam, China", ["Vietnam", "China"]),
        ("KE/UG", ["KE", "UG"]),
        ("Kenya and Uganda", ["Kenya", "Uganda"]),
        ("Kenya - Uganda", ["Kenya", "Uganda"]),
        ("Kenya", []),
        ("Kenya,", ["Kenya"]),
        ("", []),
        ("A, B, C, D, E, F", ["A", "B", "C", "D", "E", "F"]),
        ("A, B, C, D, E, F, G", []),  # a sentence rather than a list
    ],
)
def test_a_text_may_list_up_to_six_names(said: str, names: list[str]) -> None:
    assert parts_of_names(said) == names
