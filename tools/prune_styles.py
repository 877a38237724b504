"""Leaves of Tabler's style sheets what pages can use; part of `make generated`, and of `make check`.

The whole sheets lie in tools/styles/ (as tools/build_assets.py copied them); what is served lies in
tidewaiter/site/static/vendor/. A selector stays where every class, id, element and attribute that it asks for is a word
of some template, script or module of the house, so a class that is composed must be written out once somewhere. A
variable stays where something that stays asks for it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import tinycss2

PROJECT = Path(__file__).resolve().parents[1]
SHEETS = {"tabler.min.css": "tabler.css", "tabler.rtl.min.css": "tabler.rtl.css"}
WHOLE, SERVED = PROJECT / "tools" / "styles", PROJECT / "tidewaiter" / "site" / "static" / "vendor"
_WORD = re.compile(r"[A-Za-z_][\w-]*")
_ASKED = re.compile(r"var\(\s*(--[\w-]+)")
_WITH_RULES = {"media", "supports", "layer", "container"}
_OWN = ("tidewaiter.css",)


@cache
def words() -> frozenset[str]:
    """Every word of the house's templates, scripts, style sheets and modules."""
    house = PROJECT / "tidewaiter"
    found: set[str] = {"html", "body", "root"}
    for path in house.rglob("*"):
        if path.suffix in (".html", ".py", ".js") and "vendor" not in path.parts:
            found |= set(_WORD.findall(path.read_text(encoding="utf-8")))
    return frozenset(found)


def own_styles() -> str:
    """The house's own sheets, which ask for variables of Tabler."""
    return "".join((SERVED.parent / name).read_text(encoding="utf-8") for name in _OWN)


type Node = tuple[str, list["Node"] | list[str]]
"""A rule: what stands before its brace, and the rules, or the declarations, in it."""


def pruned(sheet: str) -> str:
    """What is left of a style sheet."""
    rules = list(_rules(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)))
    while True:
        text = "".join(map(_written, rules))
        asked = set(_ASKED.findall(text + own_styles())) | _moved(text + own_styles())
        rules = [left for rule in rules if (left := _without_unasked(rule, asked)) is not None]
        if "".join(map(_written, rules)) == text:
            return text


def _moved(text: str) -> set[str]:
    """The words of all `animation`s, keyframes' names among them."""
    return {word for said in re.findall(r"animation(?:-name)?:([^;}]*)", text) for word in _WORD.findall(said)}


def _rules(rules: Iterable[Any]) -> Iterator[Node]:
    for rule in rules:
        if rule.type == "qualified-rule":
            kept = [_text(part) for part in _split(rule.prelude, ",") if _stays(part)]
            if kept:
                yield ",".join(kept), [said for part in _split(rule.content, ";") if (said := _text(part))]
        elif rule.type == "at-rule" and rule.lower_at_keyword in _WITH_RULES and rule.content is not None:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            yield f"@{rule.at_keyword} {_text(rule.prelude)}", list(_rules(inner))
        elif rule.type == "at-rule" and rule.lower_at_keyword in ("keyframes", "property"):
            yield f"@{rule.at_keyword} {_text(rule.prelude)}", [_text(rule.content)]
        elif rule.type == "at-rule" and rule.lower_at_keyword != "charset":
            raise SystemExit(f"What to do with @{rule.at_keyword} is not known.")


def _written(rule: Node) -> str:
    head, inner = rule
    return f"{head}{{{''.join(_written(one) if isinstance(one, tuple) else one + ';' for one in inner)}}}"


def _without_unasked(rule: Node, asked: set[str]) -> Node | None:
    """Without variables and keyframes that nothing asks for; nothing where nothing is left."""
    head, inner = rule
    if head.startswith(("@keyframes ", "@property ")):
        return rule if head.partition(" ")[2] in asked else None
    left: list[Any] = []
    for one in inner:
        if isinstance(one, tuple):
            kept = _without_unasked(one, asked)
            left += [kept] if kept is not None else []
        elif not one.startswith("--") or one.partition(":")[0].strip() in asked:
            left.append(one)
    return (head, left) if left else None


def _text(tokens: Iterable[Any]) -> str:
    return tinycss2.serialize(list(tokens)).strip()


def _split(tokens: Iterable[Any], sign: str) -> Iterator[list[Any]]:
    """What stands between signs."""
    part: list[Any] = []
    for token in tokens:
        if token == sign:
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _stays(selector: list[Any]) -> bool:
    """Whether all that a selector asks for is a word of the house. What stands in brackets of `:not()` and its like
    is not asked for.
    """
    before = ""
    for token in selector:
        if token.type == "ident" and before != ":" and token.value not in words():
            return False
        if token.type == "hash" and token.value not in words():
            return False
        if token.type == "[] block" and not all(
            inner.value in words() for inner in token.content if inner.type in ("ident", "string") and inner.value
        ):
            return False
        before = token.value if token.type == "literal" else ""
    return True


def served() -> dict[str, str]:
    """What is served, by its path in the project, and the list of vendored files with its checksums."""
    made = {name: pruned((WHOLE / whole).read_text(encoding="utf-8")) + "\n" for whole, name in SHEETS.items()}
    listed = (SERVED / "ASSETS.toml").read_text(encoding="utf-8")
    for name, text in made.items():
        digest = hashlib.sha256(text.encode()).hexdigest()
        listed = re.sub(rf'(\["vendor/{re.escape(name)}"\](?:\n[^\n\[]+)*?\nsha256 = )"\w*"', rf'\1"{digest}"', listed)
    folder = SERVED.relative_to(PROJECT)
    return {f"{folder}/{name}": text for name, text in (made | {"ASSETS.toml": listed}).items()}
