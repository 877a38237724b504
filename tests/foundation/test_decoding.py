"""What somebody sent is measured before it is parsed: bytes, nesting, in strings
and out of them, in JSON and in TOML.
"""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from tidewaiter.foundation.budgets import OverLimit
from tidewaiter.foundation.decoding import NotJson, NotToml, read_json, read_toml

SIXTY_FOUR = "[" * 64 + "]" * 64


def test_sixty_four_levels_are_read_and_sixty_five_are_not() -> None:
    assert json.dumps(read_json(SIXTY_FOUR)) == SIXTY_FOUR
    with pytest.raises(OverLimit) as refused:
        read_json(f"[{SIXTY_FOUR}]")
    assert (refused.value.limit, refused.value.code) == ("json_depth", "too_large")
    assert "64" in refused.value.sentence


@pytest.mark.parametrize(
    "text",
    [
        '{"a":' + "[" * 8_000 + "]" * 8_000 + "}",
        "[" * 1_000_000,
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        '[{"' + "x" * 2_000_000 + '": "\\\\"}, ' + "[" * 70 + "]" * 70 + "]",
        '["' + "\\\\" * 600_000 + '", "' + '\\"' * 600_000 + '", ' + "[" * 70 + "]" * 70 + "]",
        "[" * 100 + '"unclosed',
    ],
    ids=["eight thousand", "unclosed", "objects", "after a long string", "after a million of escapes", "and a string"],
)
def test_deep_documents_are_refused_before_a_parser_sees_them(text: str) -> None:
    with pytest.raises(OverLimit):
        read_json(text)


@pytest.mark.parametrize(
    "value",
    [
        "[" * 500,
        '"' + "{" * 500,
        "\\" + "[" * 500,
        '\\"' + "[{" * 500,
        "\\\\" * 3 + "[" * 100,
        '"]' * 300,
    ],
)
def test_brackets_in_strings_do_not_count(value: str) -> None:
    assert read_json(json.dumps({value: [value]})) == {value: [value]}


def test_what_is_read_is_what_pythons_own_reader_reads() -> None:
    """Five hundred made-up documents with every kind of quote, escape and bracket, cut at windows of a megabyte too."""
    chance = random.Random(7)
    signs = ['"', "\\", "[", "]", "{", "}", "a", "é", "\n", "\u2028", "\\u0041", "\\\\"]

    def made(level: int) -> Any:
        kind = chance.random()
        if level > 5 or kind < 0.4:
            return "".join(chance.choices(signs, k=chance.randrange(12)))
        if kind < 0.7:
            return [made(level + 1) for _ in range(chance.randrange(5))]
        return {"".join(chance.choices(signs, k=4)): made(level + 1) for _ in range(chance.randrange(5))}

    for _ in range(500):
        document = made(0)
        assert read_json(json.dumps(document)) == document
        assert read_json(json.dumps(document, ensure_ascii=False)) == document
    large = [chance.choice(signs) * chance.randrange(400_000) for _ in range(30)]
    assert read_json(json.dumps(large, ensure_ascii=False)) == large


def test_a_body_of_twenty_megabytes_made_to_be_slow_is_measured_all_the_same() -> None:
    """Quotes that never close, in every place: a scan that went back at each of them would not come to an end."""
    for body in ('"\\' * 5_000_000 + "[" * 9_000_000, '[""' * 5_000_000, '"' * 19_000_001, "\\" * 19_000_001):
        with pytest.raises((OverLimit, NotJson)):
            read_json(body)


@pytest.mark.parametrize(
    "text",
    ["", "{", "nul", '{"a":1}x', '"\\ud800"', b"\xff", '{"a":"\x01"}', "NaN", "]" * 1000, "1" * 5000, '"\ud800"'],
    ids=repr,
)
def test_what_is_no_json_is_said_in_words(text: Any) -> None:
    with pytest.raises(NotJson) as refused:
        read_json(text)
    assert refused.value.code == "not_json"
    assert refused.value.sentence.startswith("This is not JSON: ")


@pytest.mark.parametrize("text", ['"\\u0000"', '{"a\\u0000": 1}', '[{"a": ["\\u0000"]}]'])
def test_the_sign_that_no_database_keeps_is_refused_where_it_comes_in(text: str) -> None:
    with pytest.raises(NotJson, match=r"U\+0000"):
        read_json(text)
    assert read_json('"\\\\u0000"') == "\\u0000", "an escaped backslash and four noughts are plain text"


def test_more_bytes_than_allowed_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEWAITER_LIMIT_JSON_BODY_BYTES", "1000")
    assert read_json(json.dumps("x" * 900)) == "x" * 900
    with pytest.raises(OverLimit) as refused:
        read_json(json.dumps("x" * 1000))
    assert refused.value.limit == "json_body_bytes"


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 5_000 + "]" * 5_000,
        "a = " + "{b = " * 5_000 + "1" + "}" * 5_000,
        ".".join("a" * 5_000) + " = 1",
        ". ".join(['"a"'] * 5_000) + " = 1",
        "[" + ".".join("a" * 5_000) + "]",
        "[" + ".".join("a" * 60) + "]\n" + ".".join("b" * 60) + " = 1",
        "x = '''[''' # [\ny = " + "[" * 70 + "]" * 70,
        'x = """""""" # "\ny = ' + "[" * 70 + "]" * 70,
    ],
    ids=["arrays", "tables", "dotted", "quoted", "header", "header and key", "after a literal", "after five quotes"],
)
def test_deep_toml_is_refused_before_a_parser_sees_it(text: str) -> None:
    with pytest.raises(OverLimit) as refused:
        read_toml(text)
    assert refused.value.limit == "toml_depth"
    assert "A mapping or a definition may nest 64 levels deep." in refused.value.sentence
    assert "JSON" not in refused.value.sentence


def test_brackets_in_toml_strings_and_comments_do_not_count() -> None:
    many = "[{" * 200
    text = f'a = \'{many}\' # {many}\nb = "{many}\\"{many}"\nc = \'\'\'\n{many}\'\n\'\'\'\nd = """\n{many}""\n\\\\"""\n'
    assert read_toml(text)["a"] == many
    numbers = ", ".join(["1.5"] * 500)
    assert len(read_toml(f"n = [{numbers}]")["n"]) == 500


@pytest.mark.parametrize("text", ["a = ", "= 1", "a = 1\na = 2", 'a = "\\u0000"', "a = 1e99999999999x"])
def test_what_is_no_toml_is_said_in_words(text: str) -> None:
    with pytest.raises(NotToml) as refused:
        read_toml(text)
    assert refused.value.code == "not_toml"
