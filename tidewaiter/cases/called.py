"""Cases by what people call them: any reference that one can see can be typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.utils.translation import gettext

from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import visible_cases
from tidewaiter.cases.series import as_given
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.people.models import Administration

MOST = 1_000
"""Cases of all references asked for together that are looked at."""


def references(actor: Actor, refs: Sequence[str]) -> dict[str, str]:
    """What the cases that a person sees are called, by ref."""
    rows = visible_cases(actor).filter(ref__in=among(refs)).values_list("ref", "given_ref", "national_ref")
    return {ref: given or national for ref, given, national in rows}


def typed(case: Case) -> str:
    """A reference that means this case to whoever types it: with the country's letters where it lacks them."""
    at_home = case.reference.upper().startswith(case.administration)
    return case.reference if at_home else f"{case.administration} {case.reference}"


def cases_called(actor: Actor, names: Iterable[str]) -> dict[str, list[Case]]:
    """The cases that a person sees and that are called so, by what was typed: a ref, an administration's reference, a
    short one that the node gave; before the latter two the country's letters may stand («KE 2026/33»).

    Two statements, however many names there are.
    """
    asked = {name: _meant(name) for name in names if name.strip()}
    if not asked:
        return {}
    said = {word for meant in asked.values() for _home, words in meant for word in words}
    given = {short for short in map(as_given, said) if short}
    homes = Administration.objects.values_list("code", flat=True)  # as the index of references begins
    rows = Case.objects.filter(
        Q(national_ref__in=among(said)) | Q(given_ref__in=among(given)), latest=True, administration__in=list(homes)
    ).values_list("ref", "administration", "national_ref", "given_ref")[:MOST]
    refs: dict[tuple[str, str], list[str]] = {}
    for ref, home, national, short in rows:
        for word in {national, short} - {""}:
            for place in (home, ""):
                refs.setdefault((place, word), []).append(ref)
    known = {ref for some in refs.values() for ref in some} | {word for word in said if word.startswith("TW-")}
    seen = {case.ref: case for case in visible_cases(actor).filter(ref__in=among(known)).defer("header")[:MOST]}
    return {name: _first(meant, refs, seen) for name, meant in asked.items()}


def _meant(name: str) -> list[tuple[str, set[str]]]:
    """What a typed name may mean: (country, or any; spellings), the likeliest first."""
    said = name.strip()
    home, _space, rest = said.partition(" ")
    meant = [("", _spelt(said))]
    return [*meant, (home.upper(), _spelt(rest.strip()))] if rest.strip() else meant


def _spelt(said: str) -> set[str]:
    return {said, said.upper(), said.upper().replace(" ", "-"), as_given(said)} - {""}


def _first(
    meant: list[tuple[str, set[str]]], refs: dict[tuple[str, str], list[str]], seen: dict[str, Case]
) -> list[Case]:
    for home, words in meant:
        found = {ref for word in words for ref in [*refs.get((home, word), []), word] if ref in seen}
        if found:
            return [seen[ref] for ref in sorted(found) if home in ("", seen[ref].administration)]
    return []


def the_case(name: str, found: Sequence[Case]) -> Case:
    """The one case that is called so. Raises `Missing` where there is none, `BadInput` where several countries use
    the reference.
    """
    if not found:
        raise Missing("no_case", gettext("There is no such case."))
    if len(found) > 1:
        raise BadInput(
            "several_cases",
            gettext("Several cases are called «%(said)s»: write the country's letters before it (%(which)s).")
            % {"said": name.strip()[:64], "which": ", ".join(sorted({case.administration for case in found}))},
        )
    return found[0]


def case_called(actor: Actor, name: str) -> Case:
    """The one case that a person means by a reference, whole. Raises as `the_case`."""
    return the_case(name, cases_called(actor, [name]).get(name, []))
