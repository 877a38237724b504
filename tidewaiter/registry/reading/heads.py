"""Heads of tables as those who publish them write them, where no mapping says what they are: sanctions lists of
OpenSanctions (`targets.simple.csv`), the LEI register, registers of companies and of ships.
"""

from __future__ import annotations

TARGET_OF = {
    "schema": "kind",
    "aliases": "alias",
    "countries": "country",
    "addresses": "address",
    "identifiers": "identifier",
    "phones": "phone",
    "emails": "email",
    "dataset": "source",
    "company_name": "name",
    "company_number": "registration_number",
    "jurisdiction_code": "country",
    "registered_address": "address",
    "entity.legalname": "name",
    "entity.legaljurisdiction": "country",
    "ship_name": "name",
    "vessel_name": "name",
    "imo_number": "imo",
    "imo_no": "imo",
    "flag_state": "flag",
}


def targets_of(heads: list[str], targets: tuple[str, ...]) -> dict[str, int]:
    """By target the column that it stands in: a head that is a target's own name goes before another's word for it."""
    known = {head.lower().replace(" ", "_"): at for at, head in reversed(list(enumerate(heads)))}
    own = {target: known[target] for target in targets if target in known}
    others = {TARGET_OF[head]: at for head, at in known.items() if head in TARGET_OF}
    return others | own


def kind_of(said: dict[str, str]) -> str:
    """The kind of a row that names none: a vessel has an IMO number, a firm a number of a register or an LEI."""
    if said.get("imo"):
        return "vessel"
    registered = said.get("lei") or said.get("registration_number")
    return "company" if registered and not said.get("birth_date") and not said.get("nationality") else "person"


def of_identifier(kind: str, value: str) -> str:
    """The property of a number of which the table does not say what it is."""
    if kind == "vessel":
        return "imoNumber" if value.upper().startswith("IMO") else "registrationNumber"
    return "idNumber" if kind == "person" else "registrationNumber"
