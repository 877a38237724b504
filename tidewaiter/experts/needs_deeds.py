"""Deeds with a country's answers by name, for the pages, the JSON door and the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tidewaiter.codelists.queries import list_view
from tidewaiter.experts import actions, states
from tidewaiter.experts.models import Response
from tidewaiter.experts.needs_queries import plan_line_named, response_named
from tidewaiter.experts.said import Fields, code, line, money, the_day, words
from tidewaiter.experts.words import PLAN_KINDS
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput, Missing

type Do = Callable[[Actor, Response, Fields], Any]


def _answer(by: Actor, response: Response, said: Fields) -> Any:
    """One question (`question`, `value`), or several at once (`answers`: {question: value})."""
    lang = line(said, "lang", 8, needed=False) or get_language() or "en"
    several = said.get("answers")
    if isinstance(several, dict):
        for question, value in several.items():
            answer = str(value) if value is not None else ""
            actions.answer_question(by=by, response=response, question=str(question), value=answer, lang=lang)
        return response
    question = line(said, "question", 60)
    actions.answer_question(by=by, response=response, question=question, value=words(said, "value"), lang=lang)
    return response


def _share(by: Actor, response: Response, said: Fields) -> Any:
    username = line(said, "username", 150, needed=False)
    actions.give_share(by=by, response=response, domain=line(said, "domain", 60), username=username)
    return response


def _evidence(by: Actor, response: Response, said: Fields) -> Any:
    actions.attach_evidence(
        by=by,
        response=response,
        question=line(said, "question", 60),
        title=line(said, "title"),
        where=line(said, "where", 300, needed=False),
    )
    return response


def _plan(by: Actor, response: Response, said: Fields) -> Any:
    currency = line(said, "currency", 3, needed=False).upper() or "USD"
    if currency not in list_view("currency").codes:
        raise BadInput("currency", _("There is no such currency."))
    line_of_plan = {
        "domain": line(said, "domain", 60),
        "gap": line(said, "gap", 300),
        "kind": code(said, "kind", PLAN_KINDS),
        "what": line(said, "what", 300),
        "owner": line(said, "owner"),
        "cost": money(said, "cost"),
        "currency": currency,
        "donor": line(said, "donor", needed=False),
        "by_day": the_day(said, "by_day"),
    }
    return actions.plan_gap(by=by, response=response, said=line_of_plan)


def _move_plan(by: Actor, response: Response, said: Fields) -> Any:
    one = plan_line_named(by, line(said, "plan_line", 64))
    if one.response_id != response.pk:
        raise Missing("missing", _("There is no such thing in this group."))
    donor = line(said, "donor", needed=False)
    return actions.move_plan(by=by, line=one, deed=code(said, "move", states.PLAN_MOVES), donor=donor)


DEEDS: dict[str, Do] = {
    "answer": _answer,
    "share": _share,
    "evidence": _evidence,
    "submit": lambda by, response, _said: actions.submit_answers(by=by, response=response),
    "plan": _plan,
    "move_plan": _move_plan,
}


def do_needs_deed(by: Actor, ref: str, deed: str, said: Fields) -> Any:
    """Does a deed by name with answers one sees; gives what came of it. Raises a refusal."""
    if deed not in DEEDS:
        raise Missing("missing", _("There is no such deed."))
    return DEEDS[deed](by, response_named(by, ref), said)
