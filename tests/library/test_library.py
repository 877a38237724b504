"""The library: written by contact points, approved by the regional office, read by
those it is for, and by nobody else.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from lxml import etree

from tests.conftest import PASSWORD
from tests.making import case_in
from tidewaiter.cases.actions import draft
from tidewaiter.cases.models import Case
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed, Refusal
from tidewaiter.ledger.models import Entry
from tidewaiter.library import states
from tidewaiter.library.actions import Written, move, read_item, write
from tidewaiter.library.models import Item, Text, Visit
from tidewaiter.library.policy import AUDIENCES
from tidewaiter.library.queries import item_named, sought_items, visible_items
from tidewaiter.notices.models import Notice
from tidewaiter.people.actions import add_officer, make_token

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _said(**changes: Any) -> Written:
    said: dict[str, Any] = {
        "kind": "alert",
        "topic": "modus_operandi",
        "texts": {
            "en": ("Parts in pump housings", "Look twice.\n\n## What to do\n\n- weigh it\n- scan it"),
            "fr": ("Pièces dans des pompes", "Regardez deux fois."),
        },
    } | changes
    return Written(**said)


def _shown(client: Client, ref: str) -> dict[str, str]:
    """What the page's forms say that a decision is about."""
    page = client.get(f"/library/{ref}/").content.decode()
    return {"digest": re.findall(r'<input type="hidden" name="digest" value="([0-9a-f]{64})"', page)[0]}


def _published(people: SimpleNamespace, **changes: Any) -> Item:
    item = write(said=_said(**changes), by=people.contact)
    move(item=item, deed="submit", by=people.contact)
    return move(item=item, deed="publish", by=people.reviewer)


def test_the_way_of_an_alert_by_page(people: SimpleNamespace) -> None:
    case = draft(cases=[case_in(national_ref="L-1")], by=people.contact, channel="page").refs[0]
    author, office, reader = _client(people.contact), _client(people.reviewer), _client(people.chilean)
    said = {
        "kind": "alert",
        "topic": "route",
        "audience": "members",
        "handling": "AMBER",
        "title.en": "Pumps",
        "body.en": "Look <b>twice</b>.\r\n\r\n- weigh it",
        "cases": case,
        "deed": "submit",
    }
    assert author.post("/library/new/", said).status_code == 302
    item = Item.objects.get()
    assert (item.status, item.region) == ("submitted", people.contact.region_code)
    assert reader.get(f"/library/{item.ref}/").status_code == 404, "nobody else sees it before it is approved"
    assert author.post(f"/library/{item.ref}/publish/").status_code == 403, (
        "nobody approves what their own country wrote"
    )
    assert "Waiting for your approval" in office.get("/library/").content.decode()
    shown = _shown(office, item.ref)
    assert office.post(f"/library/{item.ref}/publish/", shown).status_code == 302
    page = reader.get(f"/library/{item.ref}/").content.decode()
    assert "Look &lt;b&gt;twice&lt;/b&gt;." in page
    assert "<li>weigh it</li>" in page
    assert "L-1" not in page, "a draft case stays its administration's"
    assert "L-1" in author.get(f"/library/{item.ref}/").content.decode()
    assert Notice.objects.filter(to=people.chilean.username, deed="library.published").exists()
    reader.post(f"/library/{item.ref}/read/")
    assert "1 of" in reader.get(f"/library/{item.ref}/").content.decode()
    reader.post(f"/library/{item.ref}/say/", {"text": "Seen here too."})
    assert "Seen here too." in author.get(f"/library/{item.ref}/").content.decode()
    deeds = list(Entry.objects.filter(ref=item.ref).order_by("seq").values_list("deed", flat=True))
    assert deeds == ["library.drafted", "library.submitted", "library.published", "library.read", "threads.said"]


def test_every_state_and_audience_is_seen_by_those_it_is_for(people: SimpleNamespace) -> None:
    other = add_officer(
        username="wco.partner", administration="INT", role="partner", password=PASSWORD, by=people.steward
    )
    sees: dict[str, set[str]] = {}
    names = ("contact", "reviewer", "american", "chilean", "analyst", "partner")
    for audience in AUDIENCES:
        item = _published(people, audience=audience, partner=people.partner.username if audience == "partner" else "")
        who = [getattr(people, name) for name in names]
        sees[audience] = {
            name for name, one in zip(names, who, strict=True) if visible_items(one).filter(pk=item.pk).exists()
        }
        assert visible_items(other).filter(pk=item.pk).exists() == (audience == "partners")
    region = {"contact", "reviewer", "analyst"}
    everybody = region | {"american", "chilean"}
    assert sees == {
        "country": region,
        "region": region,
        "members": everybody,
        "partners": everybody | {"partner"},
        "partner": everybody | {"partner"},
    }
    red = _published(people, handling="RED")
    assert not visible_items(people.chilean).filter(pk=red.pk).exists()
    strict = _published(people, handling="AMBER+STRICT")
    assert visible_items(people.chilean).filter(pk=strict.pk).exists()
    with pytest.raises(BadInput):
        write(said=_said(audience="partners", handling="AMBER+STRICT"), by=people.contact)
    move(item=strict, deed="withdraw", by=people.contact, reason="wrong")
    with pytest.raises(Missing):
        item_named(people.chilean, strict.ref)


def test_a_partner_walks_every_address_and_gets_only_what_is_published_for_it(people: SimpleNamespace) -> None:
    case = draft(cases=[case_in(national_ref="SECRET-1")], by=people.contact, channel="page").refs[0]
    mine = _published(people, audience="partners", cases=[case])
    others = [_published(people), write(said=_said(texts={"en": ("DRAFTED", "")}), by=people.contact)]
    partner = _client(people.partner)
    page = partner.get("/library/").content.decode()
    assert mine.ref in page
    assert not any(one.ref in page for one in others)
    page = partner.get(f"/library/{mine.ref}/").content.decode()
    assert "SECRET-1" not in page
    assert case not in page
    assert people.reviewer.username not in page, "who approved it is not a partner's business"
    for address in (
        *(f"/library/{one.ref}/" for one in others),
        f"/cases/{case}/",
        "/statistics/reports/",
        f"/search/similar/{case}/",
    ):
        assert partner.get(address).status_code == 404, address
    for address in (
        "/cases/",
        "/statistics/",
        "/statistics/table/",
        "/search/?q=SECRET",
        "/library/feed.atom",
        "/library/digest.txt",
        "/cases/photos/",
    ):
        answer = partner.get(address)
        body = b"".join(answer.streaming_content) if getattr(answer, "streaming", False) else answer.content
        assert b"SECRET-1" not in body, address
        assert b"DRAFTED" not in body, address
    assert partner.post(f"/library/{mine.ref}/say/", {"text": "x"}).status_code == 403
    assert partner.get("/library/new/").status_code == 403
    assert partner.post(f"/library/{mine.ref}/read/").status_code == 302


def test_words_are_found_in_any_language_and_what_holds_no_longer_is_left_out(people: SimpleNamespace) -> None:
    item = _published(people)
    old = _published(people, valid_to=now().date().replace(year=2020))
    for words in ("pompes", "PIECES", "pump hous", "twice"):
        assert {one.pk for one in sought_items(people.chilean, {"q": [words], "current": ["1"]})} == {item.pk}, words
    assert not sought_items(people.chilean, {"q": ["nothing"]}).exists()
    assert {one.pk for one in sought_items(people.chilean, {})} == {item.pk, old.pk}
    client = _client(people.chilean)
    assert item.ref in client.get("/search/?q=pompes").content.decode(), "the one search box finds them too"
    assert "Pièces dans des pompes" in client.get(f"/library/{item.ref}/?lang=fr").content.decode()


def test_what_is_new_since_the_last_visit_says_so(people: SimpleNamespace) -> None:
    client = _client(people.chilean)
    client.get("/library/")
    Visit.objects.update(at=now().replace(year=2020))
    _published(people)
    assert "new since your last visit" in client.get("/library/").content.decode()
    Visit.objects.update(at=now(), before=now())
    assert "new since your last visit" not in client.get("/library/").content.decode()


@pytest.mark.both_databases
def test_nobody_approves_what_they_have_not_read(people: SimpleNamespace) -> None:
    """Sent back by a colleague, written anew and submitted again: the page and the program of before decide nothing."""
    item = write(said=_said(), by=people.contact)
    move(item=item, deed="submit", by=people.contact)
    office = _client(people.reviewer)
    _token, text = make_token(officer=people.reviewer, scope="write", by=people.reviewer)
    program, address = Client(headers={"Authorization": f"Bearer {text}"}), f"/api/v1/library/{item.ref}"
    shown, read = _shown(office, item.ref), program.get(address).json()["digest"]
    assert shown == {"digest": read}
    move(item=item, deed="send_back", by=people.secretariat, reason="Say more.")
    write(said=_said(texts={"en": ("Parts in pumps", "Weigh <b>nothing</b>.")}), by=people.contact, item=item)
    item.refresh_from_db()
    move(item=item, deed="submit", by=people.contact)
    for deed in ("publish", "send_back", "withdraw"):
        said = {"reason": "It says nothing of the weight", **shown}
        answer = office.post(f"/library/{item.ref}/{deed}/", said)
        assert answer.status_code == 409, deed
        page = answer.content.decode()
        assert "contact.ke changed this item at 20" in page
        assert "Weigh &lt;b&gt;nothing" in page
        assert ("It says nothing of the weight</textarea>" in page) == (deed != "publish")
        body = json.dumps({"reason": "why", "digest": read})
        answer = program.post(f"{address}/{deed}", body, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (409, "another_version")
        assert program.post(f"{address}/{deed}", "{}", content_type="application/json").status_code == 422
        answer = office.post(f"/library/{item.ref}/{deed}/", {"reason": "why"})
        assert answer.status_code == 422
        assert "does not say what it is about" in answer.content.decode()
    assert Item.objects.get().status == "submitted"
    stale = Item.objects.prefetch_related("texts").get()
    list(stale.texts.all())
    Text.objects.filter(item=stale).update(body="Changed between the look and the lock")
    with pytest.raises(Refusal) as refused:
        move(item=stale, deed="publish", by=people.reviewer)
    assert refused.value.code == "another_version"
    assert office.post(f"/library/{item.ref}/publish/", _shown(office, item.ref)).status_code == 302


def test_moves_are_those_of_the_table_and_reasons_are_asked(people: SimpleNamespace) -> None:
    for status in states.STATES:
        for deed, moves in states.MOVES.items():
            item = write(said=_said(), by=people.contact)
            Item.objects.filter(pk=item.pk).update(
                status=status,
                published_by="x" if status == "published" else "",
                published_at=now() if status == "published" else None,
            )
            item.refresh_from_db()
            by = people.contact if deed in ("amend", "submit", "withdraw") else people.reviewer
            if deed == "amend":
                if status in moves:
                    write(said=_said(kind="bulletin", topic=""), by=by, item=item)
                else:
                    with pytest.raises(Refusal):
                        write(said=_said(), by=by, item=item)
            elif status in moves:
                assert move(item=item, deed=deed, by=by, reason="why").status == moves[status]
            else:
                with pytest.raises(Refusal):
                    move(item=item, deed=deed, by=by, reason="why")
    item = write(said=_said(), by=people.contact)
    with pytest.raises(Refusal):
        move(item=item, deed="withdraw", by=people.contact)
    with pytest.raises(Refusal):
        read_item(item=item, by=people.contact)
    with pytest.raises(NotAllowed):
        write(said=_said(), by=people.officer)


@pytest.mark.parametrize(
    "changes",
    [
        {"texts": {"en": ("", "x")}},
        {"kind": "poem"},
        {"topic": ""},
        {"audience": "all"},
        {"audience": "partner"},
        {"handling": "WHITE"},
        {"link": "javascript:alert(1)"},
        {"link": "https://example.org/" + "a" * 500},
        {"cases": ["TW-NOTHING"]},
        {"commodity": "XXX"},
        {"partner": "nobody", "audience": "partner"},
    ],
)
def test_what_does_not_hold_together_is_refused_and_stays_on_the_page(
    people: SimpleNamespace, changes: dict[str, Any]
) -> None:
    with pytest.raises(BadInput):
        write(said=_said(**changes), by=people.contact)
    assert not Item.objects.exists()
    answer = _client(people.contact).post(
        "/library/new/", {"kind": "alert", "audience": "members", "handling": "AMBER", "title.en": "Kept words"}
    )
    assert answer.status_code == 400
    assert "Kept words" in answer.content.decode()


def test_the_library_by_command_and_program(
    people: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "item.json"
    file.write_text(
        json.dumps(
            {
                "kind": "bulletin",
                "texts": {"en": {"title": "Monthly", "body": "Text."}},
                "audience": "partners",
                "handling": "GREEN",
            }
        )
    )
    call_command("library", by=people.contact.username, write=str(file), format="json")
    (row,) = json.loads(capsys.readouterr().out)
    call_command("library", by=people.contact.username, submit=row["ref"], format="json")
    call_command("library", by=people.reviewer.username, publish=row["ref"], format="json")
    capsys.readouterr()
    call_command("library", by=people.partner.username, q="monthly", format="json")
    assert [one["ref"] for one in json.loads(capsys.readouterr().out)] == [row["ref"]]

    def program(person: Any) -> Client:
        _token, text = make_token(officer=person, scope="write", by=person)
        return Client(headers={"Authorization": f"Bearer {text}"})

    author, office, partner = program(people.contact), program(people.reviewer), program(people.partner)
    body = json.dumps(
        {"kind": "alert", "topic": "route", "texts": {"en": {"title": "By program"}}, "audience": "partners"}
    )
    made = author.post("/api/v1/library", body, content_type="application/json")
    assert made.status_code == 201
    address = f"/api/v1/library/{made.json()['ref']}"
    assert partner.get(address).status_code == 404
    assert author.post(f"{address}/submit").status_code == 200
    read = {"digest": office.get(address).json()["digest"]}
    said = json.dumps({"reason": "Say more.", **read})
    assert office.post(f"{address}/send_back", said, content_type="application/json").status_code == 200
    assert author.post(f"{address}/submit").status_code == 200
    assert office.post(f"{address}/publish", json.dumps(read), content_type="application/json").status_code == 200
    assert partner.get(address).json()["texts"]["en"]["title"] == "By program"
    assert partner.post(f"{address}/read").status_code == 200
    feed = etree.fromstring(partner.get("/api/v1/library/feed.atom").content)
    assert len(feed.findall("{http://www.w3.org/2005/Atom}entry")) == 2
    assert {one["ref"] for one in partner.get("/api/v1/library").json()} == {row["ref"], made.json()["ref"]}
    assert Case.objects.count() == 0
