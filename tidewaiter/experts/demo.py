"""A year of an expert group on a demo node; people, figures and findings are invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tidewaiter.experts.actions import Mandate, open_group
from tidewaiter.experts.group_deeds import do_deed
from tidewaiter.experts.models import ActionPoint, Group, Response, Round
from tidewaiter.experts.needs.questionnaire import kept_definition
from tidewaiter.experts.needs_deeds import do_needs_deed
from tidewaiter.foundation.moments import now
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import officer_named

CODE, CHAIR, SECRETARIAT = "eceg", "k.boateng", "r.lindgren"
PARAGRAPHS = (
    ("Advise the committee", "Advice on electronic crime as it concerns members, when the committee asks for it."),
    ("Warn each other early", "Known and possible weaknesses: fraud in e-commerce, smuggling, identities, data."),
    ("Report on single topics", "Insight reports on what members want to know."),
    ("Methods of evidence", "How evidence from devices and accounts is collected and shown in court."),
    ("Needs, training, equipment", "What administrations need, and who gives it."),
    ("Annual report and recommendations", "Once a year to the Enforcement Committee."),
)
MEMBERS = (
    ("k.boateng", "customs", "expert", "Customs, electronic crime unit"),
    ("a.wanjiru", "customs", "expert", "Customs, intelligence"),
    ("s.park", "customs", "expert", "Customs, cyber investigations"),
    ("j.quiroga", "customs", "expert", "Customs, risk"),
    ("n.achieng", "customs", "observer", "Regional office"),
    ("q.tran", "police", "expert", "Police, high-tech crime"),
    ("postal.union", "private", "private", "An organisation of posts"),
)
LEVELS = {"KE": (3, 2, 1), "GH": (2, 2, 2), "KR": (4, 4, 3), "CL": (3, 3, 2), "UG": (2, 1, 1)}


def fill_experts(say: Callable[[str], None]) -> dict[str, Any] | None:
    """The group, its year and its questions; nothing where it is there, or where its people are not."""
    wanted = {name for name, *_rest in MEMBERS} | {SECRETARIAT}
    if Group.objects.filter(pk=CODE).exists() or Officer.objects.filter(username__in=wanted).count() < len(wanted):
        return None
    say("A year of an expert group: members of three sectors, two meetings, a round of needs, a report.")
    today = now().date()
    begins = today.replace(year=today.year - 1, month=1, day=1)
    mandate = Mandate(
        begins_on=begins,
        ends_on=begins.replace(year=begins.year + 2, month=12, day=31),
        reports_to="Enforcement Committee",
        confirmed_on=begins.replace(month=3, day=18),
        paragraphs=PARAGRAPHS,
    )
    secretariat = officer_named(SECRETARIAT)
    open_group(code=CODE, title="Electronic crime expert group", mandate=mandate, by=secretariat)
    for username, sector, standing, agency in MEMBERS:
        said = {"username": username, "sector": sector, "standing": standing, "agency": agency}
        do_deed(secretariat, CODE, "admit", said)
        do_deed(officer_named(username), CODE, "accept", {"version": "1"})
    for username, office, days in ((CHAIR, "chair", 380), ("j.quiroga", "vice_chair", 19)):
        ends = (today + timedelta(days=days)).isoformat()
        do_deed(secretariat, CODE, "appoint", {"username": username, "office": office, "ends_on": ends})
    chair = officer_named(CHAIR)
    _meet(chair)
    _work(chair)
    _ask_needs(chair)
    _report(chair)
    return {"groups": 1}


def _in(days: int) -> str:
    return (now().date() + timedelta(days=days)).isoformat()


def _meet(chair: Officer) -> None:
    """A meeting that was held, with its decisions and action points, and one that is called."""
    held = do_deed(
        chair,
        CODE,
        "convene",
        {
            "title": "9th meeting",
            "place": "Accra",
            "begins_at": f"{_in(-1)}T09:00",
            "ends_at": f"{_in(-1)}T17:00",
            "agenda": "Rules of the duty\nMarks for private members",
        },
    )
    do_deed(chair, CODE, "note_attendance", {"meeting": held.ref, "came": ["k.boateng", "a.wanjiru", "q.tran"]})
    do_deed(chair, CODE, "decide", {"meeting": held.ref, "text": "Urgent warnings go out within 24 hours."})
    for text, owner, days in (
        ("Agree marks for private members", "k.boateng", 20),
        ("Share the hardening guide with port operators", "s.park", 2),
        ("Figures on parcels held for false duty pages", "a.wanjiru", 8),
    ):
        said = {"meeting": held.ref, "text": text, "owner": owner, "due_on": _in(days)}
        do_deed(chair, CODE, "set_action", said)
    first = ActionPoint.objects.filter(group=CODE).earliest("number")
    do_deed(chair, CODE, "answer_action", {"action_point": first.ref, "text": "Agreed: up to the third mark."})
    do_deed(chair, CODE, "hold", {"meeting": held.ref})
    coming = {
        "title": "10th meeting",
        "place": "Nairobi, and on line",
        "begins_at": f"{_in(14)}T12:00",
        "ends_at": f"{_in(15)}T16:00",
        "agenda": "Report of the duty\nInsight report, draft for comment\nElection: vice-chair\nRecommendation 1",
    }
    called = do_deed(chair, CODE, "convene", coming)
    for username in (CHAIR, "a.wanjiru", "q.tran"):
        do_deed(officer_named(username), CODE, "answer_call", {"meeting": called.ref, "comes": "yes"})


def _work(chair: Officer) -> None:
    """The plan, a poll, threads, the watch, step cards, liaison, a recommendation, practice with a course."""
    for title, paragraph, owner, days, state in (
        ("Early warning within 24 hours: rules and duty", 2, CHAIR, 10, "work_done"),
        ("Insight report: parcels ordered on line", 3, "s.park", 14, "under_way"),
        ("Guide: evidence from phones at the border, version 2", 4, "a.wanjiru", 60, "under_way"),
        ("Needs assessment of the year", 5, CHAIR, 19, "under_way"),
        ("Annual report to the committee", 6, CHAIR, 88, "not_begun"),
    ):
        said = {"title": title, "paragraph": str(paragraph), "owner": owner, "due_on": _in(days)}
        line = do_deed(chair, CODE, "plan_work", said)
        do_deed(chair, CODE, "move_work", {"work": line.ref, "state": state})
    poll = {"title": "Where do we meet in June?", "options": "Accra\nSeoul\nOn line", "closes_at": f"{_in(9)}T12:00"}
    asked = do_deed(chair, CODE, "ask_poll", poll)
    do_deed(officer_named("s.park"), CODE, "vote", {"poll": asked.ref, "choice": "2"})
    posts = officer_named("postal.union")
    thread = do_deed(posts, CODE, "open_thread", {"title": "Words for customers", "text": "A draft for our pages."})
    do_deed(chair, CODE, "say", {"thread": thread.ref, "text": "Good: name the real page in the first line."})
    watched = {"title": "Voices made by machines", "horizon": "now", "review_on": _in(90)}
    watched["means"] = "A call proves nothing: call back on a number that is known."
    do_deed(officer_named("s.park"), CODE, "watch", watched)
    steps = (
        "Take no more power from it · officer · 1\nPhotograph the screen · officer · 5\nCall the examiner · chief · 30"
    )
    cards = {"incident": "seized_device", "title": "A phone at the border", "steps": steps}
    do_deed(officer_named("q.tran"), CODE, "write_procedure", cards)
    contact = {"name": "Global cybercrime expert group", "about": "joint warnings", "owner": "q.tran"}
    do_deed(chair, CODE, "keep_liaison", contact)
    said = {"text": "A 24-hour contact for parcel fraud in every administration", "paragraph": "2"}
    one = do_deed(officer_named("a.wanjiru"), CODE, "recommend", said)
    do_deed(chair, CODE, "move_recommendation", {"recommendation": one.ref, "move": "send", "on": _in(110)})
    course = {
        "kind": "course",
        "title": "Wallets and exchanges",
        "languages": "en\nes",
        "level": "basic",
        "hours": "21",
    }
    made = do_deed(officer_named("j.quiroga"), CODE, "offer_practice", course | {"text": "Three days with exercises."})
    do_deed(officer_named("a.wanjiru"), CODE, "use_practice", {"practice": made.ref, "note": "taught in two ports"})
    session = {"practice": made.ref, "begins_on": _in(40), "ends_on": _in(42), "place": "Santiago", "seats": "12"}
    do_deed(chair, CODE, "plan_session", session)


def _ask_needs(chair: Officer) -> None:
    """A round of needs that was closed, and one that follows it up and runs."""
    first = _round(chair, "Needs assessment, first round", "", 0)
    do_deed(chair, CODE, "close_round", {"round": first.ref})
    second = _round(chair, "Needs assessment, second round", first.ref, 1)
    kenya = Response.objects.get(round=second, country="KE")
    lead = officer_named(kenya.lead)
    line = {
        "domain": "people",
        "gap": "No examiner trained for two years",
        "kind": "training",
        "what": "Course for 12 people and two trainers",
        "owner": "Secretariat",
        "cost": "64000",
        "by_day": _in(90),
    }
    made = do_needs_deed(officer_named(SECRETARIAT), kenya.ref, "plan", line)
    do_needs_deed(lead, kenya.ref, "move_plan", {"plan_line": made.ref, "move": "agree", "donor": "Donor B"})


def _round(chair: Officer, title: str, after: str, better: int) -> Round:
    said = {"questionnaire": "electronic_crime", "title": title, "closes_on": _in(19), "after": after}
    made: Round = do_deed(chair, CODE, "open_round", said)
    definition = kept_definition(made.frozen)
    for response in made.responses.filter(country__in=LEVELS):
        levels = LEVELS[response.country]
        answers = {
            one.name: str(min(4, levels[number % 3] + (better if number % 2 else 0)))
            for number, one in enumerate(definition.questions)
            if one.scored
        }
        lead = officer_named(response.lead)
        do_needs_deed(lead, response.ref, "answer", {"answers": answers, "lang": lead.language})
        do_needs_deed(lead, response.ref, "submit", {})
    return made


def _report(chair: Officer) -> None:
    """An insight report that is with the members, its figures frozen."""
    said = {
        "kind": "insight",
        "title": "Parcels ordered on line",
        "title_fr": "Colis commandés en ligne",
        "title_es": "Paquetes pedidos en línea",
        "sections": "What was seen\nWhat helps",
    }
    report = do_deed(chair, CODE, "begin_report", said)
    do_deed(
        chair, CODE, "give_section", {"report": report.ref, "number": "1", "title": "What was seen", "author": "s.park"}
    )
    seen = "Messages name a parcel that is held and ask for a small duty. The page takes the card and its code."
    do_deed(officer_named("s.park"), CODE, "write_section", {"report": report.ref, "number": "1", "text": seen})
    helps = "Pages of customs that are known by name, one list of them, and a contact that answers by night."
    do_deed(chair, CODE, "write_section", {"report": report.ref, "number": "2", "text": helps})
    do_deed(chair, CODE, "freeze_figures", {"report": report.ref})
    do_deed(chair, CODE, "move_report", {"report": report.ref, "move": "circulate"})
