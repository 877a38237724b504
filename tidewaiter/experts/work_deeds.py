"""The same of the work of a group: action points, plan, polls, threads, reports, practice, rounds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tidewaiter.experts import actions, queries, states
from tidewaiter.experts.models import Topic
from tidewaiter.experts.policy import Seat
from tidewaiter.experts.queries import paragraph_of, thing_of
from tidewaiter.experts.said import Fields, code, day, line, moment_of, number, several, the_day, words, yes
from tidewaiter.experts.words import (
    HORIZONS,
    INCIDENTS,
    LEVELS,
    POLL_KINDS,
    PRACTICE_KINDS,
    REPORT_KINDS,
    REPORT_LANGUAGES,
)
from tidewaiter.foundation.moments import now

type Do = Callable[[Seat, Fields], Any]


def meeting_of(seat: Seat, said: Fields) -> Any:
    """The meeting that is named."""
    return thing_of(queries.meetings_of(seat), line(said, "meeting", 64))


def _set_action(seat: Seat, said: Fields) -> Any:
    return actions.set_action(
        seat=seat,
        text=words(said, "text", needed=True),
        owner=line(said, "owner", 150, needed=False),
        due_on=the_day(said, "due_on"),
        meeting=meeting_of(seat, said) if said.get("meeting") else None,
    )


def _answer_action(seat: Seat, said: Fields) -> Any:
    point = thing_of(queries.action_points_of(seat), line(said, "action_point", 64))
    return actions.answer_action(seat=seat, point=point, text=words(said, "text", needed=True))


def _plan_work(seat: Seat, said: Fields) -> Any:
    return actions.plan_work(
        seat=seat,
        title=line(said, "title", 300),
        paragraph=paragraph_of(seat.group, line(said, "paragraph", 10)),
        owner=line(said, "owner", 150, needed=False),
        due_on=the_day(said, "due_on"),
        year=number(said, "year", 2000, 2200, now().year),
    )


def _move_work(seat: Seat, said: Fields) -> Any:
    return actions.move_work(
        seat=seat,
        line=thing_of(seat.group.work.all(), line(said, "work", 64)),
        state=code(said, "state", states.WORK_STATES),
    )


def _ask_poll(seat: Seat, said: Fields) -> Any:
    return actions.ask_poll(
        seat=seat,
        kind=code(said, "kind", POLL_KINDS, "poll"),
        title=line(said, "title", 300),
        text=words(said, "text"),
        options=several(said, "options"),
        closes_at=moment_of(seat.by, said, "closes_at"),
        for_private=yes(said, "for_private"),
    )


def _poll(seat: Seat, said: Fields) -> Any:
    return thing_of(queries.polls_of(seat), line(said, "poll", 64))


def _vote(seat: Seat, said: Fields) -> Any:
    return actions.vote(seat=seat, poll=_poll(seat, said), choice=number(said, "choice", 1, 99)).poll


def _open_thread(seat: Seat, said: Fields) -> Any:
    text = words(said, "text", needed=True)
    return actions.open_thread(seat=seat, title=line(said, "title"), text=text, for_private=yes(said, "for_private"))


def _say(seat: Seat, said: Fields) -> Any:
    thread = thing_of(queries.threads_of(seat), line(said, "thread", 64))
    return actions.say_in_thread(seat=seat, thread=thread, text=words(said, "text"))


def _watch(seat: Seat, said: Fields) -> Any:
    known = line(said, "topic", 64, needed=False)
    return actions.watch_topic(
        seat=seat,
        topic=thing_of(Topic.objects.filter(group=seat.group), known) if known else None,
        title=line(said, "title"),
        owner=line(said, "owner", 150, needed=False),
        horizon=code(said, "horizon", HORIZONS, "year"),
        means=words(said, "means", needed=True),
        review_on=the_day(said, "review_on"),
    )


def read_step(text: str) -> dict[str, Any]:
    """A step as it is typed on a line: `what · who · minutes`, the last two where they matter."""
    parts = [part.strip() for part in text.replace("|", "·").split("·")] + ["", ""]
    minutes = number({"minutes": parts[2]}, "minutes", 0, 100_000, 0)
    return {"text": parts[0][:500], "who": parts[1][:100], "minutes": minutes}


def _procedure(seat: Seat, said: Fields) -> Any:
    return actions.write_procedure(
        seat=seat,
        incident=code(said, "incident", INCIDENTS),
        title=line(said, "title"),
        steps=[read_step(one) for one in several(said, "steps")],
    )


def _liaison(seat: Seat, said: Fields) -> Any:
    return actions.keep_liaison(
        seat=seat,
        name=line(said, "name"),
        about=line(said, "about", 300, needed=False),
        owner=line(said, "owner", 150, needed=False),
        last_on=day(said, "last_on", needed=False),
    )


def _recommend(seat: Seat, said: Fields) -> Any:
    report = line(said, "report", 64, needed=False)
    return actions.recommend(
        seat=seat,
        text=words(said, "text", needed=True),
        paragraph=paragraph_of(seat.group, line(said, "paragraph", 10)),
        report=thing_of(queries.reports_of(seat), report) if report else None,
    )


def _move_recommendation(seat: Seat, said: Fields) -> Any:
    return actions.move_recommendation(
        seat=seat,
        one=thing_of(queries.recommendations_of(seat), line(said, "recommendation", 64)),
        deed=code(said, "move", states.RECOMMENDATION_MOVES),
        on=day(said, "on", needed=False),
        note=line(said, "note", 300, needed=False),
        text=words(said, "text"),
    )


def _titles(said: Fields) -> dict[str, str]:
    """Titles by language: `title` is English, `title_fr` French."""
    found = {"en": line(said, "title", needed=False)}
    found |= {lang: line(said, f"title_{lang}", needed=False) for lang in REPORT_LANGUAGES if lang != "en"}
    return {lang: text for lang, text in found.items() if text} or {"en": line(said, "title")}


def _begin_report(seat: Seat, said: Fields) -> Any:
    return actions.begin_report(
        seat=seat,
        kind=code(said, "kind", REPORT_KINDS),
        titles=_titles(said),
        year=number(said, "year", 2000, 2200, now().year),
        sections=several(said, "sections"),
    )


def _report(seat: Seat, said: Fields) -> Any:
    return thing_of(queries.reports_of(seat), line(said, "report", 64))


def _give_section(seat: Seat, said: Fields) -> Any:
    return actions.give_section(
        seat=seat,
        report=_report(seat, said),
        number=number(said, "number", 1, 60),
        titles=_titles(said),
        author=line(said, "author", 150, needed=False),
    ).report


def _write_section(seat: Seat, said: Fields) -> Any:
    return actions.write_section(
        seat=seat,
        report=_report(seat, said),
        number=number(said, "number", 1, 60),
        lang=code(said, "lang", REPORT_LANGUAGES, "en"),
        title=line(said, "title", needed=False),
        text=words(said, "text"),
    ).report


def _freeze(seat: Seat, said: Fields) -> Any:
    return actions.freeze_figures(seat=seat, report=_report(seat, said))


def _move_report(seat: Seat, said: Fields) -> Any:
    return actions.move_report(
        seat=seat,
        report=_report(seat, said),
        deed=code(said, "move", states.MOVES),
        handling=line(said, "handling", 12, needed=False) or "AMBER",
        audience=code(said, "audience", ("members", "partners"), "members"),
    )


def _offer(seat: Seat, said: Fields) -> Any:
    known = line(said, "practice", 64, needed=False)
    materials = [one.partition(" http")[::2] for one in several(said, "materials")]
    written = {
        "kind": code(said, "kind", PRACTICE_KINDS),
        "title": line(said, "title"),
        "text": words(said, "text"),
        "languages": [one[:8] for one in several(said, "languages")],
        "level": code(said, "level", ("", *LEVELS)),
        "hours": number(said, "hours", 0, 2_000, 0) or None,
        "materials": [{"title": title[:200], "link": f"http{rest}"[:300] if rest else ""} for title, rest in materials],
        "for_private": yes(said, "for_private"),
    }
    practice = thing_of(queries.practice_of(seat), known) if known else None
    return actions.offer_practice(seat=seat, said=written, practice=practice)


def _practice(seat: Seat, said: Fields) -> Any:
    return thing_of(queries.practice_of(seat), line(said, "practice", 64))


def _use(seat: Seat, said: Fields) -> Any:
    note = line(said, "note", 500, needed=False)
    return actions.use_practice(seat=seat, practice=_practice(seat, said), note=note).practice


def _plan_session(seat: Seat, said: Fields) -> Any:
    return actions.plan_session(
        seat=seat,
        course=_practice(seat, said),
        begins_on=the_day(said, "begins_on"),
        ends_on=the_day(said, "ends_on"),
        place=line(said, "place", needed=False),
        language=line(said, "language", 8, needed=False) or "en",
        seats=number(said, "seats", 1, 10_000),
    )


def _session(seat: Seat, said: Fields) -> Any:
    return thing_of(queries.sessions_of(seat), line(said, "session", 64))


def _complete(seat: Seat, said: Fields) -> Any:
    session = _session(seat, said)
    actions.complete(seat=seat, session=session, usernames=several(said, "completed"))
    return session


def _open_round(seat: Seat, said: Fields) -> Any:
    after = line(said, "after", 64, needed=False)
    return actions.open_round(
        seat=seat,
        code=line(said, "questionnaire", 32),
        title=line(said, "title"),
        countries=[one for part in several(said, "countries") for one in part.replace(",", " ").split()],
        closes_on=the_day(said, "closes_on"),
        after=thing_of(seat.group.rounds.all(), after) if after else None,
    )


DEEDS: dict[str, Do] = {
    "set_action": _set_action,
    "answer_action": _answer_action,
    "plan_work": _plan_work,
    "move_work": _move_work,
    "ask_poll": _ask_poll,
    "vote": _vote,
    "close_poll": lambda seat, said: actions.close_poll(seat=seat, poll=_poll(seat, said)),
    "open_thread": _open_thread,
    "say": _say,
    "watch": _watch,
    "write_procedure": _procedure,
    "keep_liaison": _liaison,
    "recommend": _recommend,
    "move_recommendation": _move_recommendation,
    "begin_report": _begin_report,
    "give_section": _give_section,
    "write_section": _write_section,
    "freeze_figures": _freeze,
    "move_report": _move_report,
    "offer_practice": _offer,
    "use_practice": _use,
    "plan_session": _plan_session,
    "enrol": lambda seat, said: actions.enrol(seat=seat, session=_session(seat, said)),
    "complete": _complete,
    "open_round": _open_round,
    "close_round": lambda seat, said: actions.close_round(
        seat=seat, one=thing_of(seat.group.rounds.all(), line(said, "round", 64))
    ),
}
