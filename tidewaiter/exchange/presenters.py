"""What leaves and what stays, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import get_language

from tidewaiter.cases.returning import column_at, flat, path_title
from tidewaiter.cases.values import value_in_words
from tidewaiter.exchange.agreements import Terms, kinds_of_node, terms_of
from tidewaiter.exchange.keys import fingerprint_of
from tidewaiter.exchange.models import Agreement, Outgoing, Peer
from tidewaiter.exchange.queries import LINES, RULES, why_said
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.refusals import Missing

_FORMAL = ("form", "form_version", "long", "of")
SHOWN = 60
"""Fields of one envelope that a page lists."""


def kind_said(name: str) -> str:
    """The kind of an envelope, in words."""
    kind = kinds_of_node().get(name)
    return str(kind.word) if kind else name


def row_shown(row: Outgoing) -> dict[str, Any]:
    """A row of the outbox: what leaves, what stays and by which rule, what happens next."""
    lang = get_language() or "en"
    return {
        "row": row,
        "kind": kind_said(row.kind),
        "leaves": list(_leaves(row, lang))[:SHOWN],
        "stays": [(_title(row, one["path"], lang), RULES.get(one["rule"], one["rule"])) for one in row.held],
        "why": why_said(row.reason) if row.reason else "",
    }


def _form(row: Outgoing) -> Any:
    try:
        return form_named(str(row.body.get("form") or ""), row.body.get("form_version"))
    except Missing:
        return None


def _title(row: Outgoing, path: str, lang: str) -> str:
    form = _form(row)
    return path_title(form, path, lang) if form else path.replace("_", " ")


def _leaves(row: Outgoing, lang: str) -> Iterator[tuple[str, str]]:
    form = _form(row)
    header = {name: value for name, value in row.body.items() if name not in (*_FORMAL, "lines")}
    if form is None:
        for said in header.pop("statements", ()):
            grade = " ".join(part for part in (said.get("scheme"), said.get("grade")) if part)
            yield str(said.get("prop", "")), f"{said.get('value', '')} {grade}".strip()
        for name, value in header.items():
            yield name.replace("_", " "), _text(value)
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
    }
