"""Names of the XML form of a case: classes and attributes of the WCO Data Model where it has them, else our own.

The classes are those of the WCO Data Model 3 (GoodsLocation, GovernmentProcedure, BorderTransportMeans,
TransportEquipment, Carrier, Itinerary, GovernmentAgencyGoodsItem, Commodity, GoodsMeasure, Origin,
Packaging, AdditionalInformation, AdditionalDocument, PreviousDocument). It has none for how goods were
detected and hidden, nor for persons without names. This module knows no form and no list, so that the child
process that reads a stranger's file may use it.
"""

from __future__ import annotations

HEADER: dict[str, tuple[str, ...]] = {
    "national_ref": ("FunctionalReferenceID",),
    "kind": ("TypeCode",),
    "date": ("SeizureDate",),
    "country": ("ReportingCountryCode",),
    "office": ("Office", "Name"),
    "location_type": ("GoodsLocation", "TypeCode"),
    "place": ("GoodsLocation", "ID"),
    "direction": ("GovernmentProcedure", "CurrentCode"),
    "handling": ("HandlingCode",),
    "operation": ("OperationID",),
    "detection.method": ("Detection", "MethodCode"),
    "detection.techniques": ("Detection", "TechniqueCode"),
    "detection.risk_indicators": ("Detection", "RiskIndicatorCode"),
    "conveyance.mode": ("BorderTransportMeans", "ModeCode"),
    "conveyance.type": ("BorderTransportMeans", "TypeCode"),
    "conveyance.imo": ("BorderTransportMeans", "ID"),
    "conveyance.number": ("BorderTransportMeans", "JourneyID"),
    "conveyance.registration_country": ("BorderTransportMeans", "RegistrationNationalityCode"),
    "conveyance.carrier": ("Carrier", "ID"),
    "conveyance.courier": ("Carrier", "Name"),
    "conveyance.container": ("TransportEquipment", "ID"),
    "concealment.place": ("Concealment", "LocationCode"),
    "concealment.method": ("Concealment", "MethodCode"),
    "concealment.note": ("Concealment", "Description"),
    "cover_load.description": ("DeclaredCommodity", "Description"),
    "cover_load.hs": ("DeclaredCommodity", "ClassificationID"),
    "narrative": ("AdditionalInformation", "StatementDescription"),
}
LINE: dict[str, tuple[str, ...]] = {
    "subtype": ("Commodity", "TypeCode"),
    "hs": ("Commodity", "ClassificationID"),
    "quantity": ("GoodsMeasure", "TariffQuantity"),
    "unit": ("GoodsMeasure", "UnitCode"),
    "value": ("CustomsValuation", "ValueAmount"),
    "currency": ("CustomsValuation", "CurrencyCode"),
    "value_basis": ("CustomsValuation", "BasisCode"),
    "origin": ("Origin", "CountryCode"),
    "packages": ("Packaging", "QuantityQuantity"),
    "package_type": ("Packaging", "TypeCode"),
}
OWN = "Characteristics"
"""Holds a form's own fields, by the names that the form gives them."""
CASES, CASE, LEG, PERSON, ITEM, PHOTO, LINK, JUDGED = (
    "Cases",
    "Case",
    "Itinerary",
    "Person",
    "GovernmentAgencyGoodsItem",
    "AdditionalDocument",
    "PreviousDocument",
    "Judged",
)
PARTS: dict[str, dict[str, str]] = {
    LEG: {
        "role": "RoleCode",
        "country": "RoutingCountryCode",
        "place": "ID",
        "date": "Date",
        "certainty": "CertaintyCode",
    },
    PERSON: {
        "role": "RoleCode",
        "nationality": "NationalityCode",
        "sex": "GenderCode",
        "age_band": "AgeBandCode",
        "arrested": "ArrestIndicator",
    },
    PHOTO: {
        "file": "ImageFileName",
        "caption": "Description",
        "shows": "TypeCode",
        "tags": "ConcealmentCode",
        "blurred": "RedactedImageFileName",
    },
    LINK: {"ref": "ID"},
    JUDGED: {"words": "Words"},
}
BARE = {LINK: "ref", JUDGED: "words"}
"""Of these the record holds texts: what stands in their one part."""
LISTED = {LEG: "route", PERSON: "persons", PHOTO: "photos", LINK: "links", JUDGED: "judged"}
"""Elements that repeat, and the list of the record that each stands in."""


def header_names(path: str) -> tuple[str, ...]:
    """Where a field of the header stands: element names from the case down."""
    return HEADER.get(path) or tuple(path.split("."))


def line_names(path: str, *, own: bool) -> tuple[str, ...]:
    """Where a field of a line stands, from the goods item down."""
    return (OWN, path) if own else LINE.get(path) or (path,)


PATH_OF_HEADER = {names: path for path, names in HEADER.items()}
PATH_OF_LINE = {names: path for path, names in LINE.items()}
PART_OF = {element: {name: part for part, name in parts.items()} for element, parts in PARTS.items()}
