"""What a language lacks stands in English as English; before signing in one chooses a language."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from django.test import Client, override_settings
from lxml import html

from tests.conftest import PASSWORD, PROJECT
from tidewaiter.people.models import Officer
from tidewaiter.site.languages import BEGIN, END, with_elements

pytestmark = pytest.mark.django_db


def test_english_on_an_arabic_page_says_that_it_is_english(people: SimpleNamespace) -> None:
    Officer.objects.filter(pk=people.officer.pk).update(language="ar")
    client = Client()
    client.login(username=people.officer.username, password=PASSWORD)
    answer = client.get("/cases/").content.decode()
    tree = html.fromstring(answer)
    assert (tree.get("lang"), tree.get("dir")) == ("ar", "rtl")
    word = tree.xpath("//nav[@class='tw-rail']//a[@href='/library/']/span/span")[0]
    assert (word.get("lang"), word.get("dir"), word.text) == ("en", "ltr", "Library")
    in_attributes = tree.xpath("//nav[@class='tw-rail']/@aria-label")[0]
    assert in_attributes == f"{BEGIN}Rooms{END}"
    running = [
        text for text in tree.xpath("//body//text()[not(ancestor::option or ancestor::script)]") if BEGIN in text
    ]
    assert running == []


@pytest.mark.parametrize("language", ["en", "fr", "es"])
def test_a_complete_language_has_no_marks(people: SimpleNamespace, language: str) -> None:
    Officer.objects.filter(pk=people.officer.pk).update(language=language)
    client = Client()
    client.login(username=people.officer.username, password=PASSWORD)
    page = client.get("/").content.decode()
    assert BEGIN not in page


def test_marks_become_elements_in_text_alone() -> None:
    page = f'<p title="{BEGIN}a{END}">{BEGIN}b{END} و</p><option>{BEGIN}c{END}</option><title>{BEGIN}d{END}</title>'
    assert with_elements(page) == (
        f'<p title="{BEGIN}a{END}"><span lang="en" dir="ltr">b</span> و</p>'
        f"<option>{BEGIN}c{END}</option><title>{BEGIN}d{END}</title>"
    )


def test_one_signs_in_in_any_language_and_the_choice_is_kept() -> None:
    client = Client()
    page = html.fromstring(client.get("/accounts/login/").content)
    offered = {link.get("lang"): link.get("href") for link in page.xpath("//nav/a[@hreflang]")}
    assert set(offered) == {"en", "fr", "es", "pt", "ru", "ar", "zh-hans", "sw", "id"}
    assert offered["fr"] == "?language=fr"
    page = client.get("/accounts/login/?next=/cases/&language=fr")
    assert html.fromstring(page.content).get("lang") == "fr"
    assert "Se connecter" in page.content.decode() or "Connexion" in page.content.decode()
    assert html.fromstring(client.get("/accounts/login/").content).get("lang") == "fr"
    assert html.fromstring(client.get("/accounts/login/?language=xx").content).get("lang") == "fr"


def test_the_door_says_who_helps() -> None:
    assert "Any colleague finds the contact point" in Client().get("/accounts/login/").content.decode()
    with override_settings(CONTACTS_URL="https://customs.example/contacts"):
        page = Client().get("/accounts/login/").content.decode()
    assert 'href="https://customs.example/contacts"' in page
    assert "Find your contact point" in page


def test_no_word_of_ours_is_that_of_a_month_or_a_day() -> None:
    """A catalogue says one thing a word: «May», what a token may do, made «5 Droit 2025» of a day in May."""
    days = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
    dates = days | {"January", "February", "March", "April", "May", "June", "July", "August", "September"}
    dates |= {"October", "November", "December"}
    words = re.compile(r"""(?:\{% translate |\b_\(|gettext(?:_lazy)?\()["']([A-Z][a-z]+)["'](?!.{0,3} context)""")
    ours = PROJECT / "tidewaiter"
    said = [
        (path.name, word)
        for path in [*ours.rglob("*.html"), *ours.rglob("*.py")]
        for word in words.findall(path.read_text(encoding="utf-8"))
        if word in dates
    ]
    assert said == []
