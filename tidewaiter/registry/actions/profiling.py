"""A record on paper: everything that is said, with sources and gradings; each copy is numbered and in the ledger."""

from __future__ import annotations

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import get_language

from tidewaiter.drawing.printing import pdf_of
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.ledger.actions import record, record_many
from tidewaiter.ledger.models import Entry
from tidewaiter.registry.places import places_of
from tidewaiter.registry.policy import may_read, must_have_purpose
from tidewaiter.registry.queries import cases_of, decisions_of, entity_named, links_of, members_of, statements_of
from tidewaiter.registry.suspect_queries import followed
from tidewaiter.registry.timeline import timeline
from tidewaiter.registry.vocabulary import KIND_WORDS, LINK_WORDS, PART_WORDS

PRINTED = "registry.printed"


def profile_html(*, ref: str, by: Actor, purpose: str) -> str:
    """A numbered copy as HTML, written down as taken, with the number: `{"purpose", "copy"}`.

    Raises `Missing`, and `BadInput` where no purpose is said.
    """
    may_read(by)
    said_for = must_have_purpose(purpose)
    one = entity_named(by, ref)
    members = members_of(one, by)
    said, links, decisions = statements_of(members, by), links_of(members, by), decisions_of(members, by)
    cases, suspects = cases_of(members, by), followed(members, by)
    with transaction.atomic():
        copy = Entry.objects.filter(ref=one.ref, deed=PRINTED).count() + 1
        record(by=by, deed=PRINTED, ref=one.ref, detail={"purpose": said_for, "copy": copy})
        others = [(ref, 0) for ref in dict.fromkeys([*(m.ref for m in members[1:]), *(t.other.ref for t in links)])]
        record_many(by=by, deed="registry.read", things=others, detail={"purpose": said_for})
    shown = {
        "entity": one,
        "members": members,
        "said": said,
        "links": links,
        "cases": cases,
        "followed": suspects,
        "moments": timeline(cases=cases, links=links, said=said, decisions=decisions, suspects=suspects),
        "places": places_of(said=said, cases=cases, suspects=suspects, home=by.administration_code, linked=False),
        "purpose": said_for,
        "copy": copy,
        "by": by.username,
        "made": now(),
        "kind_word": KIND_WORDS[one.kind],
        "link_words": LINK_WORDS,
        "part_words": PART_WORDS,
        "lang": get_language() or "en",
    }
    return render_to_string("registry/profile_print.html", shown)


def print_profile(*, ref: str, by: Actor, purpose: str) -> bytes:
    """The same as PDF. Raises `BadInput` where the machine cannot print: the copy stands in the ledger all the same."""
    return pdf_of(profile_html(ref=ref, by=by, purpose=purpose))[0]
