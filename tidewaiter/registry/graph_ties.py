"""What ties things of the registry to each other: links, parts in cases, telephones, mails, addresses and documents.

A thing of the graph has a key: the canonical ref of records that are read as one, `c|` and the ref of a case, `v|`, the
kind and the value of what several records say of themselves. Ties of any number of things are asked for at once, one
query a kind; what a person does not see is in none (docs/decisions/0041).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db.models import Case as Choice
from django.db.models import CharField, Count, QuerySet, Value, When
from django.utils.crypto import salted_hmac

from tidewaiter.cases.queries import visible_cases
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.registry.indexing import VALUE_RARE
from tidewaiter.registry.models import CaseTie, Entity, Link, Statement
from tidewaiter.registry.policy import visible, visible_links, visible_statements
from tidewaiter.registry.vocabulary import LINK_WORDS, NUMBERS, PART_WORDS, WORDS

MOST_TIES = 100_000
"""Rows of one kind that are looked at in one go; an answer that met the limit says so."""
SHARED = ("phone", "email", "address", *NUMBERS)
"""Properties by whose value two records are tied."""
SHORTEST_NUMBER = 5
"""A document's number of fewer signs is none: a room, a year."""
_day = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


def case_key(ref: str) -> str:
    """The key of a case."""
    return f"c|{ref}"


def value_key(kind: str, value: str) -> str:
    """The key of a telephone, a mail, an address, a number."""
    return f"v|{kind}|{value}"


def is_case(key: str) -> bool:
    """Whether a key is a case's."""
    return key.startswith("c|")


def is_value(key: str) -> bool:
    """Whether a key is a value's."""
    return key.startswith("v|")


def value_id(key: str) -> str:
    """What a value is called outside: its number stands in no address and in no kept graph."""
    return "V" + salted_hmac("value of a graph", key, algorithm="sha256").hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Tie:
    """One source's word that two things have to do with each other; `one` is among those that were asked about."""

    one: str
    other: str
    kind: str
    """`link`, `case` or `value`."""
    word: str
    begins: str = ""
    ends: str = ""
    source: str = ""
    graded: bool = False
    mark: str = ""
    """Of a case: its form."""
    common: int = 0
    """How many share a value that too many share: it ties nobody."""

    @property
    def last(self) -> str:
        """The last day of which the tie speaks, for order; empty where it has none."""
        return self.ends or self.begins


@dataclass(slots=True)
class Ties:
    """What was found; `whole` unless there were more than are looked at."""

    rows: list[Tie] = field(default_factory=list)
    whole: bool = True

    def take(self, rows: QuerySet[Any, Any]) -> list[Any]:
        """As many rows of a query as are looked at."""
        found = list(islice(rows[: MOST_TIES + 1].iterator(chunk_size=5_000), MOST_TIES + 1))
        if len(found) > MOST_TIES:
            self.whole = False
        return found[:MOST_TIES]


def day_of(said: str) -> str:
    """A day, month or year as ISO; nothing where it is none."""
    found = _day.match(said.strip())
    return found[0] if found else ""


def seen_statements(actor: Actor) -> QuerySet[Statement]:
    """Statements that tie, of what the person sees."""
    rows = Statement.objects.filter(visible(actor, "entity__"), visible_statements(actor), prop__in=SHARED)
    return rows.exclude(doubt="unread")


def _kind_of(prop: str) -> str:
    return prop if prop in ("phone", "email", "address") else "document"


def ties_of(keys: Iterable[str], actor: Actor) -> Ties:
    """What ties these to others, as the person sees it."""
    made = Ties()
    asked = set(keys)
    records = [key for key in asked if not is_case(key) and not is_value(key)]
    if records:
        seen = Entity.objects.filter(visible(actor), canonical__in=among(sorted(records)))
        members = dict(seen.values_list("ref", "canonical"))
        if members:
            _links(made, members, actor)
            _parts(made, members, actor)
            _values(made, members, actor)
    if cases := sorted(key[2:] for key in asked if is_case(key)):
        _of_cases(made, cases, actor)
    if values := sorted(key for key in asked if is_value(key)):
        _of_values(made, values, actor)
    return made


def _links(made: Ties, members: dict[str, str], actor: Actor) -> None:
    columns = ("schema", "role", "begins", "ends", "source", "grade")
    for here, there in (("subject", "object"), ("object", "subject")):
        rows = (
            Link.objects.filter(visible_links(actor))
            .filter(visible(actor, f"{there}__"), **{f"{here}__in": among(sorted(members))})
            .values_list(f"{here}_id", f"{there}__canonical", *columns)
        )
        for ref, other, schema, role, begins, ends, source, grade in made.take(rows):
            if members[ref] != other:
                word = role or str(LINK_WORDS.get(schema, schema))
                made.rows.append(
                    Tie(members[ref], other, "link", word, day_of(begins), day_of(ends), source, bool(grade))
                )


def _seen_cases(refs: list[str], actor: Actor) -> dict[str, tuple[str, str]]:
    """(day, form) of each case that the person sees."""
    rows = visible_cases(actor).filter(ref__in=among(refs)).order_by("version")
    return {ref: (day.isoformat(), form) for ref, day, form in rows.values_list("ref", "date", "form")}


def _parts(made: Ties, members: dict[str, str], actor: Actor) -> None:
    found = made.take(
        CaseTie.objects.filter(entity__in=among(sorted(members))).values_list("entity_id", "case", "role")
    )
    cases = _seen_cases(sorted({case for _ref, case, _role in found}), actor)
    for ref, case, role in found:
        if case in cases:
            day, form = cases[case]
            word = str(PART_WORDS.get(role, role))
            made.rows.append(Tie(members[ref], case_key(case), "case", word, day, day, "case", True, form))


def _of_cases(made: Ties, refs: list[str], actor: Actor) -> None:
    cases = _seen_cases(refs, actor)
    rows = CaseTie.objects.filter(visible(actor, "entity__"), case__in=among(sorted(cases)))
    for case, other, role in made.take(rows.values_list("case", "entity__canonical", "role")):
        day, form = cases[case]
        word = str(PART_WORDS.get(role, role))
        made.rows.append(Tie(case_key(case), other, "case", word, day, day, "case", True, form))


def _values(made: Ties, members: dict[str, str], actor: Actor) -> None:
    """Values that others share, and those that so many share that they tie nobody."""
    rows = (
        seen_statements(actor)
        .filter(entity__in=among(sorted(members)))
        .values_list("entity_id", "prop", "value", "source", "said_on", "grade")
    )
    said = [row for row in made.take(rows) if _says_enough(row[1], row[2])]
    shared = sharers(sorted({row[2] for row in said}), actor)
    for ref, prop, value, source, day, grade in said:
        number = shared.get((_kind_of(prop), value), 0)
        if number > 1:
            word, on = str(WORDS.get(prop, prop)), day.isoformat() if day else ""
            key = value_key(_kind_of(prop), value)
            common = number if number > VALUE_RARE else 0
            made.rows.append(Tie(members[ref], key, "value", word, on, on, source, bool(grade), common=common))


def _says_enough(prop: str, value: str) -> bool:
    return _kind_of(prop) != "document" or sum(sign.isalnum() for sign in value) >= SHORTEST_NUMBER


def sharers(values: list[str], actor: Actor) -> dict[tuple[str, str], int]:
    """How many records, each read as one, say each of these values; by its kind."""
    kind = Choice(
        *(When(prop=prop, then=Value(prop)) for prop in ("phone", "email", "address")),
        default=Value("document"),
        output_field=CharField(),
    )
    rows = (
        seen_statements(actor)
        .filter(value__in=among(values))
        .annotate(of=kind)
        .order_by()
        .values_list("of", "value")
        .annotate(number=Count("entity__canonical", distinct=True))
    )
    return {(of, value): number for of, value, number in rows}


def _of_values(made: Ties, keys: list[str], actor: Actor) -> None:
    wanted = set(keys)
    texts = sorted({key.split("|", 2)[2] for key in keys})
    rows = seen_statements(actor).filter(value__in=among(texts))
    columns = ("entity__canonical", "prop", "value", "source", "said_on", "grade")
    for other, prop, value, source, day, grade in made.take(rows.values_list(*columns)):
        key = value_key(_kind_of(prop), value)
        if key in wanted:
            word, on = str(WORDS.get(prop, prop)), day.isoformat() if day else ""
            made.rows.append(Tie(key, other, "value", word, on, on, source, bool(grade)))
