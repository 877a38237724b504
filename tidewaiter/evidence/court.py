"""Reading the way through the court: what one sees of it, its steps from seizure to judgement, and the statistics."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.translation import gettext as _

from tidewaiter.evidence import policy, states
from tidewaiter.evidence.models import CustodyEvent, Exhibit, Proceeding
from tidewaiter.evidence.queries import titles, visible_exhibits
from tidewaiter.evidence.typed import decimal_text
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing

DONE, NOW, NEXT = "done", "now", "next"


def visible_proceedings(actor: Actor) -> QuerySet[Proceeding]:
    """Those of one's administration of which one sees an exhibit."""
    if not policy.reads(actor):
        return Proceeding.objects.none()
    seen = visible_exhibits(actor).values("case")
    return Proceeding.objects.filter(administration=actor.administration_code, case__in=seen)


def proceeding_named(actor: Actor, ref: str) -> Proceeding:
    """One by its ref, or by that of its case. Raises `Missing`."""
    found = visible_proceedings(actor).filter(Q(pk=ref) | Q(case=ref) | Q(case_reference=ref)).first()
    if found is None:
        raise Missing("no_proceeding", _("There is no such case before a court for you."))
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the way: what, when, and whether it is done, at hand or to come."""

    word: str
    state: str
    on: date | None = None
    note: str = ""


def way_of(proceeding: Proceeding) -> list[Step]:
    """From seizure to judgement and to what becomes of the goods."""
    exhibits = Exhibit.objects.filter(administration=proceeding.administration, case=proceeding.case)
    events = CustodyEvent.objects.filter(exhibit__in=exhibits)
    tests = events.filter(kind=states.TEST).aggregate(n=Count("pk"), last=Max("at"))
    shown = proceeding.disclosures.filter(kind__in=("shown", "copied")).aggregate(n=Count("pk"), last=Max("on"))
    hearing = proceeding.hearings.filter(on__gt=now()).order_by("on").first()
    gone = exhibits.filter(state=states.ENDED).count()
    every = exhibits.count()
    seized = exhibits.aggregate(first=Min("found_at"))["first"]
    judged = proceeding.state == states.JUDGED
    rows = [
        (_("Seized"), bool(seized), seized.date() if seized else None, ""),
        (_("Tested"), bool(tests["n"]), tests["last"].date() if tests["last"] else None, ""),
        (_("Charges filed"), proceeding.filed_on is not None, proceeding.filed_on, proceeding.court_reference),
        (_("Shown to the defence"), bool(shown["n"]), shown["last"], ""),
        (_("Hearing"), proceeding.hearings.exclude(result="").exists(), hearing.on.date() if hearing else None, ""),
        (_("Judgement"), judged, proceeding.judged_on, proceeding.judgement[:80] if judged else ""),
        (_("Disposal"), bool(every) and gone == every, None, f"{gone}/{every}"),
    ]
    made, at_hand = [], True
    for word, done, on, note in rows:
        state = DONE if done else NOW if at_hand else NEXT
        at_hand = at_hand and done
        made.append(Step(word, state, on, note))
    return made


def statistics_of(actor: Actor, year: int | None = None) -> dict[str, Any]:
    """Seizures that reached a court, what became of them, lost exhibits, days: of one's administration.

    A seizure is a case with exhibits; its year is that in which the first one was found.
    """
    cases = visible_exhibits(actor).exclude(case="").values("case").annotate(first=Min("found_at"))
    wanted = {row["case"]: row["first"] for row in cases if year is None or row["first"].year == year}
    rows = [one for one in visible_proceedings(actor) if one.case in wanted]
    filed = [one for one in rows if one.filed_on]
    judged = [one for one in rows if one.state == states.JUDGED and one.judged_on]
    exhibits = visible_exhibits(actor)
    if year is not None:
        exhibits = exhibits.filter(found_at__year=year)
    lost = exhibits.aggregate(all=Count("pk"), lost=Count("pk", filter=Q(state=states.MISSING)))
    return {
        "year": year,
        "seizures": len(wanted),
        "opened": len(rows),
        "reached_court": len(filed),
        "judged": len(judged),
        "dropped": sum(one.state == states.DROPPED for one in rows),
        "outcomes": dict(Counter(one.outcome for one in judged)),
        "exhibits": lost["all"],
        "lost": lost["lost"],
        "days_to_court": _middle([(one.filed_on - one.seized_on).days for one in filed if one.filed_on]),
        "days_to_judgement": _middle([(one.judged_on - one.seized_on).days for one in judged if one.judged_on]),
    }


def _middle(days: list[int]) -> int | None:
    return round(median(days)) if days else None


def proceeding_out(one: Proceeding, by: Actor) -> dict[str, Any]:
    """A case before a court, as programs and commands get it; exhibits that one does not see are left out."""
    names = ("ref", "case", "case_reference", "court", "court_reference", "prosecutor", "state", "outcome", "judgement")
    named = [ref for row in (*one.orders.all(), *one.hearings.all()) for ref in (getattr(row, "exhibits", None) or [])]
    named += [ref for row in one.hearings.all() for ref in row.needs]
    disclosed = list(one.disclosures.select_related("exhibit").order_by("number"))
    called = titles(by, [*named, *(row.exhibit_id for row in disclosed if row.exhibit_id)])
    return {name: getattr(one, name) for name in names} | {
        "seized_on": one.seized_on.isoformat(),
        "filed_on": one.filed_on.isoformat() if one.filed_on else "",
        "judged_on": one.judged_on.isoformat() if one.judged_on else "",
        "fine": decimal_text(one.fine),
        "currency": one.currency,
        "way": [
            {"step": step.word, "state": step.state, "on": _iso(step.on), "note": step.note} for step in way_of(one)
        ],
        "charges": [
            {name: getattr(row, name) for name in ("number", "law", "text", "accused", "result")}
            for row in one.charges.order_by("number")
        ],
        "hearings": [
            {
                "number": row.number,
                "on": row.on,
                "about": row.about,
                "result": row.result,
                "needs": [called[ref] for ref in row.needs if ref in called],
            }
            for row in one.hearings.order_by("number")
        ],
        "orders": [
            {name: getattr(row, name) for name in ("number", "kind", "called", "issued_by", "text")}
            | {"issued_on": _iso(row.issued_on), "exhibits": [called[ref] for ref in row.exhibits if ref in called]}
            for row in one.orders.order_by("number")
        ],
        "disclosures": [
            {name: getattr(row, name) for name in ("number", "kind", "to", "reason", "material")}
            | {"on": _iso(row.on), "exhibit": called.get(row.exhibit_id or "", ""), "by": row.by}
            for row in disclosed
            if not row.exhibit_id or row.exhibit_id in called
        ],
    }


def _iso(on: date | None) -> str:
    return on.isoformat() if on else ""
