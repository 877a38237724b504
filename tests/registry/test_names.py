"""Two names: a score, how much could have disagreed, and why."""

from __future__ import annotations

import os

import pytest

from tests.conftest import PROJECT
from tidewaiter.registry.names.comparing import Known, compare
from tidewaiter.registry.names.groups import groups_of, key_of
from tidewaiter.registry.names.sounds import bones, chinese, korean, latin, sound

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tidewaiter.site.settings")
pytestmark = pytest.mark.django_db


def _score(left: str, right: str, kind: str = "person", **more: str) -> float:
    return compare(Known(name=left, kind=kind), Known(name=right, kind=kind, **more)).score  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("KASRANI/YOUSSEF MR", "Yusuf Kassarani"),
        ("يوسف كسراني", "Yusuf Kassarani"),
        ("优素福·卡萨拉尼", "Yusuf Kassarani"),
        ("Юсуф Кассарани", "Yusuf Kassarani"),
        ("林潮雁", "Lin Chao-Yan"),
        ("田中太郎", "Tanaka Taro"),
        ("たなかたろう", "Taro Tanaka"),
        ("김철수", "Kim Chul-soo"),
        ("박정희", "Park Chung Hee"),
        ("יוסף כהן", "Joseph Cohen"),
        ("Γιώργος Παπαδόπουλος", "Georgios Papadopoulos"),
        ("محمد بن سلمان القحطاني", "Mohammed bin Salman Al-Qahtani"),
        ("Bill Clinton", "William Clinton"),
        ("J. Smith", "John Smith"),
        ("Abd al-Rahman al-Sudais", "Abdulrahman Alsudais"),
        ("張偉", "张伟"),
        ("Schtscherbakow Juri", "Щербаков Юрий Александрович"),
    ],
)
def test_one_person_in_two_spellings_is_the_same(left: str, right: str) -> None:
    assert _score(left, right) >= 0.8
    assert _score(right, left) >= 0.8


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("John Smith", "Peter Smith"),
        ("Ivan Ivanovich Petrov", "Ivan Sergeevich Petrov"),
        ("Aleksandr Petrov", "Aleksandra Petrova"),
        ("Hassan Ali", "Hussein Ali"),
        ("王伟", "王芳"),
        ("田中太郎", "田中次郎"),
        ("김철수", "김영수"),
        ("יוסף כהן", "David Cohen"),
        ("Maria Garcia Lopez", "Maria Garcia Perez"),
        ("محمد احمد", "محمود احمد"),
        ("Nguyen Van An", "Nguyen Thi An"),
    ],
)
def test_relatives_and_namesakes_are_not_the_same(left: str, right: str) -> None:
    assert _score(left, right) < 0.75
    assert _score(right, left) < 0.75


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("Kilindini Quill Trading Ltd", "Kilindini Quill Trading Limited", True),
        ("ООО «Ромашка»", "Romashka LLC", True),
        ("上海华美贸易有限公司", "Shanghai Huamei Trading Co., Ltd.", True),
        ("شركة النور للتجارة", "Al Noor Trading Co", True),
        ("International Business Machines Corp", "IBM", True),
        ("ソニー株式会社", "Sony K.K.", True),
        ("Acme Trading Ltd", "Acme Trading PLC", False),
        ("Acme Trading (Kenya) Ltd", "Acme Trading (Uganda) Ltd", False),
        ("Acme Holding", "Acme Trading", False),
        ("Delta Shipping 1 Ltd", "Delta Shipping 2 Ltd", False),
    ],
)
def test_firms_are_told_by_their_own_words_their_form_and_their_branch(left: str, right: str, same: bool) -> None:
    assert (_score(left, right, "company") >= 0.8) == same


def test_the_score_and_the_evidence_are_two_things() -> None:
    alone = compare(Known(name="Hassan Ali"), Known(name="Hassan Ali"))
    assert alone.score == 1.0
    assert alone.evidence == 0.3
    assert "Same name, nothing to disagree." in alone.why
    born = compare(Known(name="Hassan Ali", birth="1975-02-03"), Known(name="Hassan Ali", birth="3 Feb 1975"))
    assert born.evidence == 0.65
    assert "Born on the same day." in born.why
    other = compare(Known(name="Hassan Ali", birth="1975-02-03"), Known(name="Hassan Ali", birth="1991-07-08"))
    assert other.score < 0.5
    assert other.contradicts
    assert "Born in another year: 1975, 1991." in other.why


def test_births_that_are_nearly_the_same_are_said_to_be() -> None:
    turned = compare(Known(name="Anna Nemo", birth="1984-05-06"), Known(name="Anna Nemo", birth="1984-06-05"))
    assert turned.score >= 0.9
    assert "Day and month of birth are exchanged." in turned.why
    decade = compare(Known(name="Anna Nemo", birth="1984-05-06"), Known(name="Anna Nemo", birth="1994-05-06"))
    assert 0.8 <= decade.score < 0.95


def test_countries_and_documents_count() -> None:
    here, there = frozenset({"KE"}), frozenset({"KM"})
    assert compare(Known(name="Anna Nemo", countries=here), Known(name="Anna Nemo", countries=there)).score == 0.92
    same = compare(Known(name="Anna Nemo", numbers=frozenset({"A1"})), Known(name="A. Nemo", numbers=frozenset({"A1"})))
    assert "Same number of a document or register." in same.why
    assert same.evidence == pytest.approx(0.61)


def test_where_no_kind_is_said_a_legal_form_tells_it() -> None:
    assert (
        compare(Known(name="Kilindini Quill Trading Ltd"), Known(name="Kilindini Quill Trading Limited")).score == 1.0
    )
    assert compare(Known(name="Acme Trading Ltd"), Known(name="Acme Trading PLC")).score < 0.7
    for name in ("Maria De Sa", "Jun Co", "Ana Ltdova", "As Ag", "Lee Inc"):
        assert compare(Known(name=name), Known(name=name)).score == 1.0


def test_two_kinds_are_never_one() -> None:
    found = compare(Known(name="Nemo", kind="person"), Known(name="Nemo", kind="company"))
    assert (found.score, found.evidence) == (0.0, 1.0)


@pytest.mark.parametrize(
    "name",
    ["", " ", "-", "…", "\u200f", "Mr", "1234", "李", "א", "&", "'", "ﷺ", "x" * 5000, "a b c d e f g h i j k l m n o"],
)
def test_no_name_breaks_it_and_every_score_lies_between_0_and_1(name: str) -> None:
    for kind in ("person", "company", "vessel"):
        for other in ("Anna Nemo", name, "上海华美贸易有限公司", "김철수"):
            found = compare(Known(name=name, kind=kind), Known(name=other, kind=kind))
            assert 0.0 <= found.score <= 1.0
            assert 0.0 <= found.evidence <= 1.0


def test_keys_level_the_usual_spellings() -> None:
    assert latin("Щербаков") == "shcherbakov"
    assert sound("tschernoff") == sound("chernov") == "chernov"
    assert bones("mohammed") == bones("mhmd")
    assert chinese("hsieh") == chinese("xie")
    assert korean("jeong") == korean("chung")
    assert groups_of(key_of("Юсуф")) & groups_of(key_of("Yusuf"))
    assert groups_of("thereisnosuchname") == frozenset()


def test_the_table_of_spellings_is_in_order_and_whole() -> None:
    import gzip

    with gzip.open(PROJECT / "codes" / "name_groups.txt.gz", "rb") as file:
        lines = file.read().splitlines()
    assert len(lines) > 400_000
    keys = [line.partition(b"\t")[0] for line in lines]
    assert [key + b"\t" for key in keys] == sorted(key + b"\t" for key in keys)
    for key in (keys[0], keys[-1], keys[len(keys) // 2], keys[12_345]):
        assert groups_of(key.decode()), key
