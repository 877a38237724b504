"""Catalogues of the pages' words, one for each room: taken from sources and templates, merged, compiled.

No GNU gettext is needed. A string that two rooms use stands in both, with the same translation; Django puts the
catalogues of a node's rooms together when it starts.

tools/messages.py                       brings */locale/LL/LC_MESSAGES/django.po and .mo up to date
tools/messages.py --check               fails where a string is missing, fuzzy, unused, said in two ways,
                                        or holds other placeholders than English
tools/messages.py --missing LL          prints what a language lacks, as JSON
tools/messages.py --fill LL FILE.json   takes translations: {"English": "…" or ["one", "other"]},
                                        a context before a "\\u0004"
"""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tidewaiter.site.settings")
import django

django.setup()
from django.utils.translation.template import templatize  # noqa: E402

PROJECT = Path(__file__).resolve().parents[1]
HOUSE = PROJECT / "tidewaiter"
LANGUAGES = ("fr", "es")
"""Complete for all that exists (docs/decisions/0004)."""
TRANSLATED = ("pt", "ru", "ar", "zh_Hans", "sw", "id")
"""Translated by machine and read by nobody yet: their catalogues are kept up to date, not compiled, so no node speaks
them. What they lack is counted, never an error (docs/decisions/0052)."""
DAY = datetime(2026, 11, 21, tzinfo=UTC)
"""Catalogues carry no date of their own: the same words make the same files."""
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "p": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_holes = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")


@cache
def _strings() -> tuple[tuple[str, int, Any, str | None], ...]:
    """Every marked string with its place."""
    return tuple(_read_strings())


def _read_strings() -> Iterator[tuple[str, int, Any, str | None]]:
    sources = [*sorted((PROJECT / "tidewaiter").rglob("*.py")), *sorted((PROJECT / "tidewaiter").rglob("*.html"))]
    for path in sources:
        if "migrations" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            # what is left of a template is read as Python, to which its indentation would mean something
            text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).split("\n"))
        for line, message, _comments, context in extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS):
            yield str(path.relative_to(PROJECT)), line, message, context


def template() -> dict[str, Catalog]:
    """By room every marked string, with the files it stands in (without lines: they would change with every edit)."""
    catalogs: dict[str, Catalog] = {}
    for file, _line, message, context in _strings():
        if message:
            room = Path(file).parts[1]
            catalog = catalogs.setdefault(room, Catalog(project="Tidewaiter", fuzzy=False))
            catalog.add(message, locations=[(file, None)], context=context)
    return catalogs


def path_of(room: str, language: str) -> Path:
    """Where a room's catalogue of a language lies."""
    return HOUSE / room / "locale" / language / "LC_MESSAGES" / "django.po"


def known(language: str) -> dict[tuple[str, str | None], Any]:
    """The translations as they are kept in any room, by string and context; those that are sure."""
    found: dict[tuple[str, str | None], Any] = {}
    for path in sorted(HOUSE.glob(f"*/locale/{language}/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and not message.fuzzy and any(said(message)):
                    found.setdefault((first_of(message), message.context), message.string)
    return found


def merged(language: str) -> dict[str, Catalog]:
    """By room the kept translations over today's strings; what is no longer used falls out.

    A string that came to another room brings its translation along.
    """
    before = known(language)
    rooms = {}
    for room, today in sorted(template().items()):
        own = before | of_room(room, language)
        fresh = Catalog(
            locale=language,
            project="Tidewaiter",
            fuzzy=False,
            creation_date=DAY,
            revision_date=DAY,
            header_comment=f"# The words of Tidewaiter's pages: {room}.",
        )
        for message in today:
            if message.id:
                string = own.get((first_of(message), message.context), "")
                fresh.add(message.id, string, message.locations, context=message.context)
        rooms[room] = fresh
    return rooms


def of_room(room: str, language: str) -> dict[tuple[str, str | None], Any]:
    """What a room's own catalogue says, where it says anything."""
    path = path_of(room, language)
    if not path.exists():
        return {}
    with path.open("rb") as file:
        every = read_po(file, locale=language)
    return {(first_of(m), m.context): m.string for m in every if m.id and not m.fuzzy and any(said(m))}


def text_of(catalog: Catalog) -> bytes:
    """The catalogue as a file, in a stable order, without dates."""
    out = io.BytesIO()
    write_po(out, catalog, width=0, sort_output=True, omit_header=False)
    lines = out.getvalue().decode().splitlines()
    kept = [
        line
        for line in lines
        if not line.startswith(
            (
                '"POT-Creation-Date',
                '"PO-Revision-Date',
                '"Generated-By',
                '"Last-Translator',
                '"Language-Team',
                '"Report-Msgid',
            )
        )
    ]
    return ("\n".join(kept).rstrip() + "\n").encode()


def compiled(catalog: Catalog) -> bytes:
    """The catalogue as gettext reads it."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def said(message: Message) -> list[str]:
    """The translations of a message, one for each plural form."""
    return [message.string] if isinstance(message.string, str) else list(message.string)


def first_of(message: Message) -> str:
    """The string itself; of a plural the first of its forms."""
    return message.id if isinstance(message.id, str) else str(message.id[0])


def wrongs(language: str) -> list[str]:
    """What is wrong with a language, in sentences."""
    rooms = merged(language)
    found = [wrong for room, catalog in rooms.items() for wrong in _wrongs_of(room, language, catalog)]
    ways: dict[tuple[str, str | None], Any] = {}
    for room, catalog in rooms.items():
        for message in catalog:
            key = (first_of(message), message.context) if message.id else ("", None)
            if message.id and ways.setdefault(key, message.string) != message.string:
                found.append(f"{language}: {room} says {key[0][:80]!r} in another way than a room before it")
    kept = {path.relative_to(HOUSE).parts[0] for path in HOUSE.glob(f"*/locale/{language}")}
    found += [f"{language}: {room} has a catalogue and no strings" for room in sorted(kept - set(rooms))]
    return found


def _wrongs_of(room: str, language: str, catalog: Catalog) -> list[str]:
    found = []
    for message in catalog:
        if not message.id:
            continue
        sources = [message.id] if isinstance(message.id, str) else list(message.id)
        texts = said(message)
        name = f"{language}, {room}: {message.context + ': ' if message.context else ''}{sources[0][:80]!r}"
        if not all(texts) or (len(sources) > 1 and len(texts) < catalog.num_plurals):
            if language in TRANSLATED:
                continue
            found.append(f"{name} is not translated (or a plural is missing)")
            continue
        wanted = {hole for source in sources for hole in _holes.findall(source)}
        last = set(_holes.findall(sources[-1]))
        for at, text in enumerate(texts):
            holes = set(_holes.findall(text))
            if not holes <= wanted or (at == len(texts) - 1 and holes != last):
                found.append(f"{name}: placeholders differ in {text[:60]!r}")
    path = path_of(room, language)
    if not path.exists() or path.read_bytes() != text_of(catalog):
        found.append(f"{language}: the catalogue of {room} is not up to date (tools/messages.py)")
    mo = path.with_suffix(".mo")
    if language in TRANSLATED:
        return found
    if not mo.exists() or mo.read_bytes() != compiled(catalog):
        found.append(f"{language}: the compiled catalogue of {room} is not up to date (tools/messages.py)")
    return found


def save(language: str, rooms: dict[str, Catalog]) -> None:
    """Writes both files of every room, and takes away those of rooms that say nothing."""
    for room, catalog in rooms.items():
        path = path_of(room, language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text_of(catalog))
        if language not in TRANSLATED:
            path.with_suffix(".mo").write_bytes(compiled(catalog))
    for path in HOUSE.glob(f"*/locale/{language}"):
        if path.relative_to(HOUSE).parts[0] not in rooms:
            shutil.rmtree(path)


def key_of(message: Message) -> str:
    """The name of a message in the JSON files."""
    return f"{message.context}\u0004{first_of(message)}" if message.context else first_of(message)


def lacking(language: str) -> dict[str, str | list[str]]:
    """What has no translation: by the name of the message nothing, or the forms of a plural."""
    return {
        key_of(m): "" if isinstance(m.id, str) else list(m.id)
        for catalog in merged(language).values()
        for m in catalog
        if m.id and not all(said(m))
    }


def fill(language: str, given: dict[str, Any]) -> int:
    """Takes translations into every room that uses their strings; gives the exit code."""
    rooms = merged(language)
    for message in (message for catalog in rooms.values() for message in catalog if message.id):
        text = given.get(key_of(message))
        if text:
            if isinstance(text, list) == isinstance(message.id, str):
                print(f"{key_of(message)!r}: a text for one form alone, a list where there is a plural")
                return 1
            message.string = tuple(text) if isinstance(text, list) else text
    save(language, rooms)
    return 0


def main() -> int:
    """Reads the command line."""
    if sys.argv[1:2] == ["--check"]:
        found = [wrong for language in (*LANGUAGES, *TRANSLATED) for wrong in wrongs(language)]
        rooms = template()
        number = len({key_of(m) for catalog in rooms.values() for m in catalog if m.id})
        print(
            "\n".join(found) or f"{number} strings of {len(rooms)} rooms, complete in English, {', '.join(LANGUAGES)}"
        )
        print("\n".join(f"{language}, not offered yet: lacks {len(lacking(language))}" for language in TRANSLATED))
        return 1 if found else 0
    if sys.argv[1:2] == ["--missing"]:
        print(json.dumps(lacking(sys.argv[2]), ensure_ascii=False, indent=0))
        return 0
    if sys.argv[1:2] == ["--fill"]:
        return fill(sys.argv[2], json.loads(Path(sys.argv[3]).read_text(encoding="utf-8")))
    for language in (*LANGUAGES, *TRANSLATED):
        save(language, merged(language))
    return 0


if __name__ == "__main__":
    sys.exit(main())
