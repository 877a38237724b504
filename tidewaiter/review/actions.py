"""Deeds of the regional office."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.cases.actions import validate
from tidewaiter.cases.models import Case
from tidewaiter.cases.policy import INT
from tidewaiter.foundation.actors import NODE, Actor, must_be_steward
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.jobs.set_aside import run_each
from tidewaiter.ledger.actions import record, record_many
from tidewaiter.notices.actions import tell
from tidewaiter.people.models import Administration, Officer
from tidewaiter.people.queries import officer_named, reviewers_of
from tidewaiter.privacy.masking import mask_personal_data
from tidewaiter.review import policy, states
from tidewaiter.review.freezing import freeze
from tidewaiter.review.models import AnalysisRequest, Assignment, Clock, Reminded, Sampling
from tidewaiter.review.queries import (
    clock_of,
    is_drawn,
    opened_of,
    overdue,
    overdue_corrections,
    past_of,
    sampling_rates,
    unopened,
    waiting,
)

MOST_TOGETHER = 5_000
LONGEST = 8_000
_OVERDUE = "overdue_reminders"
"""As which reminding stands on the schedule."""


def validate_together(*, cases: Sequence[str], by: Actor) -> tuple[int, dict[str, int]]:
    """Validates waiting cases (refs) that were opened, and unopened ones of countries that are sampled, but for those
    drawn.

    Gives how many, and how many were left for which reason: `unopened` (must be opened), `drawn` (of the sample),
    `not_waiting` (judged meanwhile, or not this office's), and those of `cases.validate`.
    """
    if len(cases) > MOST_TOGETHER:
        raise BadInput("too_many", _("At most %(n)s cases are validated together.") % {"n": MOST_TOGETHER})
    refused: Counter[str] = Counter()
    with transaction.atomic():
        found = waiting(by).filter(ref__in=list(cases))
        here = list(found.values_list("pk", flat=True))
        rates = sampling_rates()
        free: dict[float, list[int]] = {}
        closed = {row["pk"] for row in unopened(found)}
        for row in unopened(found):
            rate = rates.get(row["administration"], 1.0)
            if rate >= 1.0:
                refused["unopened"] += 1
            elif is_drawn(row["ref"], row["version"], rate):
                refused["drawn"] += 1
            else:
                free.setdefault(rate, []).append(row["pk"])
        done, left = validate(cases=opened_of([key for key in here if key not in closed]), by=by)
        refused.update(left)
        for rate, keys in free.items():
            number, left = validate(cases=opened_of(keys), by=by, unopened=f"sampling {rate:.0%}")
            done += number
            refused.update(left)
        refused["not_waiting"] += len(set(cases)) - len(here)
    return done, {reason: number for reason, number in refused.items() if number}


def assign(*, cases: Sequence[Case], to: str, by: Actor, note: str = "") -> int:
    """Gives waiting cases to a reviewer who may judge them, or hands them over;
    that person is told. Raises a refusal.
    """
    person = officer_named(to)
    for case in cases:
        policy.may_assign(by, case, person)
    moment, said = now(), mask_personal_data(note.strip()[:300])
    with transaction.atomic():
        Assignment.objects.bulk_create(
            [Assignment(ref=case.ref, to=to, by=by.username, at=moment, note=said) for case in cases],
            update_conflicts=True,
            unique_fields=["ref"],
            update_fields=["to", "by", "at", "note"],
            batch_size=500,
        )
        record_many(by=by, deed="review.assigned", things=[(case.ref, case.version) for case in cases])
        if cases:
            tell(to=[(to, cases[0].ref, len(cases))], deed="review.assigned", by=by)
    return len(cases)


def set_sampling(*, administration: str, rate: float, by: Actor) -> None:
    """Says what share of a country's cases must be opened; 1 is all of them. Raises `BadInput` for what is no share."""
    must_be_steward(by)
    if not Administration.objects.filter(code=administration).exclude(code=INT).exists():
        raise BadInput(
            "unknown_administration", _("There is no administration «%(code)s».") % {"code": administration[:10]}
        )
    if not 0.01 <= rate <= 1:
        raise BadInput("rate", _("The share to be opened is between 1 and 100 per cent."))
    judged, back = past_of(administration)
    with transaction.atomic():
        if rate == 1:
            Sampling.objects.filter(administration=administration).delete()
        else:
            Sampling.objects.update_or_create(
                administration=administration,
                defaults={"rate": rate, "judged": judged, "sent_back": back, "set_by": by.username, "set_at": now()},
            )
        record(by=by, deed="review.sampled", ref=f"administration:{administration}", detail={"rate": str(rate)})


def set_clock(*, region: str, review_days: int, mend_days: int, answer_days: int, by: Actor) -> None:
    """Says how many days the office of a region and its administrations have. Raises `BadInput`."""
    must_be_steward(by)
    if not all(1 <= days <= 365 for days in (review_days, mend_days, answer_days)):
        raise BadInput("days", _("Between 1 and 365 days."))
    if not Administration.objects.filter(region_id=region).exists():
        raise BadInput("unknown_region", _("There is no region «%(code)s».") % {"code": region[:16]})
    with transaction.atomic():
        days = {"review_days": review_days, "mend_days": mend_days, "answer_days": answer_days}
        Clock.objects.update_or_create(region=region, defaults=days)
        record(by=by, deed="review.clock_set", ref=f"region:{region}", detail=days)


def ask(*, subject: str, question: str, by: Actor) -> AnalysisRequest:
    """Puts a question to the office of one's region; its reviewers are told, and its clock starts. Raises a refusal."""
    policy.may_ask(by)
    if not subject.strip() or not question.strip():
        raise BadInput("empty", _("Say what the question is about, and ask it."))
    moment = now()
    with transaction.atomic():
        request = AnalysisRequest.objects.create(
            ref=new_ref("AR"),
            administration=by.administration_code,
            region=by.region_code,
            subject=mask_personal_data(subject.strip()[:150]),
            question=mask_personal_data(question.strip()[:LONGEST]),
            status=states.ASKED,
            asked_by=by.username,
            asked_at=moment,
            due_at=moment + timedelta(days=clock_of(by.region_code).answer_days),
        )
        record(by=by, deed="review.asked", ref=request.ref)
        tell(to=[(name, request.ref, 1) for name in _office_of(request.region)], deed="review.asked", by=by)
    return request


def take(*, request: AnalysisRequest, by: Actor) -> None:
    """Takes a question upon oneself. Raises a refusal."""
    _move("take", request, by, "review.taken", taken_by=by.username, taken_at=now())


def hand_back(*, request: AnalysisRequest, by: Actor) -> None:
    """Gives a question back to the office. Raises a refusal."""
    _move("hand_back", request, by, "review.handed_back", taken_by="", taken_at=None)


def answer(*, request: AnalysisRequest, text: str, search: str, by: Actor) -> None:
    """Answers a question with words and the search they rest on, frozen as the asker and the
    office may see it. Raises a refusal.
    """
    policy.may_answer(by, request)
    if not text.strip():
        raise BadInput("empty", _("Write the answer."))
    frozen = freeze(search, officer_named(request.asked_by))
    _move(
        "answer",
        request,
        by,
        "review.answered",
        answered_by=by.username,
        answered_at=now(),
        answer=mask_personal_data(text.strip()[:LONGEST]),
        search=frozen.search,
        cases=frozen.cases,
        digest=frozen.digest,
        figures=frozen.figures,
    )
    tell(to=[(request.asked_by, request.ref, 1)], deed="review.answered", by=by)


def ask_again(*, request: AnalysisRequest, by: Actor) -> None:
    """Says that the answer does not answer; the clock starts anew. Raises a refusal."""
    _move(
        "ask_again",
        request,
        by,
        "review.asked_again",
        taken_by="",
        taken_at=None,
        answered_by="",
        answered_at=None,
        due_at=now() + timedelta(days=clock_of(request.region).answer_days),
    )
    tell(to=[(name, request.ref, 1) for name in _office_of(request.region)], deed="review.asked_again", by=by)


def close(*, request: AnalysisRequest, by: Actor) -> None:
    """Ends a question. Raises a refusal."""
    _move("close", request, by, "review.closed")


def _move(deed: str, request: AnalysisRequest, by: Actor, name: str, **change: object) -> None:
    with transaction.atomic():
        fresh = AnalysisRequest.objects.select_for_update().get(ref=request.ref)
        policy.MAY[deed](by, fresh)
        if deed in policy.ABOUT_THE_ANSWER:
            policy.must_be_the_answer(fresh, policy.answer_mark(request))
        change["status"] = states.MOVES[deed][fresh.status]
        AnalysisRequest.objects.filter(ref=request.ref).update(**change)
        record(by=by, deed=name, ref=request.ref)
    request.refresh_from_db()


def _office_of(region: str) -> list[str]:
    """The accounts of a region's own reviewers."""
    return [one.username for one in reviewers_of(region) if one.administration_id != INT]


def remind_of_overdue() -> int:
    """Once a day tells reviewers how many cases and questions of their regions are overdue, and officers what they
    must mend.

    Gives how many people were told. A person or question for which that fails is set aside; the others are told.
    """
    today = now().date()
    known = set(Reminded.objects.filter(day=today).values_list("to", flat=True))
    late = [row for row in _late_of_reviewers() + _late_to_mend() + _late_questions() if row[0] not in known]
    rows_of: dict[str, list[tuple[str, int, str]]] = {}
    for to, ref, number, deed in late:
        rows_of.setdefault(to, []).append((ref, number, deed))

    def remind(name: str) -> None:
        for ref, number, deed in rows_of[name]:
            tell(to=[(name, ref, number)], deed=deed, by=NODE)
        Reminded.objects.update_or_create(to=name, defaults={"day": today})

    told = run_each(list(rows_of), remind, deed=_OVERDUE, ref_of=lambda name: f"officer:{name}")
    Assignment.objects.exclude(
        ref__in=Case.objects.filter(latest=True, status__in=("submitted", "returned")).values("ref")
    ).delete()
    return sum(len(rows_of[name]) for name in told.done)


def _late_of_reviewers() -> list[tuple[str, str, int, str]]:
    """(account, case, how many, deed) of reviewers whose cases wait too long."""
    found: list[tuple[str, str, int, str]] = []

    def look(one: Officer) -> None:
        late = overdue(waiting(one)).order_by("changed_at")
        if first := late.values_list("ref", flat=True).first():
            found.append((one.username, first, late[:1000].count(), "review.overdue"))

    reviewers = Officer.objects.filter(is_active=True, grants__role="reviewer").distinct()
    run_each(
        reviewers.select_related("administration"), look, deed=_OVERDUE, ref_of=lambda one: f"reviewer:{one.username}"
    )
    return found


def _late_to_mend() -> list[tuple[str, str, int, str]]:
    """The same of those who must mend what came back."""
    number = Counter(overdue_corrections().values_list("made_by", flat=True)[:20_000])
    first_of = dict(overdue_corrections().values_list("made_by", "ref")[:20_000])
    return [(name, first_of[name], n, "review.mend_overdue") for name, n in number.items() if name in first_of]


def _late_questions() -> list[tuple[str, str, int, str]]:
    """The same of questions to the office."""
    found: list[tuple[str, str, int, str]] = []

    def look(question: AnalysisRequest) -> None:
        waits_for = [question.taken_by] if question.taken_by else _office_of(question.region)
        found.extend((name, question.ref, 1, "review.question_overdue") for name in waits_for)

    late = AnalysisRequest.objects.filter(status__in=(states.ASKED, states.TAKEN), due_at__lt=now()).order_by("due_at")
    run_each(late[:500], look, deed=_OVERDUE, ref_of=lambda question: question.ref)
    return found
