"""Catalogues of the pages' words: taken from sources and templates, merged, compiled. No GNU gettext is needed.

tools/messages.py            brings locale/*/LC_MESSAGES/django.po and .mo up to date
tools/messages.py --check    fails where a string is missing, fuzzy, unused, or holds other placeholders than English
tools/messages.py --missing LL   prints what a language lacks, as JSON
tools/messages.py --fill LL FILE.json   takes translations: {"English": "…" or ["one", "other"]}, a context before a
"\\u0004"
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
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
LOCALE = PROJECT / "tidewaiter" / "locale"
LANGUAGES = ("fr", "es")
"""Complete for all that exists; the others follow (docs/decisions/0004)."""
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


def _strings() -> Iterator[tuple[str, int, Any, str | None]]:
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


def template() -> Catalog:
    """Every marked string, with the files it stands in (without lines: they would change with every edit)."""
    catalog = Catalog(project="Tidewaiter", fuzzy=False, header_comment="# The words of Tidewaiter's pages.")
    for file, _line, message, context in _strings():
        if message:
            catalog.add(message, locations=[(file, None)], context=context)
    return catalog


def path_of(language: str) -> Path:
    """Where a language's catalogue lies."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def known(language: str) -> Catalog:
    """The catalogue as it is kept."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, project="Tidewaiter", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def merged(language: str) -> Catalog:
    """The kept translations over today's strings; what is no longer used falls out."""
    old, fresh = (
        known(language),
        Catalog(
            locale=language,
            project="Tidewaiter",
            fuzzy=False,
            creation_date=DAY,
            revision_date=DAY,
            header_comment="# The words of Tidewaiter's pages.",
        ),
    )
    for message in template():
        if message.id:
            before = old.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
            fresh.add(
                message.id,
                before.string if before is not None and not before.fuzzy else "",
                message.locations,
                context=message.context,
            )
    return fresh


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


def wrongs(language: str) -> list[str]:
    """What is wrong with a language, in sentences."""
    catalog = merged(language)
    found = []
    for message in catalog:
        if not message.id:
            continue
        sources = [message.id] if isinstance(message.id, str) else list(message.id)
        texts = said(message)
        name = f"{language}: {message.context + ': ' if message.context else ''}{sources[0][:80]!r}"
        if not all(texts) or (len(sources) > 1 and len(texts) < catalog.num_plurals):
            found.append(f"{name} is not translated (or a plural is missing)")
            continue
        wanted = {hole for source in sources for hole in _holes.findall(source)}
        last = set(_holes.findall(sources[-1]))
        for at, text in enumerate(texts):
            holes = set(_holes.findall(text))
            if not holes <= wanted or (at == len(texts) - 1 and holes != last):
                found.append(f"{name}: placeholders differ in {text[:60]!r}")
    if not path_of(language).exists() or path_of(language).read_bytes() != text_of(catalog):
        found.append(f"{language}: the catalogue is not up to date (tools/messages.py)")
    mo = path_of(language).with_suffix(".mo")
    if not mo.exists() or mo.read_bytes() != compiled(catalog):
        found.append(f"{language}: the compiled catalogue is not up to date (tools/messages.py)")
    return found


def save(language: str, catalog: Catalog) -> None:
    """Writes both files."""
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    path_of(language).write_bytes(text_of(catalog))
    path_of(language).with_suffix(".mo").write_bytes(compiled(catalog))


def key_of(message: Message) -> str:
    """The name of a message in the JSON files."""
    source = message.id if isinstance(message.id, str) else message.id[0]
    return f"{message.context}\u0004{source}" if message.context else source


def main() -> int:
    """Reads the command line."""
    if sys.argv[1:2] == ["--check"]:
        found = [wrong for language in LANGUAGES for wrong in wrongs(language)]
        print("\n".join(found) or f"{len(template())} strings, complete in English, {', '.join(LANGUAGES)}")
        return 1 if found else 0
    if sys.argv[1:2] == ["--missing"]:
        lacking = {
            key_of(m): "" if isinstance(m.id, str) else list(m.id)
            for m in merged(sys.argv[2])
            if m.id and not all(said(m))
        }
        print(json.dumps(lacking, ensure_ascii=False, indent=0))
        return 0
    if sys.argv[1:2] == ["--fill"]:
        catalog = merged(sys.argv[2])
        given = json.loads(Path(sys.argv[3]).read_text(encoding="utf-8"))
        for message in catalog:
            text = given.get(key_of(message)) if message.id else None
            if text:
                if isinstance(text, list) == isinstance(message.id, str):
                    print(f"{key_of(message)!r}: a text for one form alone, a list where there is a plural")
                    return 1
                message.string = tuple(text) if isinstance(text, list) else text
        save(sys.argv[2], catalog)
        return 0
    for language in LANGUAGES:
        save(language, merged(language))
    return 0


if __name__ == "__main__":
    sys.exit(main())
