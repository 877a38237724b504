"""The XML Schema and the JSON Schema of a form."""

from __future__ import annotations

from typing import Any

from lxml import etree

from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.columns import Column
from tidewaiter.forms.engine import Form

ENUMERATED = 400
"""Lists with more codes are checked by the node, not by the schema."""
XS = "http://www.w3.org/2001/XMLSchema"
_JSON: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "long_text": {"type": "string"},
    "decimal": {"type": ["string", "number"], "pattern": r"^-?\d+(\.\d+)?$"},
    "integer": {"type": ["string", "integer"], "pattern": r"^\d+$"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"},
    "place": {"type": "string", "pattern": "^[A-Z]{2}[A-Z2-9]{3}$"},
    "hs": {"type": "string", "pattern": r"^(\d{2}|\d{4}|\d{6})$"},
    "code": {"type": "string"},
    "codes": {"type": "array"},
}


def _codes(column: Column) -> list[str]:
    codes = [view.code for view in list_view(column.list).codes.values()] if column.list else []
    return codes if len(codes) <= ENUMERATED else []


def json_schema(form: Form) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a case record of this form. Codes are written as codes, not as labels."""
    root = _object({})
    for column in form.columns:
        if column.scope != "header" or column.path.startswith(("route.", "persons.")):
            continue
        target, *rest = column.path.split(".")
        if rest:
            root["properties"].setdefault(target, _object({}))["properties"][rest[0]] = _json(column)
        else:
            root["properties"][target] = _json(column)
            if column.needed == "always":
                root["required"].append(target)
    line = _object(
        {c.path: _json(c) for c in form.columns if c.scope == "line"},
        [c.path for c in form.columns if c.scope == "line" and c.needed == "always" and c.path != "unit"],
    )
    line["properties"]["fields"] = _object({c.path: _json(c) for c in form.columns if c.scope == "fields"})
    route = {c.name: _json(c) for c in form.columns if c.path.startswith("route.origin.")}
    route["role"] = {"enum": ["origin", "departure", "transit", "seizure", "destination"]}
    person = {c.name: _json(c) for c in form.columns if c.path.startswith("persons.1.")}
    root["properties"] |= {
        "form": {"const": form.code}, "form_version": {"type": "integer"}, "long": {"type": "boolean"},
        "lines": {"type": "array", "items": line}, "route": {"type": "array", "items": _object(route, ["role"])},
        "persons": {"type": "array", "items": _object(person)}, "links": {"type": "array", "items": {"type": "string"}},
        "photos": {"type": "array", "items": _object({name: {"type": "string"} for name in ("file", "caption", "shows")})},
    }  # fmt: skip
    root["required"] += ["form"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{form.code} version {form.version}",
        **root,
    }


def _object(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": required or [],
    }


def _json(column: Column) -> dict[str, Any]:
    said: dict[str, Any] = {**_JSON[column.type], "title": column.title("en")}
    if column.hint("en"):
        said["description"] = column.hint("en")
    codes = _codes(column)
    if column.type == "codes":
        said["items"] = {"enum": codes} if codes else {"type": "string"}
    elif column.type == "code" and codes:
        said["enum"] = codes
    elif column.type in ("text", "long_text"):
        said["maxLength"] = column.largest
    return said


def xsd(form: Form) -> bytes:
    """The XML Schema of a file of cases of this form: `<Cases><Case>…<Line>…</Line></Case></Cases>`.

    Element names are the parts of the paths in CONTRACT.md; several codes stand in repeated elements.
    """
    schema = etree.Element(
        f"{{{XS}}}schema", nsmap={"xs": XS}, elementFormDefault="qualified", version=str(form.version)
    )
    cases = _element(schema, "Cases")
    case = _element(cases, "Case", most="unbounded")
    blocks: dict[str, Any] = {}
    for column in form.columns:
        if column.scope != "header" or column.path.startswith(("route.", "persons.")):
            continue
        block, *rest = column.path.split(".")
        if rest:
            if block not in blocks:
                blocks[block] = _element(case, block, least="0")
            _leaf(blocks[block], rest[0], column)
        else:
            _leaf(case, block, column)
    for name, prefix in (("leg", "route.origin."), ("person", "persons.1.")):
        item = _element(case, name, least="0", most="unbounded")
        if name == "leg":
            role = etree.SubElement(item, f"{{{XS}}}element", name="role")
            _enumerate(role, ["origin", "departure", "transit", "seizure", "destination"])
        for column in form.columns:
            if column.path.startswith(prefix):
                _leaf(item, column.name, column)
    line = _element(case, "line", least="0", most="unbounded")
    for column in form.columns:
        if column.scope != "header":
            _leaf(line, column.path, column)
    return etree.tostring(schema, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _element(parent: Any, name: str, least: str = "1", most: str = "1") -> Any:
    """Adds an element that holds others; gives the sequence to add them to."""
    bounds = {} if parent.tag.endswith("schema") else {"minOccurs": least, "maxOccurs": most}
    element = etree.SubElement(parent, f"{{{XS}}}element", {"name": name, **bounds})
    return etree.SubElement(etree.SubElement(element, f"{{{XS}}}complexType"), f"{{{XS}}}sequence")


def _leaf(parent: Any, name: str, column: Column) -> None:
    needed = column.needed == "always" and column.path != "unit"
    most = "unbounded" if column.type == "codes" else "1"
    element = etree.SubElement(parent, f"{{{XS}}}element", name=name, minOccurs="1" if needed else "0", maxOccurs=most)
    note = etree.SubElement(etree.SubElement(element, f"{{{XS}}}annotation"), f"{{{XS}}}documentation")
    note.text = column.title("en") + (f". {column.hint('en')}" if column.hint("en") else "")
    codes = _codes(column)
    if codes:
        _enumerate(element, codes)
        return
    if column.type in ("decimal", "boolean"):
        element.set("type", f"xs:{column.type}")
        return
    restriction = etree.SubElement(
        etree.SubElement(element, f"{{{XS}}}simpleType"), f"{{{XS}}}restriction", base="xs:string"
    )
    patterns = {
        "date": r"\d{4}(-\d{2}(-\d{2})?)?",
        "hs": r"\d{2}|\d{4}|\d{6}",
        "place": "[A-Z]{2}[A-Z2-9]{3}",
        "integer": r"\d+",
    }
    if column.type in patterns:
        etree.SubElement(restriction, f"{{{XS}}}pattern", value=patterns[column.type])
    else:
        etree.SubElement(restriction, f"{{{XS}}}maxLength", value=str(column.largest))


def _enumerate(element: Any, codes: list[str]) -> None:
    restriction = etree.SubElement(
        etree.SubElement(element, f"{{{XS}}}simpleType"), f"{{{XS}}}restriction", base="xs:string"
    )
    for code in codes:
        etree.SubElement(restriction, f"{{{XS}}}enumeration", value=code)
