"""A case envelope as XML by the class names of the WCO Data Model 4, and by name whatever has no class there.

The classes are a declaration's (Declaration, Consignment, GoodsShipment, GovernmentAgencyGoodsItem …): no public
package of the model has any for a seizure. `docs/wire/case-envelope.xsd` is what it is validated against.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from tidewaiter.exchange.envelopes import Said
from tidewaiter.foundation.moments import stamp

NAMESPACE = "urn:tidewaiter:wire:case-envelope:1"
MODEL = "4.0.0"
HEADER: dict[str, tuple[str, ...]] = {
    "national_ref": ("FunctionalReferenceID",),
    "kind": ("TypeCode",),
    "date": ("IssueDateTime",),
    "office": ("PresentationOffice", "Name"),
    "narrative": ("AdditionalInformation", "StatementDescription"),
    "direction": ("GovernmentProcedure", "CurrentCode"),
    "conveyance.imo": ("BorderTransportMeans", "ID"),
    "conveyance.mode": ("BorderTransportMeans", "ModeCode"),
    "conveyance.type": ("BorderTransportMeans", "TypeCode"),
    "conveyance.number": ("BorderTransportMeans", "JourneyID"),
    "conveyance.registration_country": ("BorderTransportMeans", "RegistrationNationalityCode"),
    "conveyance.carrier": ("Consignment", "Carrier", "ID"),
    "conveyance.courier": ("Consignment", "Carrier", "Name"),
    "place": ("Consignment", "GoodsLocation", "ID"),
    "location_type": ("Consignment", "GoodsLocation", "TypeCode"),
    "conveyance.container": ("Consignment", "TransportEquipment", "ID"),
}
LINE: dict[str, tuple[str, ...]] = {
    "subtype": ("Commodity", "TypeCode"),
    "hs": ("Commodity", "Classification", "ID"),
    "quantity": ("Commodity", "GoodsMeasure", "TariffQuantity"),
    "unit": ("Commodity", "GoodsMeasure", "UnitCode"),
    "value": ("CustomsValuation", "ValueAmount"),
    "currency": ("CustomsValuation", "CurrencyTypeCode"),
    "origin": ("Origin", "CountryCode"),
    "packages": ("Packaging", "QuantityQuantity"),
    "package_type": ("Packaging", "TypeCode"),
}
LEG = {"country": "RoutingCountryCode", "place": "ID", "role": "RoleCode", "date": "ArrivalDateTime"}
_SAID = ("country", "form", "form_version", "lines", "route", "handling")
"""What stands elsewhere in the document, or is no field."""


def case_document(said: Said) -> tuple[bytes, list[str]]:
    """The document of one case envelope, and the paths of the case that have no class in the model: what is lost."""
    lost: list[str] = []
    plain: Any = {None: NAMESPACE}
    root = etree.Element(f"{{{NAMESPACE}}}MetaData", nsmap=plain)
    body = said.body
    for name, text in (
        ("WCODataModelVersionCode", MODEL),
        ("WCOTypeName", str(body.get("form", ""))),
        ("ResponsibleCountryCode", str(body.get("country", ""))),
        ("AgencyAssignedCustomizationVersionCode", str(body.get("form_version", ""))),
    ):
        _leaf(root, name, text)
    about = _child(root, "CommunicationMetaData")
    _leaf(about, "ID", said.id)
    _leaf(about, "PreparationDateTime", stamp(said.made_at))
    for name, node in (("Sender", said.sender), ("Recipient", said.receiver)):
        _leaf(_child(about, name), "ID", node)
    declaration = _child(root, "Declaration")
    _leaf(declaration, "ID", said.record)
    _leaf(declaration, "VersionID", str(said.version))
    flat = dict(_flat(body))
    for path, names in HEADER.items():
        if path in flat:
            _put(declaration, names, flat.pop(path))
    _route(declaration, body.get("route"), lost)
    shipment = _child(declaration, "GoodsShipment")
    for number, line in enumerate(body.get("lines", ()), 1):
        _item(shipment, number, line, lost)
    lost += sorted(flat)
    _in_order(declaration)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True), lost


def _flat(body: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """The header's fields by their paths, each as text."""
    for name, value in body.items():
        if name in _SAID or value in (None, "", [], {}):
            continue
        if isinstance(value, dict):
            yield from ((f"{name}.{key}", _text(one)) for key, one in value.items() if one not in (None, "", []))
        else:
            yield name, _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ";".join(_text(one) for one in value)
    if isinstance(value, dict):
        return ";".join(f"{name}={_text(one)}" for name, one in sorted(value.items()))
    return str(value)


def _route(declaration: Any, legs: Any, lost: list[str]) -> None:
    for number, leg in enumerate(legs if isinstance(legs, list) else (), 1):
        holder = declaration.find(f"{{{NAMESPACE}}}Consignment")
        itinerary = _child(_child(declaration, "Consignment") if holder is None else holder, "Itinerary")
        _leaf(itinerary, "SequenceNumeric", str(number))
        for part, name in LEG.items():
            if leg.get(part) not in (None, ""):
                _leaf(itinerary, name, _text(leg[part]))
        lost += [f"route.{number}.{part}" for part in sorted(set(leg) - set(LEG)) if leg[part] not in (None, "")]


def _item(shipment: Any, number: int, line: Mapping[str, Any], lost: list[str]) -> None:
    item = _child(shipment, "GovernmentAgencyGoodsItem")
    _leaf(item, "SequenceNumeric", str(number))
    for path, names in LINE.items():
        if line.get(path) not in (None, ""):
            _put(item, names, _text(line[path]))
    own = line.get("fields", {})
    lost += [f"lines.{number}.{name}" for name in sorted(set(line) - set(LINE) - {"fields"}) if line[name]]
    lost += [f"lines.{number}.fields.{name}" for name in sorted(own) if own[name] not in (None, "", [])]


def _child(parent: Any, name: str) -> Any:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")


def _leaf(parent: Any, name: str, text: str) -> None:
    _child(parent, name).text = "".join(sign for sign in text if sign in "\t\n\r" or sign >= " ")


def _put(parent: Any, names: tuple[str, ...], text: str) -> None:
    for name in names[:-1]:
        found = parent.find(f"{{{NAMESPACE}}}{name}")
        parent = _child(parent, name) if found is None else found
    _leaf(parent, names[-1], text)


_ORDER = (
    *("ID", "VersionID", "FunctionalReferenceID", "TypeCode", "IssueDateTime", "PresentationOffice"),
    *("AdditionalInformation", "GovernmentProcedure", "BorderTransportMeans", "Consignment", "GoodsShipment"),
)


def _in_order(declaration: Any) -> None:
    """Puts the classes of a declaration into the order of the schema."""
    declaration[:] = sorted(declaration, key=lambda one: _ORDER.index(etree.QName(one).localname))
    consignment = declaration.find(f"{{{NAMESPACE}}}Consignment")
    if consignment is not None:
        order = ("Carrier", "GoodsLocation", "Itinerary", "TransportEquipment")
        consignment[:] = sorted(consignment, key=lambda one: order.index(etree.QName(one).localname))
