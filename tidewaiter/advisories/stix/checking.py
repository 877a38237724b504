"""Objects of STIX 2.1 that came from outside: whether each is one, under which mark it is, and what is judged of it.

The mark of an object is the narrowest that stands on it or on a part of it; what is not understood never makes it
wider.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tidewaiter.advisories.marks import OF_ID, narrowest, rank, read_tlp
from tidewaiter.advisories.stix.fixed import PAP_IDS, TLP_EXTENSION, Stix, is_public
from tidewaiter.advisories.stix.writing import Written, moment_of, written
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.privacy.finding import About
from tidewaiter.privacy.judging import judged_json

_type = re.compile(r"[a-z0-9][a-z0-9-]{1,58}[a-z0-9]")
_id = re.compile(r"([a-z0-9-]{3,60})--[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIMES = ("created", "modified")
CYBER_OBSERVABLES = frozenset(
    (
        *("artifact", "autonomous-system", "directory", "domain-name", "email-addr", "email-message", "file"),
        *("ipv4-addr", "ipv6-addr", "mac-addr", "mutex", "network-traffic", "process", "software", "url"),
        *("user-account", "windows-registry-key", "x509-certificate"),
    )
)
OF_PEOPLE = frozenset({"user-account"})
"""Kinds that a node without names does not keep; identities of individuals neither."""
_BRANDS = frozenset(
    (
        *("malware", "tool", "campaign", "intrusion-set", "threat-actor", "infrastructure", "attack-pattern"),
        *("vulnerability", "course-of-action", "location", "software", "file", "directory"),
    )
)
_PLAIN = frozenset(
    (
        *("id", "type", "spec_version", "created", "modified", "created_by_ref", "object_marking_refs", "object_refs"),
        *("pattern", "pattern_type", "pattern_version", "valid_from", "valid_until", "hashes", "value", "country"),
        *("extension_type", "tlp_2_0", "kind", "fraud", "systems", "likely_next", "pap", "lang", "published"),
        *("source_ref", "target_ref", "relationship_type", "sighting_of_ref", "where_sighted_refs", "first_seen"),
        *("last_seen", "kill_chain_phases", "definition_type", "schema", "extension_types", "external_id"),
        *("observed_data_refs", "resolves_to_refs", "belongs_to_refs"),
    )
)
"""Properties that hold codes, moments, references, or what is published on purpose."""


@dataclass(slots=True)
class Checked:
    """What came, sorted: objects that are taken, those that are not and why, and what is lost with them."""

    taken: list[tuple[Stix, Written]] = field(default_factory=list)
    wrong: list[dict[str, str]] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)


class NotStix(BadInput):
    """One object that is none; `code` says which rule."""


def objects_in(document: Any) -> list[Any]:
    """The objects of a bundle, of an envelope, of a list, or the one object. Raises `BadInput`."""
    if isinstance(document, Mapping) and isinstance(document.get("objects"), list):
        found = list(document["objects"])
        if document.get("type") == "bundle" and document.get("spec_version") == "2.0":
            raise BadInput("spec_version", _("This is a bundle of STIX 2.0: bring it as 2.1."))
    elif isinstance(document, Mapping) and document.get("type") not in (None, "bundle"):
        found = [document]
    elif isinstance(document, list):
        found = document
    elif isinstance(document, Mapping) and document.get("type") == "bundle":
        found = []
    else:
        raise BadInput("not_stix", _("This is no bundle of STIX 2.1, and no event of MISP."))
    if len(found) > most("stix_objects"):
        raise BadInput("stix_objects", _("A bundle may have %(n)s objects.") % {"n": most("stix_objects")})
    return found


def check_objects(objects: Sequence[Any], default: str) -> Checked:
    """Looks at each object. What stands under no mark of TLP is taken under `default`."""
    made = Checked()
    marks = _marks_of(objects)
    for one in objects:
        try:
            found = _checked(one)
        except NotStix as error:
            made.wrong.append({"id": _said_id(one), "code": error.code, "message": error.sentence})
            continue
        if not settings.HOLDS_NAMES:
            if _is_of_people(found):
                made.lost[f"{found['type']}: names a person"] += 1
                continue
            clean = judged_object(found)
            if clean != found:
                made.lost["personal data masked"] += 1
                found = clean
        made.taken.append((found, written(found, rank(_mark_of(found, marks, default, made.lost)))))
    return made


def _said_id(one: Any) -> str:
    return str(one.get("id") or "")[:120] if isinstance(one, Mapping) else ""


def _checked(one: Any) -> Stix:
    if not isinstance(one, dict):
        raise NotStix("object", _("An object of STIX is a JSON object."))
    kind, said = one.get("type"), one.get("id")
    if not isinstance(kind, str) or _type.fullmatch(kind) is None:
        raise NotStix("type", _("Its type is none of STIX 2.1."))
    match = _id.fullmatch(said) if isinstance(said, str) else None
    if match is None or match.group(1) != kind:
        raise NotStix("id", _("Its id is not TYPE--UUID."))
    if one.get("spec_version", "2.1") != "2.1":
        raise NotStix("spec_version", _("It is of another version than STIX 2.1."))
    if kind == "bundle":
        raise NotStix("type", _("A bundle within a bundle is not taken."))
    needed = () if kind in CYBER_OBSERVABLES else ("created",) if kind in _UNVERSIONED else _TIMES
    for name in _TIMES:
        if name not in one and name in needed:
            raise NotStix(name, _("It does not say when it was made (created, modified)."))
        if name in one:
            _must_be_moment(name, one[name])
    if "modified" in one and "created" in one and moment_of(one["modified"]) < moment_of(one["created"]):
        raise NotStix("modified", _("It was changed before it was made."))
    if len(canonical(one)) > most("stix_object_bytes"):
        raise NotStix("stix_object_bytes", _("It is larger than an object may be."))
    return one


_UNVERSIONED = frozenset({"marking-definition"})


def _must_be_moment(name: str, said: Any) -> None:
    try:
        if not isinstance(said, str) or not said.endswith("Z"):
            raise ValueError
        if not 1970 <= moment_of(said).year <= 2200:
            raise ValueError
    except ValueError:
        raise NotStix(name, _("«%(name)s» is no moment (2026-11-26T08:20:00.000Z).") % {"name": name}) from None


def _marks_of(objects: Sequence[Any]) -> dict[str, str]:
    """By id, the marks of TLP that are known, and those that the bundle itself defines."""
    found = dict(OF_ID)
    for one in objects:
        if isinstance(one, Mapping) and one.get("type") == "marking-definition" and isinstance(one.get("id"), str):
            if (mark := _mark_defined(one)) is not None:
                found[one["id"]] = narrowest([mark, *([found[one["id"]]] if one["id"] in found else [])])
    return found


def _mark_defined(one: Mapping[str, Any]) -> str | None:
    extensions = one.get("extensions")
    said: list[Any] = [one.get("name")]
    if isinstance(extensions, Mapping) and isinstance(extensions.get(TLP_EXTENSION), Mapping):
        said.append(extensions[TLP_EXTENSION].get("tlp_2_0"))
    definition = one.get("definition")
    if isinstance(definition, Mapping):
        said += [definition.get("tlp"), definition.get("statement")]
    marks = [mark for text in said if isinstance(text, str) and (mark := read_tlp(text)) is not None]
    return narrowest(marks) if marks else None


def _mark_of(one: Stix, marks: Mapping[str, str], default: str, lost: Counter[str]) -> str:
    """The narrowest mark on the object and on its parts; a marking that is not understood is named as lost."""
    refs = one.get("object_marking_refs")
    if one["type"] in ("marking-definition", "extension-definition") or (not refs and is_public(one)):
        return "CLEAR"
    said = [ref for ref in refs if isinstance(ref, str)] if isinstance(refs, list) else []
    parts = one.get("granular_markings")
    for part in parts if isinstance(parts, list) else []:
        if isinstance(part, Mapping) and isinstance(part.get("marking_ref"), str):
            said.append(part["marking_ref"])
    found = [marks[ref] for ref in said if ref in marks]
    for ref in said:
        if ref not in marks and ref not in PAP_IDS:
            lost["marking that is not TLP or PAP: kept, not acted on"] += 1
            found.append(default)
    return narrowest(found, default)


def _is_of_people(one: Stix) -> bool:
    return one["type"] in OF_PEOPLE or (one["type"] == "identity" and one.get("identity_class") == "individual")


def judged_object(one: Stix) -> Stix:
    """An object as a node that holds no names keeps it: each text that somebody wrote, masked inside."""
    if one["type"] == "marking-definition" and (one["id"] in PAP_IDS or _mark_defined(one) is not None):
        return one  # «AMBER» is a mark here, and nobody's name
    about: About = "brand" if one["type"] in _BRANDS else "free"
    made: Stix = {}
    for name, value in one.items():
        if name == "display_name":
            continue
        if name in _PLAIN:
            made[name] = value
        elif name == "name":
            made[name] = judged_json(value, about)
        elif name == "extensions":
            inside = value.items() if isinstance(value, dict) else ()
            made[name] = {key: _judged_extension(inner) for key, inner in inside}
        elif name in ("aliases", "labels", "report_types", "indicator_types", "malware_types", "tool_types"):
            made[name] = judged_json(value, "brand")
        elif name == "external_references" and isinstance(value, list):
            made[name] = [judged_json(inner, "code") for inner in value]
        else:
            made[name] = judged_json(value, "free")
    return made


def _judged_extension(inner: Any) -> Any:
    if not isinstance(inner, Mapping):
        return judged_json(inner, "free")
    return {name: value if name in _PLAIN else judged_json(value, "free") for name, value in inner.items()}
