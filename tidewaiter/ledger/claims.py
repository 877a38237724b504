"""What rooms say must stand in the ledger, held against what does:
a record without its entry, an entry without its record.

Each claim is one set-based question to the database, on ref, version and deed; no content is read. Rooms make theirs in
`claims.py`, the shape hands them over (`site.proof`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable, F
from django.db.models.functions import Coalesce, Concat, StrIndex

from tidewaiter.ledger.models import Entry

type Named = str | Combinable


@dataclass(frozen=True, slots=True)
class Fault:
    """The first record or entry of a claim that is wrong."""

    what: str
    ref: str
    version: int
    deed: str
    seq: int = 0
    """The entry; 0 where it is a record that has none."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Records (or entries) of one kind, and those of them that nothing stands beside."""

    what: str
    """The kind, as a marked word."""
    deed: str
    every: QuerySet[Any]
    wrong: QuerySet[Any]
    counts: bool = True
    """Whether its rows are counted as records: each kind is counted by the claim of its making."""

    def first_fault(self) -> Fault | None:
        """The first that is wrong, or nothing."""
        found = self.wrong.order_by("pk").values("claimed_ref", "claimed_version", "claimed_seq").first()
        if found is None:
            return None
        return Fault(self.what, found["claimed_ref"], found["claimed_version"], self.deed, found["claimed_seq"])


def _claiming(rows: QuerySet[Any], ref: Named, version: Named | int, seq: Named | int = 0) -> QuerySet[Any]:
    def said(value: Named | int) -> Any:
        if isinstance(value, int):
            return Value(value, IntegerField())
        return F(value) if isinstance(value, str) else value

    found: QuerySet[Any] = rows.annotate(claimed_ref=said(ref), claimed_version=said(version), claimed_seq=said(seq))
    return found


def _plain(field: str) -> Concat:
    return Concat(field, Value(""), output_field=CharField())


def _entries(deeds: Sequence[str], about: Q | None) -> QuerySet[Entry]:
    """The entries about the row at hand.

    The deed is asked for by an expression, and whose it was (`whom`) too: SQLite knows no figures of its tables and
    would look for the deed's entries, all of them for each row, in place of the few that its ref has.
    """
    of_row = Entry.objects.filter(ref=OuterRef("claimed_ref"), version=OuterRef("claimed_version"))
    found = of_row.alias(said=_plain("deed"), whom=_plain("by")).filter(said__in=deeds)
    return found if about is None else found.filter(about)


def made(
    what: str,
    rows: QuerySet[Any],
    deeds: Sequence[str],
    *,
    ref: Named = "ref",
    version: Named | int = 0,
    about: Q | None = None,
    counts: bool = True,
) -> Claim:
    """Each of these rows has an entry of one of these deeds: it was made by one. `about`
    says what the entry tells of the row.
    """
    every = _claiming(rows, ref, version)
    return Claim(what, deeds[0], every, every.filter(~Exists(_entries(deeds, about))), counts=counts)


def standing(
    what: str,
    rows: QuerySet[Any],
    states: Mapping[Any, Sequence[str]],
    *,
    state: str = "status",
    ref: Named = "ref",
    version: Named | int = 0,
    about: Q | None = None,
) -> Claim:
    """Each of these rows is in the state to which the last of its deeds brought it; `states`
    gives the deeds that lead to each state.

    `""` among them stands for no deed at all. `about` narrows which entries are about the row.
    """
    every = _claiming(rows, ref, version)
    deeds = sorted({deed for some in states.values() for deed in some if deed})
    last = Subquery(_entries(deeds, about).order_by("-seq").values("deed")[:1], output_field=CharField())
    marked = Concat(Value("|"), Coalesce(last, Value("")), Value("|"), output_field=CharField())
    lead_here = [When(**{state: name}, then=Value(f"|{'|'.join(some)}|")) for name, some in states.items()]
    fits = Case(*lead_here, default=Value(""), output_field=CharField())
    wrong = every.alias(fits=StrIndex(fits, marked)).filter(fits=0)  # one look at the ledger for each row
    return Claim(what, " · ".join(deeds), every, wrong, counts=False)


def undone(
    what: str, deed: str, *, by: str, rows: QuerySet[Any], ref: Named, name: str, values: Iterable[str]
) -> Claim:
    """Each entry of this deed that no later entry `by` name takes back has its row.

    What an entry is about is one of the `values` that its detail has under `name`, whatever else it tells (which
    door it was done by); `rows` are named by `ref` and have a column `name`.
    """
    every = _claiming(Entry.objects.filter(deed=deed), "ref", "version", "seq").annotate(told=_told(name, values))
    same = {"ref": OuterRef("ref"), "told": OuterRef("told")}
    later = Entry.objects.alias(said=_plain("deed"), told=_told(name, values))
    later = later.filter(said=by, seq__gt=OuterRef("seq"), **same)
    there = rows.filter(**{str(ref): OuterRef("ref"), name: OuterRef("told")})
    return Claim(what, deed, every, every.filter(~Exists(later), ~Exists(there)), counts=False)


def _told(name: str, values: Iterable[str]) -> Case:
    """Which of some values an entry's detail has under a name."""
    found = (When(detail__contains=f'"{name}":"{value}"', then=Value(value)) for value in values)
    return Case(*found, default=Value(""), output_field=CharField())


def never(what: str, rows: QuerySet[Any], deed: str, *, ref: Named = "ref", version: Named | int = 0) -> Claim:
    """None of these rows can be: they contradict others of their room."""
    every = _claiming(rows, ref, version)
    return Claim(what, deed, every, every, counts=False)


def kept(
    what: str,
    deed: str,
    rows: QuerySet[Any],
    *,
    refs: str = "ref",
    versions: str = "",
    unless: Sequence[str] = (),
) -> Claim:
    """Each entry of this deed has one of these rows: what it made is still here, `unless` a later deed of these
    with the same ref says that it went.
    """
    every = _claiming(Entry.objects.filter(deed=deed), "ref", "version", "seq")
    same: dict[str, Any] = {refs: OuterRef("ref")} | ({versions: OuterRef("version")} if versions else {})
    wrong = every.filter(~Exists(rows.filter(**same)))
    if unless:
        later = Entry.objects.filter(ref=OuterRef("ref"), seq__gt=OuterRef("seq")).alias(said=_plain("deed"))
        wrong = wrong.filter(~Exists(later.filter(said__in=unless)))
    return Claim(what, deed, every, wrong, counts=False)
