"""Lists: what people write is found in any language, and a newer file says what it changes."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.conftest import Program
from tidewaiter.codelists.actions import load_list
from tidewaiter.codelists.models import Code
from tidewaiter.codelists.places import resolve_places
from tidewaiter.codelists.queries import list_view, look_again, suggest
from tidewaiter.codelists.units import read_unit, together
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.refusals import BadInput

META = {"title": "Kinds", "version": "1", "source": "test", "licence": "ours"}


@pytest.mark.both_databases
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "said", "code"),
    [
        ("unit", "Kilogram", "KGM"),
        ("unit", "kilogrammes", "KGM"),
        ("unit", "pieces", "H87"),
        ("unit", "H87 piece", "H87"),
        ("unit", "kgm", "KGM"),
        ("country", "Viet Nam", "VN"),
        ("country", "Vietnam", "VN"),
        ("country", "Кения", "KE"),
        ("country", "肯尼亚", "KE"),
        ("country", "كينيا", "KE"),
        ("country", "côte d'ivoire", "CI"),
        ("country", "cote d'ivoire", "CI"),
        ("country", "KEN", "KE"),
        ("country", "USA", "US"),
        ("substance", "marijuana", "cannabis_herb"),
        ("substance", "Khat (Catha Edulis)", "khat"),
        ("substance", "Lsd", "lsd"),
        ("cites_term", "scales", "SCA"),
        ("cites_term", "ivory", "TUS"),
        ("mode", "Air", "4"),
        ("species", "tortuga", "testudines"),
        ("weapon", "Silencer (Muffler or Sound Moderator)", "silencer"),
    ],
)
def test_a_label_in_any_language_is_its_code(name: str, said: str, code: str) -> None:
    assert list_view(name).resolve(said).code == code


@pytest.mark.django_db
def test_an_unknown_word_is_answered_with_the_nearest_codes() -> None:
    answer = list_view("country").resolve("Keniya land")
    assert answer.code is None
    assert "KE" in [code for code, _ in list_view("country").resolve("Kennya").proposals]


@pytest.mark.both_databases
@pytest.mark.django_db
def test_places_are_resolved_within_their_country() -> None:
    answers = resolve_places(
        [("Mombasa", "KE"), ("KEMBA", "KE"), ("San Antonio", "CL"), ("San Antonio", ""), ("Nowhere-on-Sea", "KE")]
    )
    assert answers[("Mombasa", "KE")].code == "KEMBA"
    assert answers[("KEMBA", "KE")].code == "KEMBA"
    assert answers[("San Antonio", "CL")].code == "CLSAI"
    assert answers[("San Antonio", "")].code is None, "there are several: that is an error, not a guess"
    assert answers[("Nowhere-on-Sea", "KE")].code is None


@pytest.mark.both_databases
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "code"),
    [("momb", "KEMBA"), ("mombassa", "KEMBA"), ("Мomb", "KEMBA"), ("valparaiso", "CLVAP"), ("valpariso", "CLVAP")],
)
def test_type_ahead_forgives_accents_and_misspellings(said: str, code: str) -> None:
    assert code in [hit["code"] for hit in suggest("unlocode", said, limit=10)]


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_newer_file_says_what_it_adds_changes_and_retires(tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("code,en,fr\nA,Apple,Pomme\nB,Pear,Poire\nC,Plum,Prune\n")
    second.write_text("code,en,fr\nA,Apple,Pomme\nB,Big pear,Poire\nD,Fig,Figue\n")
    load_list(name="kinds", path=first, meta=META, by=NODE)
    trial = load_list(name="kinds", path=second, meta={**META, "version": "2"}, by=NODE, dry_run=True)
    assert (trial["added"], trial["changed"], trial["retired"]) == (1, 1, 1)
    assert list_view("kinds").codes["C"].valid_to is None, "a dry run changes nothing"
    done = load_list(name="kinds", path=second, meta={**META, "version": "2"}, by=NODE)
    assert done["examples"] == {"added": ["D"], "changed": ["B"], "retired": ["C"]}
    look_again()
    view = list_view("kinds")
    assert view.resolve("Prune").code == "C", "a retired code stays readable"
    assert view.codes["C"].valid_to is not None
    assert view.resolve("big pear").code == "B"
    again = load_list(name="kinds", path=second, meta={**META, "version": "2"}, by=NODE)
    assert (again["added"], again["changed"], again["retired"]) == (0, 0, 0)
    assert Code.objects.filter(list_id="kinds").count() == 4


@pytest.mark.both_databases
@pytest.mark.django_db
def test_names_that_an_official_file_has_no_column_for_stay(tmp_path: Path) -> None:
    ours, official = tmp_path / "a.csv", tmp_path / "b.csv"
    ours.write_text("code,en,fr,alt\nA,Apple,Pomme,Pippin\nB,Pear,Poire,\n")
    official.write_text("Common Code,Name\nA,apple (fruit)\nC,Plum\n")
    load_list(name="kinds", path=ours, meta=META, by=NODE)
    load_list(name="kinds", path=official, meta={**META, "version": "2"}, by=NODE)
    look_again()
    view = list_view("kinds")
    assert [view.resolve(said).code for said in ("Pomme", "Pippin", "apple (fruit)", "Plum", "Poire")] == [
        "A",
        "A",
        "A",
        "C",
        "B",
    ]
    assert view.resolve("Apple").code is None, "the English name is the file's now"
    again = load_list(name="kinds", path=official, meta={**META, "version": "2"}, by=NODE)
    assert (again["added"], again["changed"], again["retired"]) == (0, 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "name\nx\n", "code,en\nA,x\nA,y\n", "code,en,valid_from\nA,x,yesterday\n"])
def test_a_file_that_is_no_list_is_refused_and_changes_nothing(tmp_path: Path, text: str) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(text)
    with pytest.raises(BadInput):
        load_list(name="country", path=bad, meta=META, by=NODE)
    assert list_view("country").resolve("Kenya").code == "KE"


def test_the_official_unlocode_layout_is_read_by_the_command(node: Program, tmp_path: Path) -> None:
    official = tmp_path / "2024-1 UNLOCODE CodeListPart1.csv"
    rows = [
        ',"KE",,".KENYA",,,,,,,,',
        ',"KE","MBA","Mombasa","Mombasa",,"1--45---","AI","9601",,,',
        ',"KE","NBO","Nairobi","Nairobi","30","--34----","AI","9601",,,',
        '"+","KE","ZZ9","Nouveau Malindé","Nouveau Malinde",,"1-------","RL","2407",,,',
    ]
    official.write_bytes("\n".join(rows * 1).encode("cp1252"))
    answer = node.json("load_list", "unlocode", str(official), "--as-version", "2024-1", "--dry-run")
    assert answer["added"] == 1
    assert answer["retired"] > 100_000, (
        "this little file lacks nearly all places: the dry run says so before it happens"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("parts", "allowed", "value", "why"),
    [
        ([("3", "kg"), ("200", "g")], ("KGM", "GRM"), ("3.2", "KGM"), ""),
        ([("1", "lb"), ("8", "oz")], ("LBR", "ONZ"), ("1.49999994488", "LBR"), ""),
        ([("1", "t"), ("2", "kg"), ("5", "g")], ("TNE", "KGM", "GRM"), ("1.002005", "TNE"), ""),
        ([("5", "")], ("KGM",), ("5", ""), ""),
        ([("5", "lbs")], ("KGM", "LBR"), ("5", "LBR"), ""),
        ([("200", "g"), ("3", "kg")], ("KGM", "GRM"), None, "units_differ"),
        ([("2", "kg"), ("3", "kg")], ("KGM",), None, "units_differ"),
        ([("3", "kg"), ("2", "l")], ("KGM", "LTR"), None, "units_differ"),
        ([("2", "pcs"), ("3", "kg")], ("H87", "KGM"), None, "units_differ"),
        ([("3", "kg"), ("5", "")], ("KGM",), None, "unknown_unit"),
        ([("5", "kg"), ("5", "zorks")], ("KGM",), None, "unknown_unit"),
    ],
)
def test_parts_of_a_quantity_add_up_or_say_why(
    parts: list[tuple[str, str]], allowed: tuple[str, ...], value: tuple[str, str] | None, why: str
) -> None:
    reading = together([(Decimal(number), word) for number, word in parts], allowed)
    if value is None:
        assert (reading.value, reading.several, reading.why) == (None, (), why)
    else:
        assert reading.value is not None
        assert (reading.value[0], reading.value[1]) == (Decimal(value[0]), value[1])


@pytest.mark.django_db
def test_tons_are_those_of_the_field_and_asked_where_it_takes_two() -> None:
    assert read_unit("tons", ("KGM", "TNE")).value == "TNE"
    assert read_unit("tons", ("KGM", "STN")).value == "STN"
    for word in ("tons", "ton", "tn"):
        assert set(read_unit(word, ("TNE", "STN")).several) == {"TNE", "STN"}
    both = together([(Decimal(5), "tons")], ("TNE", "STN"))
    assert [(str(number), code) for number, code in both.several] == [("5", "TNE"), ("5", "STN")]
    assert together([(Decimal(5), "tons"), (Decimal(3), "kg")], ("TNE", "STN", "KGM")).why == "unknown_unit"
