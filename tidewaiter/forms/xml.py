"""Cases as XML: the schema of a form, its example, and writing a record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext
from lxml import etree

from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.columns import Column, as_text, flatten_header
from tidewaiter.forms.data_model import (
    BARE,
    CASE,
    CASES,
    ITEM,
    JUDGED,
    LEG,
    LINK,
    LISTED,
    PARTS,
    PERSON,
    PHOTO,
    header_names,
    line_names,
)
from tidewaiter.forms.engine import CaseReader, Form
from tidewaiter.forms.judgements import cell_of
from tidewaiter.foundation.refusals import Missing

ENUMERATED = 400
"""Lists with more codes are checked by the node, not by the schema."""
XS = "http://www.w3.org/2001/XMLSchema"
_PATTERNS = {
    "date": r"\d{4}(-\d{2}(-\d{2})?)?",
    "hs": r"\d{2}|\d{4}|\d{6}",
    "place": "[A-Z]{2}[A-Z2-9]{3}",
    "integer": r"\d+",
}


def codes_of(column: Column) -> list[str]:
    """The codes that a schema spells out for a column; none where the list is long or open."""
    if not column.list or column.open:
        return []
    codes = [view.code for view in list_view(column.list).codes.values()]
    return codes if len(codes) <= ENUMERATED else []


def xsd(form: Form) -> bytes:
    """The XML Schema of a file of cases of this form: `<Cases><Case form="…">…</Case></Cases>`.

    Names are those of the WCO Data Model where it has them; several codes stand in repeated elements. The order of
    elements matters to the schema, not to the node.
    """
    schema = etree.Element(
        f"{{{XS}}}schema", nsmap={"xs": XS}, elementFormDefault="qualified", version=str(form.version)
    )
    cases = _element(schema, CASES)
    case = _element(cases, CASE, most="unbounded")
    columns = [c for c in form.columns if c.scope == "header" and not c.path.startswith(("route.", "persons."))]
    _branch(case, [(header_names(c.path), c) for c in columns if c.path != "date_precision"])
    for element, prefix in ((LEG, "route.origin."), (PERSON, "persons.1.")):
        item = _element(case, element, least="0", most="unbounded")
        if element == LEG:
            role = etree.SubElement(item, f"{{{XS}}}element", name=PARTS[LEG]["role"])
            _enumerate(role, [view.code for view in list_view("route_role").codes.values()])
        for column in form.columns:
            if column.path.startswith(prefix):
                _leaf(item, PARTS[element][column.name], column)
    line = _element(case, ITEM, least="0", most="unbounded")
    _branch(line, [(line_names(c.path, own=c.scope == "fields"), c) for c in form.columns if c.scope != "header"])
    for element in (PHOTO, LINK, JUDGED):
        item = _element(case, element, least="0", most="unbounded")
        for name in PARTS[element].values():
            etree.SubElement(item, f"{{{XS}}}element", name=name, type="xs:string", minOccurs="0")
    whole = case.getparent()
    for name, kind in (
        ("form", "xs:string"),
        ("version", "xs:integer"),
        ("long", "xs:boolean"),
        ("ref", "xs:string"),
        ("reference", "xs:string"),
        ("status", "xs:string"),
    ):
        use = {"fixed": form.code, "use": "required"} if name == "form" else {}
        etree.SubElement(whole, f"{{{XS}}}attribute", {"name": name, "type": kind, **use})
    return etree.tostring(schema, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _branch(parent: Any, columns: list[tuple[tuple[str, ...], Column]]) -> None:
    """Adds leaves, and elements that hold several of them, each where its first field stands."""
    done: set[str] = set()
    for names, column in columns:
        if len(names) == 1:
            _leaf(parent, names[0], column)
        elif names[0] not in done:
            done.add(names[0])
            inside = [(rest[1:], c) for rest, c in columns if rest[0] == names[0] and len(rest) > 1]
            needed = any(_must(c) for _, c in inside)
            _branch(_element(parent, names[0], least="1" if needed else "0"), inside)


def _element(parent: Any, name: str, least: str = "1", most: str = "1") -> Any:
    """Adds an element that holds others; gives the sequence to add them to."""
    bounds = {} if parent.tag.endswith("schema") else {"minOccurs": least, "maxOccurs": most}
    element = etree.SubElement(parent, f"{{{XS}}}element", {"name": name, **bounds})
    return etree.SubElement(etree.SubElement(element, f"{{{XS}}}complexType"), f"{{{XS}}}sequence")


def _must(column: Column) -> bool:
    """Whether every line or case has it; some goods are stated by value alone."""
    return column.needed == "always" and column.path not in ("unit", "quantity")


def _leaf(parent: Any, name: str, column: Column) -> None:
    needed = _must(column)
    most = "unbounded" if column.type == "codes" else "1"
    element = etree.SubElement(parent, f"{{{XS}}}element", name=name, minOccurs="1" if needed else "0", maxOccurs=most)
    note = etree.SubElement(etree.SubElement(element, f"{{{XS}}}annotation"), f"{{{XS}}}documentation")
    note.text = column.title("en") + (f". {column.hint('en')}" if column.hint("en") else "")
    codes = codes_of(column)
    if codes:
        _enumerate(element, codes)
    elif column.type in ("decimal", "boolean"):
        element.set("type", f"xs:{column.type}")
    elif column.type in _PATTERNS:
        etree.SubElement(_restriction(element), f"{{{XS}}}pattern", value=_PATTERNS[column.type])
    else:
        etree.SubElement(_restriction(element), f"{{{XS}}}maxLength", value=str(column.largest))


def _restriction(element: Any) -> Any:
    simple = etree.SubElement(element, f"{{{XS}}}simpleType")
    return etree.SubElement(simple, f"{{{XS}}}restriction", base="xs:string")


def _enumerate(element: Any, codes: list[str]) -> None:
    restriction = _restriction(element)
    for code in codes:
        etree.SubElement(restriction, f"{{{XS}}}enumeration", value=code)


def case_element(form: Form, record: dict[str, Any]) -> Any:
    """A case record as an element, in the order of the schema. The date is cut to its precision."""
    version = {"version": str(record["form_version"])} if record.get("form_version") else {}
    marks = {name: str(record[name]) for name in ("ref", "reference", "status") if record.get(name)}
    case = etree.Element(
        CASE, {"form": form.code, **version, **({"long": "true"} if record.get("long") else {}), **marks}
    )
    flat = {path: value for path, value in flatten_header(record) if path in form.by_path}
    flat["date"] = dated(record)
    for column in form.columns:
        if column.scope == "header" and column.path in flat and column.path != "date_precision":
            if not column.path.startswith(("route.", "persons.")):
                _write(case, header_names(column.path), flat[column.path])
    for element in (LEG, PERSON):
        _listed(case, element, record)
    for line in record.get("lines", []):
        item = etree.SubElement(case, ITEM)
        values = {**line, **line.get("fields", {})}
        for column in form.columns:
            if column.scope != "header" and column.path in values:
                _write(item, line_names(column.path, own=column.scope == "fields"), values[column.path])
    for element in (PHOTO, LINK):
        _listed(case, element, record)
    _listed(case, JUDGED, {LISTED[JUDGED]: [words for words in cell_of(record).split(";") if words]})
    return case


def dated(record: dict[str, Any]) -> str:
    """The date of a record, as far as it is known: 2026, 2026-11 or 2026-11-16."""
    return str(record["date"])[: {"year": 4, "month": 7}.get(str(record.get("date_precision")), 10)]


def _listed(case: Any, element: str, record: dict[str, Any]) -> None:
    for thing in record.get(LISTED[element], []):
        item = etree.SubElement(case, element)
        for part, name in PARTS[element].items():
            value = thing if element in BARE else thing.get(part)
            if value not in (None, "", []):
                _write(item, (name,), value)


def _write(parent: Any, names: tuple[str, ...], value: Any) -> None:
    for name in names[:-1]:
        found = parent.find(name)
        parent = etree.SubElement(parent, name) if found is None else found
    for part in value if isinstance(value, list) else [value]:
        text = ("true" if part else "false") if isinstance(part, bool) else as_text(part)
        etree.SubElement(parent, names[-1]).text = text


def example_record(form: Form) -> dict[str, Any]:
    """The form's own example as a record. Raises `Missing` for a form that has none."""
    if not form.definition.example:
        raise Missing("no_example", gettext("The form %(code)s has no example of its own.") % {"code": form.code})
    reader = CaseReader(form)
    example = dict(form.definition.example)
    reader.gather_places([example])
    header, _ = reader.header(example)
    return {**header, "lines": [reader.line(example, str(header.get("date", "")))[0]]}


def example_xml(form: Form) -> bytes:
    """A file with the form's own example, valid by its schema."""
    return xml_file(form_records=[(form, example_record(form))])


def xml_file(*, form_records: Iterable[tuple[Form, dict[str, Any]]]) -> bytes:
    """A whole file in memory, for a few cases."""
    root = etree.Element(CASES)
    root.extend(case_element(form, record) for form, record in form_records)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
