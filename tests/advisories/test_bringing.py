"""Bundles of STIX 2.1 and events of MISP are brought: as they came, under their own marks, each loss named."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from tests.advisories.conftest import WARNING, page_of, program_of
from tests.advisories.test_stix import EMPTY, TLP2, problems_of
from tidewaiter.advisories import actions
from tidewaiter.advisories.models import Advisory, Indicator, Sighting, StixObject
from tidewaiter.advisories.stix.writing import bundle_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.notices.models import Notice

pytestmark = pytest.mark.django_db
TWO = "[ipv4-addr:value = '203.0.113.9' AND url:value = 'http://a.example/x']"
WHITE = "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"
"""Of TLP 1.0, as STIX 2.1 itself defines it."""
AT = "2026-11-26T08:20:00.000Z"


def _stix(kind: str, number: int, **said: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--00000000-0000-4000-8000-{number:012x}",
        "created": AT,
        "modified": AT,
        **said,
    }


def _foreign(mark: str = "AMBER", at: str = AT, **report: Any) -> dict[str, Any]:
    """A report of somebody else, with an indicator, a place, malware and a pattern of two."""
    marks = {"object_marking_refs": [TLP2[mark]]}
    plain = {"pattern_type": "stix", "valid_from": AT, **marks}
    objects = [
        _stix("indicator", 1, pattern="[domain-name:value = 'fee-post.example']", confidence=80, **plain),
        _stix(
            "indicator", 2, pattern="[ipv4-addr:value = '203.0.113.9' AND url:value = 'http://a.example/x']", **plain
        ),
        _stix("indicator", 3, pattern="[mutex:name = 'x']", **plain),
        _stix("location", 4, name="Chile", country="CL"),
        _stix("malware", 5, name="PostStealer", is_family=True, **marks),
        _stix("course-of-action", 6, name="Block it", description="Block the domain", **marks),
    ]
    refs = [one["id"] for one in objects]
    made = _stix(
        "report",
        9,
        name="False post pages",
        description="Pages ask for a fee.",
        report_types=["campaign"],
        published=AT,
        object_refs=refs,
        **marks,
    )
    return {**EMPTY, "objects": [*objects, {**made, "modified": at, **report}]}


def test_a_report_becomes_a_warning_and_what_a_page_cannot_show_is_named(staff: SimpleNamespace, eceg: Any) -> None:
    made = actions.bring(collection=eceg, document=_foreign(), by=staff.expert).answer()
    assert (made["objects"], made["accepted"], made["rejected"]) == (7, 7, 0)
    assert made["lost"] == {
        "malware: kept as STIX, not shown on the page": 1,
        "pattern of several comparisons: shown one by one": 1,
        "pattern on mutex:name: kept as STIX, not shown": 1,
    }
    one = Advisory.objects.get()
    assert (one.title, one.kind, one.tlp, one.countries) == ("False post pages", "campaign", "AMBER", ["CL"])
    assert one.countermeasures == ["Block the domain"]
    assert [row.value for row in one.indicators.order_by("number")] == [
        "fee-post.example",
        "203.0.113.9",
        "http://a.example/x",
    ]
    assert Notice.objects.filter(ref=one.ref, to="ghana.gh", deed="advisories.published").exists()
    again = actions.bring(collection=eceg, document=_foreign(), by=staff.expert).answer()
    assert (again["accepted"], again["unchanged"], again["warnings"]) == (0, 7, [])


def test_a_newer_version_revises_and_a_revoked_one_revokes(staff: SimpleNamespace, eceg: Any) -> None:
    actions.bring(collection=eceg, document=_foreign(), by=staff.expert)
    newer = _foreign(at="2026-11-27T08:20:00.000Z", name="False post pages, again")
    actions.bring(collection=eceg, document=newer, by=staff.expert)
    one = Advisory.objects.get()
    assert (one.version, one.title) == (2, "False post pages, again")
    gone = _foreign(at="2026-11-28T08:20:00.000Z", revoked=True)
    actions.bring(collection=eceg, document=gone, by=staff.expert)
    one.refresh_from_db()
    assert one.state == "warning_revoked"
    older = _foreign(at="2026-11-25T08:20:00.000Z")
    older["objects"][-1]["created"] = "2026-11-25T08:20:00.000Z"
    actions.bring(collection=eceg, document=older, by=staff.expert)
    assert StixObject.objects.get(stix_id=one.report_id, is_last=True).version_said == "2026-11-28T08:20:00.000Z"


def test_another_cannot_write_over_an_object_and_nobody_over_ours(staff: SimpleNamespace, eceg: Any) -> None:
    ours = actions.warn(collection=eceg, said=WARNING, by=staff.expert)
    report = next(one for one in bundle_of(ours)["objects"] if one["type"] == "report")
    forged = {**report, "modified": "2027-01-01T00:00:00.000Z", "name": "Nothing to see"}
    made = actions.bring(collection=eceg, document={**EMPTY, "objects": [forged]}, by=staff.ghana).answer()
    assert [one["code"] for one in made["errors"]] == ["ours"]
    first = _stix("campaign", 1, name="x", created_by_ref="identity--00000000-0000-4000-8000-00000000000a")
    second = {**first, "modified": "2026-11-27T00:00:00.000Z", "created_by_ref": first["created_by_ref"][:-1] + "b"}
    actions.bring(collection=eceg, document=first, by=staff.expert)
    made = actions.bring(collection=eceg, document=second, by=staff.ghana).answer()
    assert [one["code"] for one in made["errors"]] == ["creator"]


@pytest.mark.parametrize("mark", ["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"])
def test_each_mark_goes_in_and_out_as_it_is(staff: SimpleNamespace, eceg: Any, mark: str) -> None:
    actions.bring(collection=eceg, document=_foreign(mark), by=staff.editor)
    one = Advisory.objects.get()
    assert one.tlp == mark
    out = bundle_of(one)
    kept = json.loads(StixObject.objects.get(stix_id=one.report_id).body)
    assert kept["object_marking_refs"] == [TLP2[mark]]
    report = next(thing for thing in out["objects"] if thing["type"] == "report")
    assert report["object_marking_refs"] == [TLP2[mark]]
    rank = ["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"].index(mark)
    assert StixObject.objects.get(stix_id=one.report_id).rank == rank


def test_the_narrowest_mark_wins_and_what_is_not_understood_is_never_wider(staff: SimpleNamespace, eceg: Any) -> None:
    acs = "marking-definition--11111111-1111-4111-8111-111111111111"
    said = [
        _stix("campaign", 1, name="a", object_marking_refs=[TLP2["GREEN"], TLP2["RED"]]),
        _stix("campaign", 2, name="b"),
        _stix("campaign", 3, name="c", object_marking_refs=[acs, TLP2["CLEAR"]]),
        _stix(
            "campaign",
            4,
            name="d",
            object_marking_refs=[TLP2["CLEAR"]],
            granular_markings=[{"marking_ref": TLP2["AMBER+STRICT"], "selectors": ["name"]}],
        ),
        _stix("campaign", 5, name="e", object_marking_refs=[WHITE]),
    ]
    made = actions.bring(collection=eceg, document={**EMPTY, "objects": said}, by=staff.editor).answer()
    ranks = dict(StixObject.objects.filter(type="campaign").values_list("stix_id", "rank"))
    assert [ranks[one["id"]] for one in said] == [4, 2, 2, 3, 0]
    assert made["lost"] == {"marking that is not TLP or PAP: kept, not acted on": 1}
    # who reads up to AMBER+STRICT may not bring what they would not see
    told = actions.bring(
        collection=eceg, document={**said[0], "id": said[0]["id"][:-1] + "f"}, by=staff.expert
    ).answer()
    assert [one["code"] for one in told["errors"]] == ["tlp"]


def test_what_is_no_object_is_rejected_one_by_one(staff: SimpleNamespace, eceg: Any) -> None:
    bad: list[Any] = [
        7,
        {"type": "Campaign", "id": "x"},
        _stix("campaign", 1, spec_version="2.0"),
        {**_stix("campaign", 2), "modified": "yesterday"},
        {**_stix("campaign", 3), "modified": "2020-01-01T00:00:00.000Z"},
        {key: value for key, value in _stix("campaign", 4).items() if key != "created"},
        {**_stix("campaign", 5), "id": "malware--00000000-0000-4000-8000-000000000005"},
        _stix("campaign", 6, name="x" * 2_000_000),
    ]
    made = actions.bring(collection=eceg, document={**EMPTY, "objects": bad}, by=staff.expert).answer()
    assert (made["accepted"], made["rejected"]) == (0, 8)
    assert [one["code"] for one in made["errors"]] == [
        "object",
        "type",
        "spec_version",
        "modified",
        "modified",
        "created",
        "id",
        "stix_object_bytes",
    ]
    for document in ({"type": "bundle", "spec_version": "2.0", "objects": []}, {"a": 1}, "x", None):
        with pytest.raises(BadInput):
            actions.bring(collection=eceg, document=document, by=staff.expert)


def test_observables_without_a_version_are_the_same_when_they_come_again(staff: SimpleNamespace, eceg: Any) -> None:
    seen = {"type": "domain-name", "id": "domain-name--00000000-0000-5000-8000-000000000001", "value": "a.example"}
    for expected in (("accepted", 1), ("unchanged", 1)):
        made = actions.bring(collection=eceg, document={**EMPTY, "objects": [seen]}, by=staff.expert).answer()
        assert made[expected[0]] == expected[1]
    assert StixObject.objects.filter(type="domain-name").count() == 1


def test_a_node_without_names_keeps_no_person_and_masks_what_is_told(staff: SimpleNamespace, eceg: Any) -> None:
    said = [
        _stix("identity", 1, name="John Smith", identity_class="individual"),
        _stix("campaign", 2, name="PostFee", description="Sold by John Smith, passport A1234567, in Nairobi."),
        {"type": "user-account", "id": "user-account--00000000-0000-5000-8000-000000000001", "account_login": "jsmith"},
    ]
    made = actions.bring(collection=eceg, document={**EMPTY, "objects": said}, by=staff.expert).answer()
    assert made["lost"] == {
        "identity: names a person": 1,
        "personal data masked": 1,
        "user-account: names a person": 1,
    }
    bodies = " ".join(StixObject.objects.filter(collection=eceg).values_list("body", flat=True))
    assert "A1234567" not in bodies
    assert "John Smith" not in bodies
    assert "jsmith" not in bodies


def _event(**said: Any) -> dict[str, Any]:
    uuid = "5f0e8d2a-0000-4000-8000-{:012x}"
    rows = [
        ("domain", "fee-post.example", True, []),
        ("domain|ip", "post-fee.example|203.0.113.77", True, []),
        ("filename|sha256", f"invoice.pdf|{'ab' * 32}", True, []),
        ("ip-dst|port", "198.51.100.9|8443", True, [{"name": "tlp:red"}]),
        ("iban", "GB33BUKB20201555555555", True, []),
        ("vulnerability", "CVE-2026-1234", False, []),
        ("email-src", "not an address", True, []),
    ]
    attributes = [
        {"uuid": uuid.format(at), "type": kind, "value": value, "to_ids": ids, "timestamp": "1764100000", "Tag": tags}
        for at, (kind, value, ids, tags) in enumerate(rows, start=1)
    ]
    return {
        "Event": {
            "uuid": "5f0e8d2a-1111-4000-8000-00000000000a",
            "info": "Fee pages in the name of customs",
            "date": "2026-11-25",
            "timestamp": "1764200000",
            "threat_level_id": "2",
            "Attribute": attributes,
            "Object": [
                {
                    "name": "bank-account",
                    "Attribute": [{"uuid": uuid.format(99), "type": "url", "value": "hxxp://x.example/a"}],
                }
            ],
            "Tag": [
                {"name": "tlp:amber+strict"},
                {"name": "PAP:GREEN"},
                {"name": 'misp-galaxy:mitre-attack-pattern="Spearphishing Link - T1566.002"'},
                {"name": 'misp-galaxy:financial-fraud="Smishing"'},
                {"name": "osint:source-type=blog"},
            ],
            **said,
        }
    }


def test_an_event_of_misp_becomes_a_warning_and_each_loss_is_named(staff: SimpleNamespace, eceg: Any) -> None:
    made = actions.bring(collection=eceg, document=_event(), by=staff.editor).answer()
    assert made["rejected"] == 0
    assert made["lost"] == {
        "attribute email-src: not well formed": 1,
        "attribute iban: no place for it": 1,
        "attribute ip-dst|port: its second part": 1,
        "object bank-account: its grouping": 1,
        "tag osint:source-type": 1,
        "threat level": 1,
    }
    one = Advisory.objects.get()
    assert (one.title, one.pap) == ("Fee pages in the name of customs", "GREEN")
    assert one.tlp == "RED"  # one attribute is: the warning that shows it is no wider
    assert one.techniques == ["T1566.002", "smishing"]
    assert one.vulnerabilities == ["CVE-2026-1234"]
    assert set(one.indicators.values_list("kind", "value")) == {
        ("domain", "fee-post.example"),
        ("domain", "post-fee.example"),
        ("ipv4", "203.0.113.77"),
        ("file_name", "invoice.pdf"),
        ("sha256", "ab" * 32),
        ("ipv4", "198.51.100.9"),
        ("url", "http://x.example/a"),
    }
    ids = list(StixObject.objects.filter(type="indicator").values_list("stix_id", flat=True))
    assert len(ids) == len(set(ids)) == 7
    strict = StixObject.objects.get(stix_id="indicator--5f0e8d2a-0000-4000-8000-000000000001")
    assert json.loads(strict.body)["object_marking_refs"] == [TLP2["AMBER+STRICT"]]
    bodies = [json.loads(body) for body in StixObject.objects.filter(collection=eceg).values_list("body", flat=True)]
    assert problems_of({**EMPTY, "objects": bodies}) == []
    again = actions.bring(collection=eceg, document={"response": [_event()]}, by=staff.editor).answer()
    assert again["accepted"] == 0


@pytest.mark.parametrize(
    ("tag", "mark"),
    [
        ("tlp:clear", "CLEAR"),
        ("tlp:white", "CLEAR"),
        ("tlp:green", "GREEN"),
        ("tlp:amber", "AMBER"),
        ("tlp:ex:chr", "RED"),
    ],
)
def test_marks_of_misp_are_read_and_unknown_ones_are_the_narrowest(
    staff: SimpleNamespace, eceg: Any, tag: str, mark: str
) -> None:
    event = _event(Tag=[{"name": tag}], Attribute=[], Object=[])
    actions.bring(collection=eceg, document=event, by=staff.editor)
    assert Advisory.objects.get().tlp == mark


def test_sightings_of_others_are_counted_and_taken_back(staff: SimpleNamespace, eceg: Any) -> None:
    one = actions.warn(collection=eceg, said=WARNING, by=staff.expert)
    said = _stix("sighting", 1, sighting_of_ref=one.indicators.get(number=2).stix_id, count=12)
    actions.bring(collection=eceg, document=said, by=staff.ghana)
    kept = Sighting.objects.get()
    assert (kept.times, kept.indicator_id) == (12, Indicator.objects.get(advisory=one, number=2).pk)
    back = {**said, "modified": "2026-11-27T00:00:00.000Z", "revoked": True}
    actions.bring(collection=eceg, document=back, by=staff.ghana)
    assert Sighting.objects.get().withdrawn_at is not None


def test_a_file_is_brought_by_page_by_program_and_at_the_shell(
    staff: SimpleNamespace, eceg: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = json.dumps(_foreign()).encode()
    page = page_of(staff.expert)
    assert page.get("/advisories/bring/").status_code == 200
    shown = page.post(
        "/advisories/bring/",
        {"file": SimpleUploadedFile("b.json", text), "collection": "eceg", "default": "AMBER"},
    ).content.decode()
    assert "False post pages" in shown
    assert "malware: kept as STIX, not shown on the page" in shown
    told = program_of(staff.expert).post(
        "/api/v1/advisories/import?collection=eceg", text, content_type="application/octet-stream"
    )
    assert (told.status_code, told.json()["unchanged"]) == (200, 7)
    file = tmp_path / "bundle.json"
    file.write_bytes(text)
    call_command("import_stix", str(file), "--by", "expert.ke", "--collection", "eceg", "--format", "json")
    assert json.loads(capsys.readouterr().out)["unchanged"] == 7
    out = tmp_path / "out.json"
    call_command("export_stix", "--collection", "eceg", "-o", str(out), "--format", "json")
    assert json.loads(capsys.readouterr().out)["objects"] == 7
    assert len(json.loads(out.read_text())["objects"]) == 7
    call_command("export_stix", "--collection", "eceg", "-o", str(out), "--ceiling", "GREEN", "--format", "json")
    capsys.readouterr()
    assert {one["type"] for one in json.loads(out.read_text()).get("objects", [])} <= {"location"}
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    with pytest.raises(CommandError) as error:
        call_command("import_stix", str(broken), "--by", "expert.ke", "--collection", "eceg")
    assert error.value.returncode == 2
    assert page.post("/advisories/bring/", {"collection": "eceg"}).status_code == 400


def test_what_leaves_one_node_is_the_same_warning_on_another(staff: SimpleNamespace, eceg: Any) -> None:
    one = actions.warn(collection=eceg, said=WARNING, by=staff.expert)
    bundle = bundle_of(one)
    StixObject.objects.all().delete()
    one.delete()
    actions.bring(collection=eceg, document=bundle, by=staff.ghana)
    there = Advisory.objects.get()
    for name in ("title", "summary", "kind", "fraud", "tlp", "pap", "confidence", "countries", "likely", "systems"):
        assert getattr(there, name) == getattr(one, name), name
    assert sorted(there.techniques) == sorted(["T1566.002", "smishing"])
    assert there.countermeasures == ["Block the domains at the mail gateways", "Tell receivers where your real page is"]
    assert there.indicators.count() == 3
