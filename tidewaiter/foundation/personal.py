"""Suspected personal data in free text: found, and masked where a node holds no names (DESIGN.md, «Trust nothing that comes in»).

Found are: e-mail addresses, telephone numbers, payment cards and bank accounts that check, document numbers and dates of
birth that are called so, persons after a title or a role («Mr», «driver:»), and runs of words that name lists of 86 languages
and countries know (codes/person_names.txt.gz). It is a net with meshes: a name in no list, without title or role, passes.
"""

from __future__ import annotations

import gzip
import re
from functools import cache, lru_cache

from django.conf import settings
from stdnum import iban, luhn

from tidewaiter.foundation.person_words import (
    BY,
    CASELESS,
    CASELESS_ROLES,
    FACILITIES,
    NOT_PEOPLE,
    ORDINARY,
    PATRONYMICS,
    ROLES,
    SMALL,
    TITLES,
    VESSELS,
)
from tidewaiter.foundation.text import fold

MASK = "█████"

_email = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_phone = re.compile(r"(?<![\w.])(?:\+|00)\d[\d ()./-]{6,18}\d(?!\w)")
_called_phone = re.compile(
    r"(?i)\b(?:tel|tél|phone|mobile|cell|whatsapp|telegram|fax|móvil|celular|тел)\w*[.:\s№#]*(\+?\d[\d ()./-]{5,18}\d)"
)
_document = re.compile(
    r"(?i)\b(?:passport|passeport|pasaporte|passaporte|паспорт|national id|id card|id no|identity|cni|dni|curp|nin|ssn|cpf|nif|kra pin|"
    r"driving licen[cs]e|driver'?s licen[cs]e|permis de conduire|visa)\w*\s*(?:no|nr|num|number|numéro|número|№)?[.:#°º\s]*([A-Z0-9][A-Z0-9 /-]{4,19}\d[A-Z0-9]*)"
)
_born = re.compile(
    r"(?i)\b(?:born|d\.?o\.?b\.?|date of birth|née?|nacid[oa]|fecha de nacimiento|date de naissance|nascid[oa]|дата рождения|р\.)[\s:.]*(?:on|le|el)?\s*(\d{1,4}[\s./-]\w{1,9}[\s./-]\d{1,4})"
)
_account = re.compile(
    r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b|(?<![\d.,])\d(?:[ -]?\d){12,18}\b(?![.,]\d)"
)
_LETTER = r"(?:[^\W\d_]|[\u0300-\u036f\u0900-\u0dff\u0e00-\u0e7f])"
_LETTERS = f"{_LETTER}+"
_several_letters = re.compile(rf"{_LETTER}{{2}}|[Рр]\.")
_word = re.compile(rf"{_LETTERS}(?:['’ʼ`.-]{_LETTERS})*")
_han = re.compile(r"[\u3400-\u9fff]+")
_hangul = re.compile(r"[\uac00-\ud7a3]{2,4}")


@cache
def _names() -> dict[str, str]:
    flags: dict[str, str] = {}
    with gzip.open(settings.CODES_FOLDER / "person_names.txt.gz", "rt", encoding="utf-8") as file:
        for line in file:
            name, _, flag = line.rstrip("\n").rpartition("\t")
            flags[name] = flag
    return flags


_in_use: dict[str, str] | None = None


def use(flags: dict[str, str] | None) -> None:
    """Looks names up here instead of in the shipped file (for the tool that makes it)."""
    global _in_use
    _in_use = flags


def _flag(name: str) -> str:
    if name.endswith(PATRONYMICS) and len(name) > 6:
        return "s"
    return (_names() if _in_use is None else _in_use).get(name, "")


@lru_cache(maxsize=8192)
def find(text: str) -> tuple[tuple[int, int, str], ...]:
    """Where suspected personal data stands: (start, end, kind), in order, without overlaps."""
    digits_in = sum(map(str.isdigit, text))
    worded = _several_letters.search(text) is not None
    if not worded and digits_in < 6:
        return ()  # what is no word and no long number, a short reference say, names nobody
    spans: list[tuple[int, int, str]] = [(*hit.span(), "email") for hit in _email.finditer(text)] if "@" in text else []
    if digits_in >= 4:
        spans += [(*hit.span(), "phone") for hit in _phone.finditer(text)]
    if digits_in >= 4 and worded:
        for pattern, kind in ((_called_phone, "phone"), (_document, "document"), (_born, "birth")):
            spans += [(*hit.span(1), kind) for hit in pattern.finditer(text)]
    for hit in _account.finditer(text) if digits_in > 9 else ():
        digits = re.sub(r"[ -]", "", hit.group())
        if iban.is_valid(digits) if digits[:1].isalpha() else luhn.is_valid(digits):
            spans.append((*hit.span(), "account"))
    if worded:
        spans += _people(text)
    spans.sort(key=lambda span: (span[0], -span[1]))
    kept: list[tuple[int, int, str]] = []
    for span in spans:
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return tuple(kept)


def masked(text: str) -> tuple[str, bool]:
    """`text` with what is suspected replaced by a bar, and whether anything was."""
    spans = find(text)
    for start, end, _kind in reversed(spans):
        text = text[:start] + MASK + text[end:]
    return text, bool(spans)


def kept(text: str) -> str:
    """`text` as this node may keep it: masked where it holds no names."""
    return text if settings.HOLDS_NAMES else masked(text)[0]


def kept_name(name: str) -> str:
    """A file's name as this node may keep it."""
    return name if settings.HOLDS_NAMES else masked_name(name)


def masked_name(name: str) -> str:
    """A file's name with what is suspected in it replaced; its words may be joined by anything."""
    apart = re.sub(r"[_.\-+()\[\]\d]", " ", re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])", "_", name))
    if len(apart) != len(name):
        return MASK + name[name.rfind(".") :] if find(re.sub(r"\s+", " ", apart)) else name
    for start, end, _kind in reversed(find(apart)):
        name = name[:start] + MASK + name[end:]
    return name


def _people(text: str) -> list[tuple[int, int, str]]:
    tokens = [(hit.start(), hit.end(), hit.group(), _folded(hit.group())) for hit in _word.finditer(text)]
    spans: list[tuple[int, int, str]] = []
    at = 0
    if not any(
        _flag(one) or one in TITLES or one in ROLES or one in BY or said in CASELESS_ROLES for *_, said, one in tokens
    ):
        tokens = []
    while at < len(tokens):
        if tokens[at][3] in TITLES or tokens[at][3] in ROLES or tokens[at][2] in CASELESS_ROLES:
            at += _left_alone(tokens[at : at + 3]) or 1
            continue
        before = _before(text, tokens, at)
        reach = _run(text, tokens, at, called=before in TITLES or before in ROLES)
        if alone := _left_alone(tokens[at:reach]):
            at += alone
            continue
        after = tokens[reach][3] if reach < len(tokens) and _near(text, tokens[reach - 1][1], tokens[reach][0]) else ""
        taken = (
            after not in FACILITIES and tokens[reach - 1][3] not in FACILITIES and _is_person(tokens[at:reach], before)
        )
        if taken:
            spans.append((tokens[at][0], tokens[reach - 1][1], "name"))
            at = reach
        else:
            inner = next((n for n in range(at + 1, reach - 1) if _is_person(tokens[n:reach], "")), None)
            at = inner if inner is not None else max(reach, at + 1)
    spans += [
        (*hit.span(), "name")
        for hit in _hangul.finditer(text)
        if _flag(hit.group()[0]) and (_flag(hit.group()[1:]) == "g")
    ]
    for hit in _han.finditer(text):
        spans += [(hit.start() + start, hit.start() + end, "name") for start, end in _han_names(hit.group())]
    return spans


@lru_cache(maxsize=65536)
def _folded(word: str) -> str:
    """A word as the lists have it; of a double name that no list has, the part that one has."""
    whole = fold(word).replace(" ", "")
    if "-" in word and not _flag(whole):
        known = [part for part in fold(word).split() if _flag(part)]
        return next((part for part in known if _flag(part) == "s"), known[0] if known else whole)
    return whole


_between = re.compile(r"[ \t\u00a0]{1,2}|, ?|\. ?")
_between_role = re.compile(r"[ \t\u00a0]{1,2}|, ?|\. ?|\s*[:=–-]\s*|\s*\(")


def _near(text: str, end: int, start: int, *, role: bool = False) -> bool:
    between = text[end:start]
    return between == " " or bool((_between_role if role else _between).fullmatch(between))


def _before(text: str, tokens: list[tuple[int, int, str, str]], at: int) -> str:
    """The word that stands right before, folded; of a role in a script without capitals, what stands for all of them."""
    if not at or not _near(text, tokens[at - 1][1], tokens[at][0], role=True):
        return ""
    return "named" if tokens[at - 1][2] in CASELESS_ROLES else tokens[at - 1][3]


def _caseless(word: str) -> bool:
    """Whether the word is of a script without capitals, where every word looks as a name does."""
    return word[:1].lower() == word[:1].upper()


def _may_go_on(said: str, folded: str, run: list[tuple[int, int, str, str]], *, called: bool) -> bool:
    """Whether a word of a script without capitals may stand in a name after the words of `run`."""
    if said in CASELESS:
        return False
    if not run or folded in SMALL or _flag(folded) in ("s", "w"):
        return True
    article = said.startswith("ال") and _flag(run[-1][3]) in ("s", "w")
    return article or (called and len(run) < 2)


def _run(text: str, tokens: list[tuple[int, int, str, str]], at: int, *, called: bool) -> int:
    """Where the run of words that may be one name ends: capitals, known words of scripts without them, or small name words.

    `called`: a title or a role stands before it, so that unknown words of such scripts belong to it too.
    """
    reach = at
    while reach < len(tokens) and reach - at < 5:
        start, _end, said, folded = tokens[reach]
        if reach > at and (
            not _near(text, tokens[reach - 1][1], start)
            or (
                "," in text[tokens[reach - 1][1] : start]
                and (reach - at > 1 or not _flag(folded) or not _flag(tokens[at][3]))
            )
        ):
            break
        if not (said[:1].isupper() or said[:1] == said[:1].upper() or folded in SMALL or _flag(folded) in ("s", "w")):
            break
        if folded in NOT_PEOPLE and folded not in SMALL:
            break
        if _caseless(said) and not _may_go_on(said, folded, tokens[at:reach], called=called):
            break
        reach += 1
    return reach


def _left_alone(run: list[tuple[int, int, str, str]]) -> int:
    """How many words at the start of a run are a place or a brand that looks like a person."""
    words = [folded for *_rest, folded in run]
    return next((n for n in range(len(words), 1, -1) if _flag(" ".join(words[:n])) == "="), 0)


def _is_person(run: list[tuple[int, int, str, str]], before: str) -> bool:
    words = [folded for _start, _end, said, folded in run if folded not in SMALL or said[:1].isupper()]
    if not words:
        return False
    strong = sum(_flag(word) == "s" for word in words)
    known = strong + sum(_flag(word) == "w" and word not in ORDINARY for word in words)
    capital = all(
        said[:1].isupper() or said[:1] == said[:1].upper() or folded in SMALL for _start, _end, said, folded in run
    )
    if before in VESSELS or words[0] in VESSELS:
        return False
    if before in TITLES:
        return capital
    if before in BY and len(words) >= 2 and capital:
        return True
    if before in ROLES:
        return capital and (known >= 1 or len(words) >= 2)
    if len(words) < 2:
        return False
    if any(_caseless(said) for _start, _end, said, _folded in run):
        article = sum(said.startswith("ال") and not _flag(folded) for _start, _end, said, folded in run)
        return strong >= 1 and known >= 2 and known + article == len(words)
    if not capital:
        return strong >= 1 and known == len(words)
    return (strong >= 1 and len(words) <= 5) or (known >= 2 and len(words) <= 4)


def _han_names(text: str) -> list[tuple[int, int]]:
    spans = []
    at = 0
    while at < len(text) - 1:
        if _flag(text[at]) and _flag(text[at + 1 : at + 3]) == "g" and len(text) - at >= 3:
            spans.append((at, at + 3))
            at += 3
        elif _flag(text[at]) and len(text) in (2, 3) and at == 0:
            spans.append((0, len(text)))
            break
        else:
            at += 1
    return spans
