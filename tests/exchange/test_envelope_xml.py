"""A case envelope as XML by the class names of the WCO Data Model: valid by the published schema, each loss named."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree

from tests.conftest import PROJECT
from tests.making import record
from tidewaiter.exchange.envelope_xml import case_document
from tidewaiter.exchange.envelopes import Said

SCHEMA = PROJECT / "docs" / "wire" / "case-envelope.xsd"
NS = {"w": "urn:tidewaiter:wire:case-envelope:1"}


def said(**changes: Any) -> Said:
    return Said(
        id="XE-1",
        sender="NODE-A",
        receiver="NODE-B",
        kind="case",
        kind_version=1,
        op="put",
        record="TW-1",
        version=3,
        seq=1,
        agreement="KE-CEN",
        epoch=1,
        purpose="statistics",
        handling="",
        body=record(**changes),
        made_at=datetime(2026, 12, 1, 5, 0, tzinfo=UTC),
    )


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


def test_a_case_is_valid_by_the_published_schema_and_says_what_it_lost(schema: etree.XMLSchema) -> None:
    document, lost = case_document(
        said(
            narrative="Hidden behind <brooms> & sacks.\x00",
            conveyance={"mode": "4", "number": "AF006", "carrier": "AF", "registration_country": "FR"},
            detection={"method": "risk_profile", "techniques": ["xray", "dog"]},
            route=[
                {"role": "departure", "country": "TR", "place": "TRIST", "certainty": "known"},
                {"role": "destination", "country": "KE"},
            ],
        )
    )
    root = etree.fromstring(document)
    assert schema.validate(root), schema.error_log
    assert root.xpath("string(//w:Declaration/w:VersionID)", namespaces=NS) == "3"
    assert root.xpath("string(//w:BorderTransportMeans/w:JourneyID)", namespaces=NS) == "AF006"
    assert root.xpath("string(//w:Carrier/w:ID)", namespaces=NS) == "AF"
    assert root.xpath("//w:Itinerary/w:RoutingCountryCode/text()", namespaces=NS) == ["TR", "KE"]
    assert root.xpath("string(//w:StatementDescription)", namespaces=NS) == "Hidden behind <brooms> & sacks."
    assert root.xpath("count(//w:GovernmentAgencyGoodsItem)", namespaces=NS) == 2
    assert {"detection.method", "detection.techniques", "route.1.certainty"} <= set(lost)
    assert "conveyance.number" not in lost


def test_every_field_of_a_case_is_in_the_document_or_named_as_lost(schema: etree.XMLSchema) -> None:
    for number in range(20):
        own = {f"field_{number}": number, "brand": "Ocean"}
        line = {"subtype": "magazine", "hs": "930599", "quantity": "9", "unit": "H87", "fields": own}
        document, lost = case_document(said(lines=[line] * (number + 1), concealment={"note": "x", "place": "cargo"}))
        assert schema.validate(etree.fromstring(document)), schema.error_log
        assert {f"lines.{number + 1}.fields.brand", "concealment.note", "concealment.place"} <= set(lost)


def test_what_the_model_has_no_place_for_does_not_pass_the_schema(schema: etree.XMLSchema) -> None:
    document, _lost = case_document(said())
    root = etree.fromstring(document)
    etree.SubElement(root.find("w:Declaration", NS), f"{{{NS['w']}}}Suspect").text = "Somebody"
    assert not schema.validate(root)
