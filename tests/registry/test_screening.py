"""What one name finds among all that the registry holds, from which score on, and in which order."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tidewaiter.registry import candidates, screening, thresholds
from tidewaiter.registry.actions.bringing import bring_entities
from tidewaiter.registry.actions.entering import enter
from tidewaiter.registry.actions.merging import merge
from tidewaiter.registry.candidates import rare_keys
from tidewaiter.registry.names.comparing import Compared, Known, compare
from tidewaiter.registry.reading.said import SaidThing
from tidewaiter.registry.screening import Hit, Profile, best_of, of_profile, profiles_of, screen, screen_many
from tidewaiter.registry.thresholds import thresholds_of

pytestmark = pytest.mark.django_db

CSV = """kind,name,alias,birth_date,nationality,document,source
person,Yusuf Kassarani,Abu Farid,1987-03-14,Comoros,NB0418377,a
person,Youssef Kasrani,,1990-01-01,Yemen,,b
person,Zebedee Quux,,1970,KE,,c
company,Kassarani Trading Ltd,,,,,d
vessel,Kassarani,,,,,e
"""


@pytest.fixture
def registry(staff: SimpleNamespace, tmp_path: Path) -> SimpleNamespace:
    """Five things of Kenya."""
    path = tmp_path / "a.csv"
    path.write_text(CSV, encoding="utf-8")
    bring_entities(path=path, by=staff.investigator)
    return staff


def found(by: Any, name: str, kind: str = "person", **more: Any) -> list[str]:
    """Captions of the hits, in their order."""
    known = Known(name=name, kind=kind, birth=more.pop("birth", ""))
    return [hit.caption for hit in screen(known, by, **more).hits]


def test_a_name_finds_what_sounds_like_it_from_seven_tenths_on(registry: SimpleNamespace) -> None:
    by = registry.officer
    assert thresholds_of(by).screening == 0.7, "while nobody has set another"
    assert thresholds.SCREENING == 0.7
    assert (candidates.MOST_CANDIDATES, screening.MOST_NAMES, screening.MOST_HITS) == (30, 8, 50)
    assert found(by, "Yusuf Kassarani") == ["Yusuf Kassarani", "Youssef Kasrani"]
    assert found(by, "Kasrani Youssef")[0] == "Youssef Kasrani"
    assert found(by, "Yusuf Kassarani", birth="1990-01-01") == ["Youssef Kasrani"]
    assert found(by, "Abu Farid") == ["Yusuf Kassarani"], "an alias, and it is read under its first name"
    assert found(by, "Nobody Atall") == []
    [first, second] = screen(Known(name="Yusuf Kassarani", kind="person"), by).hits
    assert first.found.score > second.found.score >= 0.7
    exactly = second.found.score
    assert len(found(by, "Yusuf Kassarani", least=exactly)) == 2, "who reaches it is a hit"
    assert found(by, "Yusuf Kassarani", least=exactly + 0.001) == ["Yusuf Kassarani"]
    assert (first.kind, first.listed, first.name) == ("person", "", "Yusuf Kassarani")


def test_kinds_are_looked_for_as_they_are_named(registry: SimpleNamespace) -> None:
    by = registry.officer
    assert found(by, "Kassarani Trading Ltd", "company") == ["Kassarani Trading Ltd"]
    assert "Kassarani Trading Ltd" in found(by, "Kassarani Trading Ltd", "")
    assert found(by, "Kassarani Trading Ltd", "person") == []
    assert found(by, "Kassarani", "vessel") == ["Kassarani"]
    assert "Yusuf Kassarani" in found(by, "Yusuf Kassarani", "")


def test_what_is_not_seen_is_not_found(registry: SimpleNamespace) -> None:
    for other in (registry.foreign, registry.steward, registry.partner):
        assert screen(Known(name="Yusuf Kassarani", kind="person"), other).hits == []


def test_a_state_says_what_came_of_a_name(registry: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    by = registry.officer
    hits = screen(Known(name="Yusuf Kassarani", kind="person"), by)
    assert (hits.state, hits.compared) == ("hits", 2)
    nothing = screen(Known(name="Nobody Atall", kind="person"), by)
    assert (nothing.state, nothing.compared, nothing.hits) == ("none", 0, [])
    strict = screen(Known(name="Yusuf Kassarani", kind="person"), by, least=2.0)
    assert (strict.state, strict.compared, strict.hits) == ("none", 2, [])
    monkeypatch.setattr(screening, "counted", lambda keys: dict.fromkeys(keys, 1_001))
    assert screen(Known(name="Yusuf Kassarani", kind="person"), by).state == "too_common"
    monkeypatch.setattr(screening, "counted", lambda keys: dict.fromkeys(keys, 0))
    assert screen(Known(name="Yusuf Kassarani", kind="person"), by).state == "none"


def test_a_document_finds_whoever_is_called_otherwise(registry: SimpleNamespace) -> None:
    assert screen(Known(name="John Doe", kind="person"), registry.officer).compared == 0
    assert screen(Known(name="John Doe", kind="person"), registry.officer, document="NB0418377").compared == 1


@pytest.mark.parametrize("document", ["AK 0552184", "ak-055.2184", "AK/0552184"])
def test_a_number_is_the_same_however_its_signs_are_set_apart(staff: SimpleNamespace, document: str) -> None:
    said = SaidThing(
        key="", kind="person", values=[("name", "Wanjala Okiring"), ("idNumber", "AK0552184")], source="licence"
    )
    enter(said=said, by=staff.investigator)
    known = Known(name="Wanjala Okiring", kind="person", numbers=frozenset({document}))
    [hit] = screen(known, staff.investigator, document=document).hits
    assert "Same number of a document or register." in hit.found.why
    assert hit.found.score > 0.9


def test_a_vessel_is_found_by_its_imo_number_with_and_without_the_word(staff: SimpleNamespace) -> None:
    said = SaidThing(
        key="", kind="vessel", values=[("name", "Grey Heron"), ("imoNumber", "IMO 9074729")], source="register"
    )
    enter(said=said, by=staff.investigator)
    for number in ("9074729", "IMO9074729", "IMO 9074729"):
        known = Known(name="Another Name", kind="vessel", numbers=frozenset({number}))
        [hit] = screen(known, staff.investigator, document=number, least=0.5).hits
        assert "Same number of a document or register." in hit.found.why, number


def test_keys_that_many_have_tie_nobody(registry: SimpleNamespace) -> None:
    from django.db.models import Count

    from tidewaiter.registry.models import Key

    number = dict(Key.objects.values_list("key").annotate(n=Count("pk")))
    twice = [key for key, n in number.items() if n == 2]
    once = [key for key, n in number.items() if n == 1]
    assert twice
    assert once
    assert rare_keys([]) == ([], 0)
    assert rare_keys([1, 2, 3]) == ([], 0), "keys that nothing has"
    rare, common = rare_keys([*number, *number], 1)
    assert (sorted(rare), common) == (sorted(once), len(number) - len(once))
    rare, common = rare_keys(number, 2)
    assert {*twice, *once} <= set(rare)
    assert common == sum(n > 2 for n in number.values())
    assert rare_keys([0], 0) == ([], 0)
    wide = rare_keys([*range(10_000, 10_450), *number], 1000)
    assert (sorted(wide[0]), wide[1]) == (sorted(number), 0), "asked for in several questions"


def test_candidates_are_those_that_share_most_and_of_many_the_nearest(
    registry: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = registry.officer
    monkeypatch.setattr(screening, "MOST_HITS", 1)
    assert found(by, "Youssef Kasrani") == ["Youssef Kasrani"]
    monkeypatch.setattr(candidates, "MOST_CANDIDATES", 1)
    assert found(by, "Youssef Kasrani") == ["Youssef Kasrani"]
    assert screen(Known(name="Youssef Kasrani", kind="person"), by).compared == 1
    assert found(by, "Yusuf Kassarani") == ["Yusuf Kassarani"]


def test_a_profile_holds_what_is_compared_and_no_more_than_eight_names(registry: SimpleNamespace) -> None:
    from tidewaiter.registry.models import Entity, Statement

    entity = Entity.objects.get(caption="Yusuf Kassarani")
    [profile] = profiles_of([entity.ref]).values()
    assert profile.names == ["Yusuf Kassarani", "Abu Farid"]
    assert (profile.births, profile.countries, profile.numbers) == (["1987-03-14"], {"KM"}, {"NB0418377"})
    one = Statement.objects.filter(entity=entity, prop="alias").get()
    Statement.objects.bulk_create(
        Statement(entity=entity, prop="alias", value=f"A {n}", owner="KE", made_by="x", made_at=one.made_at)
        for n in (0, 0, 1, 2, 3, 4, 5, 6, 7)
    )
    [profile] = profiles_of([entity.ref]).values()
    assert profile.names == ["Yusuf Kassarani", "Abu Farid", "A 0", "A 1", "A 2", "A 3", "A 4", "A 5"]


def test_of_several_births_the_nearest_to_the_other_sides() -> None:
    profile = Profile(["A B"], ["1970-01-01", "1987-05-05", "1987-03-14"], {"KE"}, {"N1"})
    for birth, chosen in (
        ("1987-03-14", "1987-03-14"),
        ("1987", "1987-05-05"),
        ("1987-09-09", "1987-05-05"),
        ("1970-01-01", "1970-01-01"),
        ("1999-01-01", "1970-01-01"),
        ("", "1970-01-01"),
    ):
        side = of_profile("A B", "person", profile, birth)
        assert side.birth == chosen, birth
        assert (side.name, side.kind, side.countries, side.numbers) == ("A B", "person", {"KE"}, {"N1"})
    assert of_profile("A B", "company", profile, "").birth == ""
    assert of_profile("A B", "person", Profile(["A B"]), "1987").birth == ""


def test_the_best_of_all_names_of_two_is_taken() -> None:
    left = Profile(["Zebedee Quux", "Yusuf Kassarani"], ["1987-03-14"])
    right = Profile(["Anna Nemo", "Yusuf Kassarani"], ["1987-03-14"])
    assert best_of("person", left, right).score > 0.9
    assert best_of("person", Profile(["Zebedee Quux"]), Profile(["Anna Nemo"])).score < 0.7
    assert best_of("person", Profile(), right) == Compared(0.0, 0.0)
    many = Profile(["A B", "C D", "E F", "G H", "Yusuf Kassarani"])
    assert best_of("person", many, right).score < 0.7, "four names of each are compared"
    assert best_of("person", right, many).score < 0.7
    fourth = Profile(["A B", "C D", "E F", "Yusuf Kassarani"])
    assert best_of("person", fourth, right).score > 0.9
    assert best_of("person", right, fourth).score > 0.9


def test_hits_rank_by_their_score_in_hundredths_and_then_by_evidence() -> None:
    def hit(score: float, evidence: float) -> Hit:
        return Hit("r", "c", "person", "", Compared(score, evidence), "n")

    better, worse = hit(0.801, 0.9), hit(0.804, 0.5)
    assert screening._rank(better) > screening._rank(worse), "four thousandths are no difference"
    assert screening._rank(hit(0.81, 0.1)) > screening._rank(better)


BORN = """kind,name,birth_date,nationality,source
person,Omar Hassan,1980-01-01,Yemen,a
person,Omar Hassan,1980-06,Yemen,b
person,Omar Hassan,1991,Yemen,c
"""


def test_a_birth_tells_apart_those_whose_name_is_too_common(
    registry: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = registry.officer
    path = tmp_path / "born.csv"
    path.write_text(BORN, encoding="utf-8")
    bring_entities(path=path, by=registry.investigator)
    monkeypatch.setattr(candidates, "RARE", 1)  # what two have is common

    def asked(birth: str, kind: str = "person") -> tuple[str, int, list[str]]:
        found = screen(Known(name="Omar Hassan", kind=kind, birth=birth), by)
        births = [profiles_of([hit.ref])[hit.ref].births[0] for hit in found.hits]
        return found.state, found.compared, births

    assert asked("") == ("too_common", 0, [])
    assert asked("1991") == ("hits", 1, ["1991"]), "nobody else of that year"
    assert asked("1991", "") == ("hits", 1, ["1991"]), "also where no kind is named"
    assert asked("1980-01-01") == ("hits", 1, ["1980-01-01"]), "two of that year, one of that day"
    assert asked("1980-06") == ("too_common", 0, []), "a month tells no more than its year"
    assert asked("1975-01-01") == ("too_common", 0, [])
    assert asked("1991", "company") == ("too_common", 0, []), "a firm is not born"


def test_two_that_are_read_as_one_are_one_hit_by_the_better_name_under_the_ref_they_are_read_by(
    registry: SimpleNamespace,
) -> None:
    from tidewaiter.registry.models import Entity

    by = registry.officer
    left, right = (Entity.objects.get(caption=name) for name in ("Yusuf Kassarani", "Youssef Kasrani"))
    merge(left=left.ref, right=right.ref, reason="same telephone", by=registry.investigator)
    read_as = Entity.objects.get(pk=left.pk).canonical
    for name in ("Yusuf Kassarani", "Youssef Kasrani"):
        [hit] = screen(Known(name=name, kind="person"), by).hits
        assert (hit.ref, hit.name) == (read_as, name)
        assert hit.caption == Entity.objects.get(pk=read_as).caption
        assert hit.found.score >= 0.95


def test_many_names_at_once_get_the_answers_of_each_alone(registry: SimpleNamespace) -> None:
    by = registry.officer
    names = [
        Known(name="Yusuf Kassarani", kind="person"),
        Known(name="Nobody Atall", kind="person"),
        Known(name="Kassarani Trading Ltd"),
        Known(name="Yusuf Kassarani", kind="person", birth="1990-01-01"),
    ]

    def told(answers: list[screening.Screened]) -> list[Any]:
        return [
            (one.state, one.compared, [(hit.ref, hit.found.score, hit.found.why) for hit in one.hits])
            for one in answers
        ]

    many = told(screen_many([(one, "") for one in names], by))
    assert many == [told([screen(one, by)])[0] for one in names]
    assert [state for state, _compared, _hits in many] == ["hits", "none", "hits", "hits"]
    assert told(screen_many([], by)) == []


def test_what_is_not_seen_takes_no_place_of_what_is(registry: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    from tidewaiter.registry.models import Entity

    by = registry.officer
    monkeypatch.setattr(candidates, "MOST_CANDIDATES", 1)
    monkeypatch.setattr(candidates, "SPARE", 0)
    first = found(by, "Yusuf Kassarani")
    assert first == ["Yusuf Kassarani"]
    Entity.objects.filter(caption="Yusuf Kassarani").update(handling="RED")
    assert found(by, "Yusuf Kassarani") == ["Youssef Kasrani"], (
        "the place is not kept for one whom the officer sees not"
    )
    assert found(registry.investigator, "Yusuf Kassarani") == ["Yusuf Kassarani"]


def test_candidates_are_left_after_twelve_in_a_row_that_are_somebody_else(
    registry: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert screening.MOST_MISSES == 12
    monkeypatch.setattr(screening, "MOST_MISSES", 1)
    by = registry.officer
    strict = screen(Known(name="Yusuf Kassarani", kind="person"), by, least=2.0)
    assert (strict.compared, strict.hits) == (1, [])


@pytest.mark.parametrize("birth", ["", "1987", "1987-03", "1987-03-14", "1987-14-03", "1988-03-14", "1997-03-14"])
@pytest.mark.parametrize("other", ["", "1987", "1987-03", "1987-03-14", "1989", "1990-01-01", "1978-03-14"])
def test_what_cannot_reach_a_threshold_is_told_so_and_nothing_else_is(birth: str, other: str) -> None:
    for name in ("Yusuf Kassarani", "Youssef Kasrani", "Anna Nemo", "Y. Kassarani", "Yusuf"):
        left = Known(name=name, kind="person", birth=birth, countries=frozenset({"KE"}))
        right = Known(name="Yusuf Kassarani", kind="person", birth=other, countries=frozenset({"KE"}))
        whole = compare(left, right)
        for least in (0.5, 0.7, 0.8, 0.95):
            part = compare(left, right, least=least)
            assert (part.score >= least) == (whole.score >= least)
            assert whole.score < least or part == whole
