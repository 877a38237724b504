"""Cases on the wire: the non-nominal projection of a case leaves, a reviewer's decision comes back.

What leaves is derived from the form (`forms.projection`), never written twice. Every text that could name somebody is
judged as a node without names judges it, and what this node knows to be a name in the case is hidden besides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy as p

from tidewaiter.cases import states, wire_pictures
from tidewaiter.cases.actions import Origin, draft, erase, return_case, submit, take_back, validate, withdraw
from tidewaiter.cases.models import Case
from tidewaiter.cases.projecting import ALWAYS, PROJECTION, is_defined, projected, without_what_is_not_agreed
from tidewaiter.cases.returning import FieldReason, flat, last_return
from tidewaiter.cases.validate_record import check_record
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.foundation.wire_kinds import PUT, RECALL, WITHDRAW, Arriving, Leaving, Taken, Terms, WireKind

CASE, DECISION = "case", "decision"
CHANNEL = "national"
_SENT = (states.SUBMITTED, states.VALIDATED)
_DECIDED = {states.RETURNED: "returned", states.VALIDATED: "validated"}
_NEVER = ("links",)
"""What of a record does not go on the wire: the cases that it names are known here alone."""
_BESIDE = (*_NEVER, wire_pictures.PHOTOS)


def leaving_case(ref: str, terms: Terms) -> Leaving | None:
    """A case of this node as it would leave: once it is submitted; nothing for a draft, or one from elsewhere."""
    case = Case.objects.filter(ref=ref, latest=True).first()
    if case is None or case.node.startswith("NODE-"):
        return None
    if case.status == states.WITHDRAWN:
        return Leaving(ref=ref, version=case.version, body={"reason": "withdrawn"}, op=WITHDRAW, called=case.reference)
    if case.status not in _SENT:
        return None
    form = form_named(case.form, case.form_version)
    lines = [line.document for line in case.lines.order_by("number")]
    said = {**case.header, "national_ref": case.national_ref, "lines": lines}
    body, held = projected(form, {name: value for name, value in said.items() if name not in _BESIDE}, terms)
    body, dropped = without_what_is_not_agreed(body, terms.fields)
    photos, pictures = wire_pictures.leaving(case.header.get(wire_pictures.PHOTOS, []), terms)
    if photos:
        body[wire_pictures.PHOTOS] = photos
    return Leaving(
        ref=ref,
        version=case.version,
        body=body,
        handling=str(case.header.get("handling", "")),
        called=case.reference,
        held=(*held, *dropped, *pictures),
    )


def over_case(body: Mapping[str, Any], terms: Terms) -> Sequence[str]:
    """The paths of a case that may not have left: not defined by its form, nominal, or not agreed."""
    form = form_named(str(body.get("form") or ""), _number(body.get("form_version")))
    agreed, _dropped = without_what_is_not_agreed(
        {name: value for name, value in body.items() if name != wire_pictures.PHOTOS}, terms.fields
    )
    allowed = set(_paths(agreed))
    if wire_pictures.leaves(terms):
        body = {name: value for name, value in body.items() if name != wire_pictures.PHOTOS}
    return sorted(path for path in _paths(body) if path not in allowed or not is_defined(form, path))


def _number(said: Any) -> int | None:
    return said if type(said) is int else None


def _paths(body: Mapping[str, Any]) -> list[str]:
    lines = body.get("lines")
    header = {name: value for name, value in body.items() if name not in ("lines", wire_pictures.PHOTOS)}
    beside = [name for name in (*_BESIDE, "judged") if name in body]
    return [*flat(header, lines if isinstance(lines, list) else []), *beside]


def take_case(came: Arriving) -> Taken:
    """Keeps a case that came, by the deeds by which its administration files one. Raises a refusal."""
    if came.op == RECALL:
        erase(ref=came.ref, node=came.node, by=came.by)
        return Taken(came.ref, "erased")
    held = Case.objects.filter(ref=came.ref, latest=True).first()
    if held is not None and held.node != came.node:
        raise Refusal("not_theirs", _("The case is another node's: it is not written over."))
    if came.op == WITHDRAW:
        if held is not None and held.status != states.WITHDRAWN:
            withdraw(case=held, reason=_("Withdrawn by its administration."), by=came.by)
        return Taken(came.ref, "withdrawn")
    case, problems = check_record(_document(came, held))
    if case is None:
        raise Refusal("form", f"{problems[0].path}: {problems[0].code}")
    if case.header["country"] != came.by.administration_code:
        raise Refusal("not_your_country", _("The case is of another country than its node."))
    outcome = draft(cases=[case], by=came.by, channel=CHANNEL, came=Origin(came.node, [came.ref]))
    if outcome.words == ["withdrawn"]:
        raise Refusal("withdrawn", _("The case was withdrawn: that is its end."))
    if outcome.refs != [came.ref]:
        raise Refusal("conflict", _("The administration has another case under this reference here."))
    waiting = Case.objects.filter(ref=came.ref, latest=True, status__in=(states.DRAFT, states.RETURNED))
    _done, refused = submit(cases=waiting, by=came.by)
    if refused:
        raise Refusal("findings", _("The checks of this node stop the case: mend it, and send it again."))
    return Taken(came.ref, "unchanged" if outcome.words == ["unchanged"] else "processed")


def take_cases(came: Sequence[Arriving]) -> list[Taken]:
    """The same for many of one node, by set. Raises a refusal where any of them is to be refused."""
    held = {case.ref: case for case in Case.objects.filter(ref__in=[one.ref for one in came], latest=True)}
    read, fresh = [], []
    for one in came:
        case, problems = check_record(_document(one, held.get(one.ref)))
        if case is None or case.header["country"] != one.by.administration_code:
            raise Refusal("form", problems[0].path if problems else "country")
        old = held.get(one.ref)
        if old is None:
            fresh.append(one.ref)
        elif old.node != one.node:
            raise Refusal("not_theirs", _("The case is another node's: it is not written over."))
        read.append(case)
    origin = Origin(came[0].node, fresh)
    outcome = draft(cases=read, by=came[0].by, channel=CHANNEL, came=origin)
    if outcome.refs != [one.ref for one in came] or "withdrawn" in outcome.words:
        raise Refusal("conflict", _("The administration has another case under this reference here."))
    waiting = Case.objects.filter(ref__in=outcome.refs, latest=True, status__in=(states.DRAFT, states.RETURNED))
    _done, refused = submit(cases=waiting, by=came[0].by)
    if refused:
        raise Refusal("findings", _("The checks of this node stop the case: mend it, and send it again."))
    words = ["unchanged" if word == "unchanged" else "processed" for word in outcome.words]
    return [Taken(ref, word) for ref, word in zip(outcome.refs, words, strict=True)]


def _document(came: Arriving, held: Case | None) -> dict[str, Any]:
    """The record as the form reads it; a case that is here keeps the reference under which it is known here, and what
    was added here of fields that its owner does not send. Of the owner's own fields the owner's word stands.
    """
    said = {name: value for name, value in came.body.items() if name not in _BESIDE}
    if wire_pictures.PHOTOS in came.body:
        said[wire_pictures.PHOTOS] = wire_pictures.taken(came.body[wire_pictures.PHOTOS], came.by)
    if held is not None:
        said["national_ref"] = held.national_ref
        ours = {name: value for name, value in held.header.items() if not _is_sent(name, came.fields)}
        said = {**ours, **said}
    return said


def _is_sent(name: str, fields: tuple[str, ...] | None) -> bool:
    """Whether a field of a case's header is one that its owner sends."""
    if name in _BESIDE:
        return fields is not None and name in fields
    return fields is None or PROJECTION in fields or name in ALWAYS or name in fields


def refs_of_cases(after: str, most: int) -> list[str]:
    """Refs of this node's own cases that were submitted, after a ref, in order."""
    own = Case.objects.filter(latest=True, status__in=_SENT, ref__gt=after).exclude(node__startswith="NODE-")
    return list(own.order_by("ref").values_list("ref", flat=True)[:most])


def leaving_decision(ref: str, _terms: Terms) -> Leaving | None:
    """What was decided here about a case that came from another node, for that node."""
    case = Case.objects.filter(ref=ref, latest=True).first()
    if case is None or not case.node.startswith("NODE-"):
        return None
    decision = _DECIDED.get(case.status) or ("taken_back" if case.status == states.SUBMITTED else "")
    if not decision:
        return None
    body: dict[str, Any] = {"decision": decision, "reason": case.reason, "fields": []}
    back = last_return(ref) if decision == "returned" else None
    if back is not None:
        body |= {"reason": back.text, "fields": back.fields}
    return Leaving(ref=ref, version=case.version, body=body, called=case.reference, to=case.node, origin=ref)


def take_decision(came: Arriving) -> Taken:
    """Does here what the reviewer decided there, about the version that was decided. Raises a refusal."""
    case = Case.objects.filter(ref=came.ref, latest=True).first()
    if case is None or came.op != PUT:
        raise Refusal("no_case", _("There is no such case."))
    decision = came.body.get("decision")
    if case.version != came.version or (decision != "taken_back" and case.status != states.SUBMITTED):
        return Taken(came.ref, "overtaken")
    if decision == "returned":
        fields = [
            FieldReason(str(one.get("path", "")), str(one.get("code", "")), str(one.get("text", "")))
            for one in came.body.get("fields", ())
            if isinstance(one, dict)
        ]
        return_case(case=case, reason=str(came.body.get("reason", ""))[:4000], by=came.by, fields=fields)
    elif decision == "validated":
        _done, refused = validate(
            cases=Case.objects.filter(pk=case.pk), by=came.by, unopened=_("Opened at the centre.")
        )
        if refused:
            raise Refusal(next(iter(refused)), _("The case cannot be validated here."))
    elif decision == "taken_back":
        take_back(case=case, by=came.by)
    else:
        raise Refusal("decision", _("What was decided about the case is not known here."))
    return Taken(came.ref)


_TEXT = {"type": "string"}
KINDS = (
    WireKind(
        name=CASE,
        word=p("kind on the wire", "case"),
        follows=("cases.submitted", "cases.amended", "cases.withdrawn"),
        refs=refs_of_cases,
        leaving=leaving_case,
        take=take_case,
        take_many=take_cases,
        over=over_case,
        schema={
            "type": "object",
            "required": ["form", "country", "date", "national_ref", "lines"],
            "properties": {
                "form": _TEXT,
                "form_version": {"type": "integer"},
                "country": _TEXT,
                "date": _TEXT,
                "national_ref": _TEXT,
                "lines": {"type": "array", "items": {"type": "object"}},
                "photos": {
                    "type": "array",
                    "maxItems": 30,
                    "items": {
                        "type": "object",
                        "required": ["sha256", "jpeg"],
                        "additionalProperties": False,
                        "properties": dict.fromkeys(("sha256", "jpeg", *wire_pictures.WORDS), _TEXT),
                    },
                },
            },
        },
    ),
    WireKind(
        name=DECISION,
        word=p("kind on the wire", "decision"),
        answers=CASE,
        follows=("cases.returned", "cases.validated", "cases.taken_back"),
        leaving=leaving_decision,
        take=take_decision,
        schema={
            "type": "object",
            "required": ["decision"],
            "properties": {
                "decision": {"enum": ["returned", "validated", "taken_back"]},
                "reason": _TEXT,
                "fields": {
                    "type": "array",
                    "items": {"type": "object", "properties": {"path": _TEXT, "code": _TEXT, "text": _TEXT}},
                },
            },
        },
    ),
)
"""What of cases goes to other nodes."""
