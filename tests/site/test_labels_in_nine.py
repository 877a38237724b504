"""Fields, states and codes of the forms are named in nine languages; where one has no word, English stands apart."""

from __future__ import annotations

import csv
import tomllib
from types import SimpleNamespace

import pytest
from django.test import Client
from lxml import html

from tests.conftest import PASSWORD, PROJECT
from tests.making import case_in
from tidewaiter.cases.actions import draft
from tidewaiter.codelists.models import Code, CodeList, Label
from tidewaiter.forms.actions import define, define_shipped_forms
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.actors import NODE
from tidewaiter.people.models import Officer

SIX = ("pt", "ru", "ar", "zh", "sw", "id")


def _page(person: Officer, language: str, address: str) -> html.HtmlElement:
    Officer.objects.filter(pk=person.pk).update(language=language)
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return html.fromstring(client.get(address).content)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "field", "block", "state", "place_kind", "subtype"),
    [
        ("en", "Date of seizure", "Goods", "Draft", "Seaport", "Magazine"),
        ("fr", "Date de saisie", "Marchandises", "Brouillon", "Port maritime", "Chargeur"),
        ("es", "Fecha de incautación", "Mercancías", "Borrador", "Puerto marítimo", "Cargador"),
        ("pt", "Data da apreensão", "Mercadorias", "Rascunho", "Porto marítimo", "Carregador"),
        ("ru", "Дата изъятия", "Товары", "Черновик", "Морской порт", "Магазин"),
        ("ar", "تاريخ الضبط", "البضائع", "مسودة", "ميناء بحري", "مخزن ذخيرة"),
        ("zh-hans", "查获日期", "货物", "草稿", "海港", "弹匣"),
        ("sw", "Tarehe ya ukamataji", "Bidhaa", "Rasimu", "Bandari", "Magazini"),
        ("id", "Tanggal penyitaan", "Barang", "Draf", "Pelabuhan laut", "Magasin"),
    ],
)
def test_an_entry_speaks_the_readers_language(
    people: SimpleNamespace, language: str, field: str, block: str, state: str, place_kind: str, subtype: str
) -> None:
    page = _page(people.officer, language, "/cases/new/WPN/")
    words = " ".join(page.xpath("//main")[0].text_content().split())
    for word in (field, block, state, place_kind, subtype):
        assert word in words, word


@pytest.mark.django_db
def test_a_case_is_read_in_swahili(people: SimpleNamespace) -> None:
    (made,) = draft(cases=[case_in(detection={"method": "risk_profile"})], by=people.officer, channel="page").refs
    words = _page(people.officer, "sw", f"/cases/{made}/").text_content()
    for word in ("Rasimu", "Sababu ya kuchaguliwa", "Wasifu wa hatari", "Njia ya usafiri", "Bahari"):
        assert word in words, word


@pytest.mark.django_db
def test_a_label_that_a_language_lacks_stands_as_english(people: SimpleNamespace) -> None:
    text = (PROJECT / "forms" / "WPN.toml").read_text()
    text = text.replace("version = 2", "version = 3").replace('en = "Calibre", fr', 'en = "Bore of the barrel", fr')
    define(text=text, by=NODE)
    page = _page(people.officer, "ar", "/cases/new/WPN/?long=1")
    (label,) = [one for one in page.xpath("//span[@lang='en'][@dir='ltr']") if one.text == "Bore of the barrel"]
    assert label.xpath("ancestor::label")
    assert form_named("WPN").by_path["calibre"].title("ar") == "Bore of the barrel", "a file carries no marks"
    page = _page(people.officer, "fr", "/cases/new/WPN/?long=1")
    assert not page.xpath("//span[@lang='en'][@dir='ltr']")


def test_every_field_of_a_shipped_form_has_a_label_in_six_more_languages() -> None:
    with (PROJECT / "forms" / "labels.csv").open(encoding="utf-8") as file:
        known = {row["en"]: row for row in csv.DictReader(file)}
    lacking = []
    for path in [*sorted((PROJECT / "forms").glob("[A-Z]*.toml")), PROJECT / "forms" / "common.toml"]:
        form = tomllib.loads(path.read_text())
        words = [form["label"]["en"]] if "label" in form else []
        words += [block["en"] for block in form.get("blocks", {}).values()]
        for shelf in ("header", "line", "fields"):
            for field in form.get(shelf, ()):
                words += [field["label"]["en"], *([field["help"]["en"]] if "help" in field else [])]
        lacking += [word for word in words if word not in known or not all(known[word][lang] for lang in SIX)]
    assert lacking == []


def test_every_sub_type_that_a_form_brings_has_a_name_of_its_own_in_six_more_languages() -> None:
    with (PROJECT / "forms" / "labels.csv").open(encoding="utf-8") as file:
        known = {row["en"]: row for row in csv.DictReader(file)}
    wrong = []
    for path in sorted((PROJECT / "forms").glob("[A-Z]*.toml")):
        named: set[tuple[str, str]] = set()
        for code in tomllib.loads(path.read_text()).get("subtypes", ()):
            for lang in SIX:
                word = known.get(code["label"]["en"], {}).get(lang, "")
                if not word or (lang, word.lower()) in named:
                    wrong.append((path.stem, code["code"], lang, word))
                named.add((lang, word.lower()))
    assert wrong == [], "without a name, or with that of another sub-type, which a file could then not tell apart"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "subtype"),
    [
        ("fr", "Fausse monnaie"),
        ("pt", "Moeda falsa"),
        ("ru", "Поддельная валюта"),
        ("ar", "عملة مزيفة"),
        ("zh-hans", "伪造货币"),
        ("sw", "Fedha bandia"),
        ("id", "Uang palsu"),
    ],
)
def test_a_sub_type_that_its_form_brings_is_offered_in_the_readers_language(
    people: SimpleNamespace, language: str, subtype: str
) -> None:
    words = _page(people.officer, language, "/cases/new/CUR/").xpath("//main")[0].text_content()
    assert subtype in " ".join(words.split())


@pytest.mark.django_db
def test_words_of_a_later_program_reach_a_node_that_has_the_form_already() -> None:
    Label.objects.filter(code__list_id="subtype_cur", lang="sw").delete()
    CodeList.objects.filter(name="subtype_cur").update(sha256="an earlier file")
    Code.objects.filter(list_id="subtype_cur").update(digest="an earlier row")
    define_shipped_forms()
    assert Label.objects.filter(code__list_id="subtype_cur", lang="sw", text="Fedha bandia").count() == 1
    CodeList.objects.filter(name="subtype_cur").update(source="our own list", sha256="ours")
    define_shipped_forms()
    assert CodeList.objects.get(name="subtype_cur").sha256 == "ours", "what a node has put in its place stays"
