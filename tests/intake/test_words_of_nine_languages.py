"""Words for drugs and for ways of transport as agencies of nine languages write them; none is taken for another."""

from __future__ import annotations

import pytest

from tidewaiter.codelists.queries import list_view

pytestmark = pytest.mark.django_db

DRUGS = {
    "cannabis_herb": "ganja bhangi bangi каннабис ماريجوانا بانجو 大麻 大麻草 marihuana maconha",
    "cannabis_resin": "hasis hashishi حشيش الحشيش 大麻脂 大麻樹脂 haxixe hachís гашиш Haschisch",
    "cocaine": "kokain kokeni كوكايين кокаин 可卡因 古柯碱 cocaína",
    "heroin": "heroini putaw هيروين героин 海洛因 héroïne",
    "methamphetamine": "sabu sabu-sabu shabu شبو ميثامفيتامين 冰毒 甲基苯丙胺 метамфетамин",
    "mdma": "ekstasi inex экстази МДМА إكستاسي 摇头丸 搖頭丸",
    "opium": "candu afyuni kasumba опий أفيون 鸦片 阿片",
    "khat": "miraa mirungi khat قات 恰特草",
    "captagon": "كبتاجون الكبتاجون каптагон captagon",
    "tramadol": "ترامادول трамадол 曲马多 tramadoli",
    "ketamine": "ketamini كيتامين кетамин 氯胺酮 K粉",
    "pregabalin": "بريجابالين прегабалин 普瑞巴林 ليريكا",
}
MODES = {
    "1": "laut kapal بحر سفينة морской судно 海运 海運 bahari meli navire buque navio Seeverkehr",
    "2": "treni قطار железнодорожный ж/д 铁路 火车 ferroviario Eisenbahn",
    "3": "darat truk mobil شاحنة سيارة автомобильный авто грузовик 公路 卡车 barabara lori gari camión Straße Lkw",
    "4": "udara pesawat جوي طائرة воздушный авиа 空运 航空 飞机 anga ndege aéreo Luftverkehr",
    "5": "pos بريد почта МПО 邮递 邮寄 posta correio",
    "8": "sungai نهر речной 内河 mto fluvial Binnenschiff",
    "9": "пешком 步行 مشيا Fußgänger",
}


@pytest.mark.parametrize(("name", "words"), [("substance", DRUGS), ("mode", MODES)])
def test_a_word_is_read_in_nine_languages(name: str, words: dict[str, str]) -> None:
    view = list_view(name)
    wrong = [
        (word, found)
        for code, said in words.items()
        for word in said.split()
        if (found := view.resolve(word).code) != code
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "word", ["соль", "unga", "tembe", "pot", "grass", "邮票", "courier", "boat", "container", "快递"]
)
def test_a_word_that_may_be_anything_is_nothing(word: str) -> None:
    assert list_view("substance").resolve(word).code is None
    assert list_view("mode").resolve(word).code is None


def test_a_doubted_name_is_proposed_and_not_taken() -> None:
    answer = list_view("substance").resolve("Heroin?")
    assert (answer.code, answer.doubted, answer.proposals) == (None, True, [("heroin", "Heroin")])
    assert list_view("country").resolve("M?xico").code is None, "a sign that was lost is no doubt, and no name either"


def test_chinese_words_of_one_sound_are_not_one_word() -> None:
    units = list_view("unit")
    assert units.named("瓶") == [], "read píng, as «坪», a measure of ground, is"
    assert units.named("噸") == ["TNE"]
    assert list_view("country").named("泰國") == ["TH"], "another spelling of one word shares its signs"
