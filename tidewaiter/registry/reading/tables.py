"""Tables: by the targets of CONTRACT.md, named by a mapping or by the heads themselves; and OFAC's own layout."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from tidewaiter.foundation.decoding import read_toml
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.registry.reading.heads import kind_of, of_identifier, targets_of
from tidewaiter.registry.reading.said import Said, SaidLink, SaidThing, Unread, read_grading
from tidewaiter.registry.vocabulary import KINDS, LINKS, type_of

TARGETS = (
    "kind",
    "name",
    "alias",
    "birth_date",
    "nationality",
    "country",
    "document",
    "registration_number",
    "imo",
    "address",
    "phone",
    "email",
    "source",
    "grading",
    "note",
)
MORE = (
    "id",
    "gender",
    "lei",
    "mmsi",
    "handling",
    "date",
    "role",
    "subject",
    "object",
    "link",
    "begins",
    "ends",
    "share",
    "plate",
    "birth_place",
    "position",
    "flag",
    "call_sign",
    "incorporation_date",
    "identifier",
)
"""Targets beyond the contract's, of the same names in a mapping."""
PROPERTY = {
    "name": "name",
    "alias": "alias",
    "birth_date": "birthDate",
    "nationality": "nationality",
    "country": "country",
    "document": "idNumber",
    "registration_number": "registrationNumber",
    "imo": "imoNumber",
    "address": "address",
    "phone": "phone",
    "email": "email",
    "note": "notes",
    "gender": "gender",
    "lei": "leiCode",
    "mmsi": "mmsi",
    "plate": "registrationNumber",
    "birth_place": "birthPlace",
    "position": "position",
    "flag": "flag",
    "call_sign": "callSign",
    "incorporation_date": "incorporationDate",
}
_KIND_WORDS = {
    "individual": "person",
    "person": "person",
    "natural person": "person",
    "entity": "company",
    "legalentity": "company",
    "publicbody": "company",
    "company": "company",
    "organisation": "company",
    "organization": "company",
    "firm": "company",
    "vessel": "vessel",
    "ship": "vessel",
    "aircraft": "aircraft",
    "airplane": "aircraft",
    "vehicle": "vehicle",
    "car": "vehicle",
    "container": "container",
    "link": "link",
}
OFAC = (
    "ent_num",
    "sdn_name",
    "sdn_type",
    "program",
    "title",
    "call_sign",
    "vess_type",
    "tonnage",
    "grt",
    "vess_flag",
    "vess_owner",
    "remarks",
)
_values = re.compile(r"\s*;\s*")
_dob = re.compile(r"DOB ([^;]+)")
_aka = re.compile(r"(?:a\.k\.a\.|f\.k\.a\.) '([^']+)'")
_passport = re.compile(r"Passport (\S+) \(([^)]+)\)")
_nationality = re.compile(r"(?:nationality|citizen) ([^;.]+)")
_imo = re.compile(r"(?:Vessel Registration Identification )?IMO (\d{7})")
_mmsi = re.compile(r"MMSI (\d{9})")


class Mapping:
    """Target → source column, constants, values: the part of an intake mapping that entities need."""

    def __init__(self, text: str) -> None:
        said = read_toml(text) if text else {}
        self.columns = {str(target): str(column) for target, column in said.get("columns", {}).items()}
        self.constants = {str(target): str(value) for target, value in said.get("constants", {}).items()}
        self.values = {
            str(target): {str(one): str(code) for one, code in table.items()}
            for target, table in said.get("values", {}).items()
        }
        for target in (*self.columns, *self.constants, *self.values):
            if target not in TARGETS and target not in MORE:
                raise BadInput(
                    "mapping",
                    _("A mapping of entities has no target «%(name)s». There are: %(names)s.")
                    % {"name": target[:40], "names": ", ".join((*TARGETS, *MORE))},
                )
        for name in said:
            if name not in ("columns", "constants", "values", "reader"):
                raise BadInput("mapping", _("A mapping of entities has no table «%(name)s».") % {"name": name[:40]})


def read_table(rows: Iterable[tuple[int, list[str]]], mapping: Mapping) -> Iterator[Said]:
    """What each row says. Raises `BadInput` where the table has no column that could be a name."""
    numbered = iter(rows)
    first = next(numbered, None)
    if first is None:
        raise BadInput("no_rows", _("The file has no rows."))
    if _is_ofac(first[1]):
        yield from _read_ofac(_again(first, numbered))
        return
    heads = [" ".join(head.split()) for head in first[1]]
    place = _places(heads, mapping)
    if "name" not in place and "name" not in mapping.constants and "subject" not in place:
        raise BadInput(
            "no_name",
            _("No column is a name. Name it in a mapping ([columns] name = …); the file has: %(heads)s.")
            % {"heads": ", ".join(heads[:30])},
        )
    for number, cells in numbered:
        said = dict(mapping.constants)
        for target, at in place.items():
            text = cells[at].strip() if at < len(cells) else ""
            said[target] = mapping.values.get(target, {}).get(text, text)
        yield _of_row(number, said)


def _places(heads: list[str], mapping: Mapping) -> dict[str, int]:
    if not mapping.columns:
        return targets_of(heads, (*TARGETS, *MORE))
    place = {}
    for target, column in mapping.columns.items():
        name = " ".join(column.strip("{}").split())
        if name not in heads:
            raise BadInput(
                "mapping",
                _("The file has no column «%(name)s». It has: %(heads)s.")
                % {"name": name[:60], "heads": ", ".join(heads[:30])},
            )
        place[target] = heads.index(name)
    return place


def _of_row(number: int, said: dict[str, str]) -> Said:
    kind = _KIND_WORDS.get(said.get("kind", "").strip().lower(), "")
    if not kind and said.get("kind"):
        words = _("«%(kind)s» is no kind: %(kinds)s.") % {
            "kind": said["kind"][:40],
            "kinds": ", ".join((*KINDS, "link")),
        }
        return Unread(row=number, code="kind", message=words, column="kind")
    scheme, grade = read_grading(said.get("grading", ""))
    if kind == "link":
        return _link_of_row(number, said, scheme, grade)
    kind = kind or kind_of(said)
    values = [
        (prop, value)
        for target, prop in PROPERTY.items()
        if said.get(target)
        for value in _values.split(said[target])
        if value and type_of(kind, prop)
    ]
    numbers = [one for one in _values.split(said.get("identifier", "")) if one]
    values += [(prop, one) for one in numbers if type_of(kind, prop := of_identifier(kind, one))]
    if not any(prop == "name" for prop, _value in values):
        named = next((value for prop, value in values if prop in ("registrationNumber", "imoNumber", "idNumber")), "")
        if not named or kind in ("person", "company"):
            return Unread(row=number, code="no_name", message=_("The row has no name."), column="name")
        values.insert(0, ("name", named))
    return SaidThing(
        key=said.get("id") or _key(kind, said),
        kind=kind,
        values=values,
        row=number,
        source=said.get("source", ""),
        said_on=said.get("date", ""),
        scheme=scheme,
        grade=grade,
        handling=said.get("handling") or "AMBER",
    )


def _key(kind: str, said: dict[str, str]) -> str:
    """What tells a row of a source without identifiers: what it is called, when born, its numbers."""
    parts = [
        kind,
        *(
            said.get(name, "").strip().lower()
            for name in ("name", "birth_date", "document", "registration_number", "imo", "plate")
        ),
    ]
    return f"row-{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:24]}"


def _link_of_row(number: int, said: dict[str, str], scheme: str, grade: str) -> Said:
    subject, target = said.get("subject", ""), said.get("object", "")
    if not subject or not target:
        return Unread(row=number, code="link", message=_("A link needs a subject and an object."), column="subject")
    schema = said.get("link") or "UnknownLink"
    if schema not in LINKS:
        words = _("«%(schema)s» is no link: %(links)s.") % {"schema": schema[:40], "links": ", ".join(LINKS)}
        return Unread(row=number, code="link", message=words, column="link")
    named = "|".join((schema, subject, target, said.get("role", ""), said.get("begins", "")))
    return SaidLink(
        key=said.get("id") or f"link-{hashlib.sha256(named.encode()).hexdigest()[:24]}",
        schema=schema,
        subject=subject,
        object=target,
        role=said.get("role", ""),
        begins=said.get("begins", ""),
        ends=said.get("ends", ""),
        share=said.get("share", ""),
        row=number,
        source=said.get("source", ""),
        scheme=scheme,
        grade=grade,
    )


def _again(first: tuple[int, list[str]], rest: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    yield first
    yield from rest


def _is_ofac(cells: list[str]) -> bool:
    """OFAC's SDN.CSV has no heads: number, name, type or «-0-»; some copies have them."""
    heads = [cell.strip().lower() for cell in cells]
    if heads[:3] == list(OFAC[:3]):
        return True
    return len(cells) == len(OFAC) and cells[0].strip().isdigit() and "-0-" in {cell.strip() for cell in cells}


def _read_ofac(rows: Iterable[tuple[int, list[str]]]) -> Iterator[Said]:
    for number, cells in rows:
        said = {name: "" if cell.strip() == "-0-" else cell.strip() for name, cell in zip(OFAC, cells)}
        if not said.get("ent_num", "").isdigit():
            if number > 1 and any(cell.strip() for cell in cells) and len(cells) > 1:
                yield Unread(row=number, code="no_number", message=_("The row has no number of an entity."))
            continue
        kind = {"individual": "person", "vessel": "vessel", "aircraft": "aircraft"}.get(
            said.get("sdn_type", "").lower(), "company"
        )
        yield SaidThing(
            key=f"ofac-{said['ent_num']}", kind=kind, values=_ofac_values(kind, said), row=number, source="OFAC SDN"
        )


def _ofac_values(kind: str, said: dict[str, str]) -> list[tuple[str, str]]:
    remarks = said.get("remarks", "")
    found = [("name", said.get("sdn_name", ""))]
    found += [("alias", name) for name in _aka.findall(remarks)]
    if kind == "person":
        found += [("birthDate", day.removeprefix("circa ").strip(" .")) for day in _dob.findall(remarks)]
        found += [("passportNumber", number) for number, _country in _passport.findall(remarks)]
        found += [("nationality", country.strip()) for country in _nationality.findall(remarks)]
        found += [("position", said.get("title", ""))]
    if kind == "vessel":
        found += [("imoNumber", number) for number in _imo.findall(remarks)]
        found += [("mmsi", number) for number in _mmsi.findall(remarks)]
        found += [
            ("callSign", said.get("call_sign", "")),
            ("flag", said.get("vess_flag", "")),
            ("type", said.get("vess_type", "")),
        ]
    found += (
        [("program", program) for program in re.split(r"\]\s*\[", said.get("program", "").strip("[]"))]
        if kind != "company"
        else []
    )
    found += [("notes", remarks)]
    return [(prop, value) for prop, value in found if value]
