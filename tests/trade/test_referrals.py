"""A finding of prices or of a mirror becomes a referral: its evidence does not change, its state
and outcome are followed and counted.
"""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.conftest import PASSWORD
from tidewaiter.foundation.actors import NODE
from tidewaiter.ledger.models import Entry
from tidewaiter.ledger.queries import verify
from tidewaiter.people.actions import add_officer, make_token
from tidewaiter.people.models import Officer
from tidewaiter.trade.files.sources import bring_file, folder_of
from tidewaiter.trade.models import Referral, TradeRun
from tidewaiter.trade.runs import perform, start
from tidewaiter.trade.tasks import forget_run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_home(settings: Any, tmp_path: Path) -> None:
    settings.TIDEWAITER_HOME = str(tmp_path / "home")


def _mirror_file() -> bytes:
    """Kenya reports 9,000 where China reports 1,000, in 2023; in 2022 they agree."""
    return (
        b"reporterISO,partnerISO,flowCode,cmdCode,refYear,primaryValue,netWgt\n"
        b"CHN,KEN,X,640411,2022,1000,100\nKEN,CHN,M,640411,2022,1050,100\n"
        b"CHN,KEN,X,640411,2023,1000,100\nKEN,CHN,M,640411,2023,9000,100\n"
    )


def _price_file() -> bytes:
    lines = ["declaration id,date,hs,origin,quantity,value"]
    lines += [f"D{at},2025-03-{1 + at % 28:02d},640411,CN,100,{1000 + at % 7 * 10}" for at in range(60)]
    return "\n".join([*lines, "D60,2025-03-11,640411,CN,100,90000"]).encode()


def _run(analysis: str, content: bytes, by: Officer, **said: Any) -> TradeRun:
    source = bring_file(name=f"{analysis}.csv", chunks=[content], by=by)
    run = start(analysis=analysis, source=source.ref, name=f"{analysis} of March", mapping={}, parameters=said, by=by)
    perform(run, by, lambda _step, _share: None)
    run.refresh_from_db()
    return run


def _signed_in(officer: Officer) -> Client:
    client = Client()
    client.force_login(officer)
    return client


def _program(officer: Officer) -> Client:
    _token, text = make_token(officer=officer, scope="write", by=officer)
    return Client(headers={"Authorization": f"Bearer {text}"})


@pytest.fixture
def kenyan(people: SimpleNamespace) -> Officer:
    return add_officer(username="anna.ke", administration="KE", role="analyst", password=PASSWORD, by=NODE)


@pytest.fixture
def contact(people: SimpleNamespace) -> Officer:
    return add_officer(username="carl.ke", administration="KE", role="contact", password=PASSWORD, by=NODE)


@pytest.fixture
def mirrored(kenyan: Officer) -> TradeRun:
    return _run("mirror", _mirror_file(), kenyan, factor=1.0, relative=0.5)


FINDING = "CN-KE-640411-2023"
TO = {"agency": "fiu", "agency_name": "Financial Reporting Centre", "note": "An indicator, not proof."}


def _referred(client: Client, run: TradeRun, **said: str) -> Referral:
    answer = client.post(f"/trade/{run.ref}/refer/", {"finding": FINDING, **TO, **said})
    assert answer.status_code == 302, answer.content.decode()
    return Referral.objects.get(ref=answer["Location"].strip("/").split("/")[-1])


def _moved(client: Client, one: Referral, deed: str, **said: str) -> Any:
    return client.post(f"/trade/referrals/{one.ref}/{deed}/", said)


def test_a_gap_is_referred_and_its_evidence_outlives_the_run_that_found_it(mirrored: TradeRun, kenyan: Officer) -> None:
    client = _signed_in(kenyan)
    page = client.get(f"/trade/{mirrored.ref}/?exporter=CN&importer=KE").content.decode()
    assert f"/trade/{mirrored.ref}/refer/?finding={FINDING}" in page
    assert "CN-KE-640411-2022" not in page, "what agrees is no finding"
    form = client.get(f"/trade/{mirrored.ref}/refer/?finding={FINDING}").content.decode()
    assert "CN → KE, 640411, 2023" in form
    assert "Financial intelligence unit" in form
    one = _referred(client, mirrored)
    forget_run(ref=mirrored.ref, by=kenyan)
    assert client.get(f"/trade/{mirrored.ref}/").status_code == 404
    answer = client.get(f"/trade/referrals/{one.ref}/evidence/")
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined] -- a file answer streams
    assert hashlib.sha256(content).hexdigest() == one.evidence
    assert one.evidence in client.get(f"/trade/referrals/{one.ref}/").content.decode()
    said = json.loads(content)
    assert (said["finding"]["exporter"], said["finding"]["year"], said["finding"]["gap"]) == ("CN", 2023, 8000.0)
    assert said["input"]["sha256"] == hashlib.sha256(_mirror_file()).hexdigest()
    assert said["input"]["name"] == "mirror.csv"
    assert said["analysis"]["parameters"]["factor"] == 1.0
    assert said["analysis"]["figures"]["gaps"] == 1
    assert [row["year"] for row in said["compared_with"]["pair_by_years"]] == [2022, 2023]


def test_a_price_is_referred_with_the_rows_it_was_compared_with(kenyan: Officer) -> None:
    run = _run("unit_prices", _price_file(), kenyan, min_group=20)
    rows = pq.read_table(folder_of(run) / "screened.parquet").to_pylist()
    row = next(one for one in rows if one["id"] == "D60")
    flagged = {one["row"] for one in rows if one["side"]}
    usual = next(number for number in range(1, 62) if number not in flagged)
    client = _signed_in(kenyan)
    page = client.get(f"/trade/{run.ref}/?row={row['row']}").content.decode()
    assert f"/trade/{run.ref}/refer/?finding={row['row']}" in page
    answer = client.post(f"/trade/{run.ref}/refer/", {"finding": str(row["row"]), **TO, "agency": "tax"})
    one = Referral.objects.get(ref=answer["Location"].strip("/").split("/")[-1])
    evidence = client.get(f"/trade/referrals/{one.ref}/evidence/")
    said = json.loads(b"".join(evidence.streaming_content))  # type: ignore[attr-defined] -- a file answer streams
    assert (said["finding"]["id"], said["finding"]["price"], said["finding"]["side"]) == ("D60", 900.0, "over")
    assert sum(said["compared_with"]["prices"]["rows"]) == 61
    assert len(said["compared_with"]["nearest_in_price"]) == 12
    assert said["input"]["vintage"] == run.answer.get("vintage")
    assert client.get(f"/trade/{run.ref}/refer/?finding={usual}").status_code == 404, "an unflagged row is no finding"


def test_from_sent_to_an_assessment_with_what_was_recovered(
    mirrored: TradeRun, kenyan: Officer, contact: Officer
) -> None:
    one = _referred(_signed_in(kenyan), mirrored)
    client = _signed_in(contact)
    assert "It was sent" in client.get(f"/trade/referrals/{one.ref}/").content.decode()
    _moved(client, one, "send")
    _moved(client, one, "accept", their_ref="FRC/12/2026")
    refused = _moved(client, one, "conclude", outcome="assessment", recovered="12,500.50", currency="XXZ")
    assert refused.status_code == 400
    assert "Say in which currency" in refused.content.decode()
    assert _moved(client, one, "conclude", outcome="assessment", recovered="1,250", currency="KES").status_code == 400
    _moved(client, one, "conclude", outcome="assessment", recovered="12,500.50", currency="kes")
    one.refresh_from_db()
    assert (one.status, one.outcome, str(one.recovered), one.currency) == ("concluded", "assessment", "12500.50", "KES")
    body = client.get(f"/trade/referrals/{one.ref}/").content.decode()
    for words in ("Assessment raised", "FRC/12/2026", "12,500.5", "Referral taken on by the agency"):
        assert words in body, words
    deeds = list(Entry.objects.filter(ref=one.ref).order_by("seq").values_list("deed", "by"))
    assert deeds == [
        ("trade.referred", "anna.ke"),
        ("trade.referral_sent", "carl.ke"),
        ("trade.referral_accepted", "carl.ke"),
        ("trade.referral_concluded", "carl.ke"),
    ]
    assert _moved(client, one, "withdraw", reason="late").status_code in (403, 409, 422), "the end is the end"
    assert verify()["intact"]


def test_what_no_agency_took_on_ends_without_an_answer_or_closed(mirrored: TradeRun, kenyan: Officer) -> None:
    client = _signed_in(kenyan)
    one = _referred(client, mirrored)
    assert _moved(client, one, "conclude", outcome="no_answer").status_code in (403, 409, 422), "it was not sent yet"
    _moved(client, one, "send")
    assert _moved(client, one, "conclude", outcome="prosecution").status_code == 400
    assert _moved(client, one, "conclude", outcome="no_answer", recovered="5", currency="USD").status_code == 400
    _moved(client, one, "conclude", outcome="no_answer")
    other = _referred(client, mirrored, agency="prosecutor", agency_name="DPP")
    _moved(client, other, "send")
    assert _moved(client, other, "decline").status_code in (400, 409, 422), "a reason is needed"
    _moved(client, other, "decline", reason="Below our threshold")
    _moved(client, other, "conclude", outcome="closed")
    assert set(Referral.objects.values_list("status", "outcome")) == {
        ("concluded", "no_answer"),
        ("concluded", "closed"),
    }


def test_the_same_finding_is_not_referred_twice_and_a_withdrawn_one_may_be(mirrored: TradeRun, kenyan: Officer) -> None:
    client = _signed_in(kenyan)
    one = _referred(client, mirrored)
    again = client.post(f"/trade/{mirrored.ref}/refer/", {"finding": FINDING, **TO})
    assert again.status_code == 400
    assert one.ref in again.content.decode()
    _moved(client, one, "withdraw", reason="A typing error in the file")
    assert _referred(client, mirrored).ref != one.ref


def test_a_referral_that_somebody_moved_on_meanwhile_is_read_again(mirrored: TradeRun, kenyan: Officer) -> None:
    client = _signed_in(kenyan)
    one = _referred(client, mirrored)
    program = _program(kenyan)
    seen = program.get(f"/api/v1/trade/referrals/{one.ref}").json()["changed_at"]
    _moved(client, one, "amend", agency="tax", agency_name="Revenue Authority", note="")
    late = program.post(
        f"/api/v1/trade/referrals/{one.ref}/send", json.dumps({"seen": seen}), content_type="application/json"
    )
    assert late.status_code == 409
    fresh = program.get(f"/api/v1/trade/referrals/{one.ref}").json()
    assert (fresh["status"], fresh["agency"], fresh["agency_name"]) == ("drafted", "tax", "Revenue Authority")
    sent = program.post(
        f"/api/v1/trade/referrals/{one.ref}/send",
        json.dumps({"seen": fresh["changed_at"]}),
        content_type="application/json",
    )
    assert sent.json()["status"] == "sent"


def test_for_all_others_a_referral_is_missing(
    mirrored: TradeRun, kenyan: Officer, contact: Officer, people: SimpleNamespace
) -> None:
    one = _referred(_signed_in(kenyan), mirrored)
    ugandan = add_officer(username="una.ug", administration="UG", role="analyst", password=PASSWORD, by=NODE)
    officer = add_officer(username="omar.ke", administration="KE", role="officer", password=PASSWORD, by=NODE)
    steward = add_officer(username="sara.ke", administration="KE", role="steward", password=PASSWORD, by=NODE)
    for other, sees in ((kenyan, 200), (contact, 200), (ugandan, 404), (officer, 404), (steward, 404)):
        client, program = _signed_in(other), _program(other)
        assert client.get(f"/trade/referrals/{one.ref}/").status_code == sees, other.username
        assert client.get(f"/trade/referrals/{one.ref}/evidence/").status_code == sees
        assert program.get(f"/api/v1/trade/referrals/{one.ref}").status_code == sees
        assert program.get(f"/api/v1/trade/referrals/{one.ref}/evidence").status_code == sees
        if sees == 404:
            assert _moved(client, one, "send").status_code == 404
            moved = program.post(f"/api/v1/trade/referrals/{one.ref}/send", "{}", content_type="application/json")
            assert moved.status_code == 404
    listed = _signed_in(ugandan).get("/trade/referrals/").content.decode()
    assert one.ref not in listed
    assert "Nothing was referred yet" in listed
    assert _signed_in(officer).get("/trade/referrals/").status_code == 404
    assert _signed_in(contact).get(f"/trade/{mirrored.ref}/refer/?finding={FINDING}").status_code == 404


def test_referrals_are_counted_by_agency_and_result_alike_by_page_program_and_command(
    mirrored: TradeRun, kenyan: Officer
) -> None:
    client, program = _signed_in(kenyan), _program(kenyan)
    said = json.dumps({"finding": FINDING, **TO})
    made = program.post(f"/api/v1/trade/runs/{mirrored.ref}/referrals", said, content_type="application/json")
    assert made.status_code == 201
    one = Referral.objects.get(ref=made.json()["ref"])
    for deed, more in (
        ("send", {}),
        ("accept", {}),
        ("conclude", {"outcome": "penalty", "recovered": "300", "currency": "USD"}),
    ):
        answer = program.post(
            f"/api/v1/trade/referrals/{one.ref}/{deed}", json.dumps(more), content_type="application/json"
        )
        assert answer.status_code == 200, answer.content
    second = _called(kenyan, refer=mirrored.ref, finding=FINDING, agency="tax", agency_name="Revenue Authority")
    _called(kenyan, send=second["ref"])
    wanted = [
        {
            "agency": "fiu",
            "referrals": 1,
            "states": {"concluded": 1},
            "outcomes": {"penalty": 1},
            "recovered": {"USD": "300.00"},
        },
        {"agency": "tax", "referrals": 1, "states": {"sent": 1}, "outcomes": {}, "recovered": {}},
    ]
    assert _called(kenyan)["counts"] == wanted
    assert program.get("/api/v1/trade/referral-counts").json() == wanted
    page = client.get("/trade/referrals/").content.decode()
    for words in ("Administrative penalty", "300 USD", "Revenue Authority", "Sent, waits for the agency"):
        assert words in page, words


def _called(by: Officer, **said: Any) -> dict[str, Any]:
    out = io.StringIO()
    call_command("referrals", by=by.username, format="json", stdout=out, stderr=io.StringIO(), **said)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def test_the_command_writes_the_evidence_and_refuses_what_is_no_finding(
    mirrored: TradeRun, kenyan: Officer, tmp_path: Path
) -> None:
    one = _called(kenyan, refer=mirrored.ref, finding=FINDING, agency="fiu", agency_name="FRC")
    written = _called(kenyan, evidence=one["ref"], output=str(tmp_path / "evidence.json"))
    assert hashlib.sha256((tmp_path / "evidence.json").read_bytes()).hexdigest() == written["sha256"]
    for wrong in ("CN-KE-640411-2022", "CN-KE-640411", "", "x"):
        with pytest.raises(CommandError):
            _called(kenyan, refer=mirrored.ref, finding=wrong, agency="tax", agency_name="KRA")
    with pytest.raises(CommandError, match="fiu"):
        _called(kenyan, refer=mirrored.ref, finding=FINDING, agency="secret service", agency_name="X")
