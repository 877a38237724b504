"""Every string is marked, and English, French and Spanish are complete for all that exists."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.conftest import PASSWORD, PROJECT
from tests.making import case_in
from tidewaiter.cases.actions import draft
from tidewaiter.people.models import Officer
from tidewaiter.people.policy import ROLES as GRANTED
from tidewaiter.site.labels import ROLES

THREE = ("en", "fr", "es")
NAMES = {
    *("Tidewaiter", "UETR", "KEMBA", "OCU", "camt", "form=WPN&amp;departure=CL&amp;q=pump", "cases.validated"),
    *("CLEAR", "GREEN", "AMBER", "STRICT", "RED", "TLP", "PAP", "STIX", "TAXII", "ATT", "attck4fraud", "UTC"),
    *("OpenAPI", "JSON", "Schema", "CSV", "XSD", "PDF", "HTML", "Excel", "SHA", "sha", "sha256"),
    *("Tab", "Alt", "Ctrl", "verify_certificate", "FILE"),
}
"""Words that are the same in every language: names, standards, marks, keys, commands."""
ADDRESS = re.compile(r"\S*/\S*/\S*")
STYLE = re.compile(r"[@.a-z][^{}]*\{[^{}]*\}")


def test_catalogues_are_complete_current_and_keep_their_placeholders() -> None:
    done = subprocess.run([sys.executable, "tools/messages.py", "--check"], cwd=PROJECT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", sorted((PROJECT / "tidewaiter").rglob("*.html")), ids=lambda path: path.name)
def test_a_template_holds_no_unmarked_words(path: Path) -> None:
    text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", path.read_text(), flags=re.S)
    text = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", text, flags=re.S)
    text = re.sub(r"<svg.*?</svg>|<pre.*?</pre>|<code.*?</code>", "", text, flags=re.S)
    found = [hit.strip() for hit in re.findall(r">([^<]*[A-Za-z]{3,}[^<]*)<", text)]
    found += re.findall(r'(?:placeholder|aria-label|title|alt)="([^"]*[A-Za-z]{3,}[^"]*)"', text)
    assert [one for one in found if one not in NAMES and _words_of(one) - NAMES] == []


def _words_of(said: str) -> set[str]:
    """The words of a stretch of text that are three letters and longer: no addresses, no rules of style."""
    plain = STYLE.sub(" ", ADDRESS.sub(" ", said.replace("&amp;", "&")))
    return {word for word in re.split(r"[\s·–—+,;:.()&…/-]+", plain) if re.search(r"[A-Za-z]{3,}", word)}


def test_forms_speak_all_three() -> None:
    def missing(value: Any, at: str) -> list[str]:
        found = []
        if isinstance(value, dict):
            for name in ("label", "help"):
                words = value.get(name)
                if isinstance(words, dict) and words:
                    found += [f"{at}.{name}: {lang}" for lang in THREE if not words.get(lang)]
            for key, inner in value.items():
                found += missing(inner, f"{at}.{value.get('name', value.get('code', key))}")
        elif isinstance(value, list):
            for inner in value:
                found += missing(inner, at)
        return found

    for path in (PROJECT / "forms").glob("*.toml"):
        definition = tomllib.loads(path.read_text())
        assert not missing(definition, path.stem)
        for name, words in definition.get("blocks", {}).items():
            assert all(words.get(lang) for lang in THREE), name


def test_lists_of_our_own_speak_all_three() -> None:
    for name, meta in tomllib.loads((PROJECT / "codes" / "lists.toml").read_text()).items():
        if meta["licence"] != "ours" or name == "basel":  # the convention's own annexes, in its words
            continue
        with (PROJECT / "codes" / meta["file"]).open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                assert all(row.get(lang) for lang in THREE), (name, row)


def test_every_role_has_a_word() -> None:
    """Of deeds `test_words_of_deeds.py` holds the same."""
    assert set(ROLES) == set(GRANTED)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fr", ("Cas", "Brouillon", "1 234,5")),
        ("es", ("Casos", "Borrador", "1 234,5")),
        ("en", ("Cases", "Draft", "1,234.5")),
    ],
)
def test_a_person_reads_their_own_language_and_its_numbers(
    people: SimpleNamespace, language: str, words: tuple[str, ...]
) -> None:
    draft(
        cases=[case_in(lines=[{"subtype": "ammunition", "quantity": "1234.5", "unit": "KGM"}])],
        by=people.contact,
        channel="csv",
    )
    Officer.objects.filter(pk=people.contact.pk).update(language=language)
    client = Client(headers={"Accept-Language": "ru"})
    assert client.login(username=people.contact.username, password=PASSWORD)
    page = client.get("/cases/").content.decode().replace("\u202f", " ").replace("\xa0", " ")
    assert f'lang="{language}"' in page
    for word in words:
        assert word in page, word
    refused = client.get("/cases/?year=never").content.decode()
    assert {"fr": "n’est pas une année", "es": "no es un año", "en": "is not a year"}[language] in refused.replace(
        "&#x27;", "’"
    ).replace("'", "’")
    assert "Traceback" not in refused
