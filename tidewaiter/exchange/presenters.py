"""What leaves and what stays, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from tidewaiter.cases.returning import column_at, flat, path_title
from tidewaiter.cases.values import value_in_words
from tidewaiter.exchange.agreements import Terms, kinds_of_node, terms_of
from tidewaiter.exchange.cards import own_node
from tidewaiter.exchange.keys import fingerprint_of
from tidewaiter.exchange.models import Agreement, Outgoing, Peer
from tidewaiter.exchange.queries import LINES, RULES, why_said
from tidewaiter.exchange.states import ENDED
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.refusals import Missing
from tidewaiter.foundation.wire_kinds import WireKind

_FORMAL = ("form", "form_version", "long", "of")
SHOWN = 60
"""Fields of one envelope that a page lists."""


def kind_said(name: str) -> str:
    """The kind of an envelope, in words."""
    kind = kinds_of_node().get(name)
    return str(kind.word) if kind else name


def row_shown(row: Outgoing, *, names: bool) -> dict[str, Any]:
    """A row of the outbox: what leaves, what stays and by which rule, what happens next; whom it names only where
    `names`, else its reference and which fields leave.
    """
    lang = get_language() or "en"
    kind = kinds_of_node().get(row.kind)
    hidden = not names and may_name(row)
    leaves = list(_leaves(row, kind, lang))[:SHOWN]
    return {
        "row": row,
        "called": row.record if hidden else row.called or row.record,
        "kind": kind_said(row.kind),
        "hidden": hidden,
        "leaves": [(title, "") for title in dict.fromkeys(title for title, _value in leaves)] if hidden else leaves,
        "stays": list(
            dict.fromkeys(
                (_title(row, kind, one["path"], lang), RULES.get(one["rule"], one["rule"])) for one in row.held
            )
        ),
        "why": why_said(row.reason) if row.reason else "",
    }


def called(row: Outgoing, *, names: bool) -> str:
    """What a person is told a row is about: its reference where they do not read names."""
    return row.called if row.called and (names or not may_name(row)) else row.record


def may_name(row: Outgoing) -> bool:
    """Whether an envelope could name somebody: what goes to a node without names does not, whatever its kind."""
    return bool(settings.HOLDS_NAMES) and row.peer.shape != "central"


def _form(row: Outgoing) -> Any:
    try:
        return form_named(str(row.body.get("form") or ""), row.body.get("form_version"))
    except Missing:
        return None


def _title(row: Outgoing, kind: WireKind | None, path: str, lang: str) -> str:
    form = _form(row)
    return path_title(form, path, lang) if form else _word(kind, path)


def _word(kind: WireKind | None, name: str) -> str:
    return str(kind.titles.get(name, name.replace("_", " "))) if kind else name.replace("_", " ")


def _leaves(row: Outgoing, kind: WireKind | None, lang: str) -> Iterator[tuple[str, str]]:
    form = _form(row)
    header = {name: value for name, value in row.body.items() if name not in (*_FORMAL, "lines")}
    if form is None:
        for said in header.pop("statements", ()):
            grade = " ".join(part for part in (said.get("scheme"), said.get("grade")) if part)
            yield _word(kind, str(said.get("prop", ""))), f"{said.get('value', '')} {grade}".strip()
        for name, value in header.items():
            yield _word(kind, name), _text(value)
        return
    for path, value in flat(header, row.body.get("lines", [])).items():
        yield path_title(form, path, lang), value_in_words(column_at(form, path), value, lang)


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_text(one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_text(one)}" for name, one in value.items())
    return str(value)


def peer_shown(peer: Peer) -> dict[str, Any]:
    """A peer: its line, its clock and its history, which fail apart."""
    key = next(one for one in peer.card["keys"] if one["use"] == "sig" and not one.get("until"))
    ahead = peer.clock_ahead
    return {
        "peer": peer,
        "fingerprint": fingerprint_of(key["x"]),
        "line": str(LINES.get(peer.failed, peer.failed)) if peer.failed else "",
        "seconds": abs(round(ahead, 1)) if ahead is not None else None,
        "minutes": round(abs(ahead) / 60) if ahead is not None and abs(ahead) >= 60 else 0,
        "ahead": ahead is not None and ahead > 0,
        "wrong": ahead is not None and abs(ahead) >= 60,
    }


def agreement_shown(agreement: Agreement) -> dict[str, Any]:
    """An agreement: what it lets go, from whom, how."""
    terms: Terms = terms_of(dict(agreement.document))
    return {
        "agreement": agreement,
        "terms": terms,
        "kinds": [(one, kind_said(one.kind)) for one in terms.kinds],
        "party": own_node() in agreement.parties,
        "erased": _erased(agreement),
    }


def _erased(agreement: Agreement) -> list[tuple[str, int, str]]:
    """Of one that has ended: each party, how many copies it has erased and when it said so."""
    if agreement.status != ENDED or agreement.document.get("at_end") == "keep":
        return []
    names = agreement.document["parties"]
    said = [agreement.ending.get(node, {}) for node in agreement.parties]
    return [(name, one.get("erased", 0), one.get("at", "")) for name, one in zip(names, said, strict=True)]
