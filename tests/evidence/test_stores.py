"""Stores and their counts, and the view of assets: by page."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.evidence.conftest import SHOES, Program, page_of
from tidewaiter.evidence.actions import hand_over, pack, seal, seize, take, take_all, value
from tidewaiter.evidence.models import Exhibit, Inventory, Store
from tidewaiter.ledger.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(staff: SimpleNamespace) -> Store:
    """A store that a custodian opened by page."""
    said = {"code": "mba-b", "name": "Evidence store, Mombasa", "capacity": "40", "dangerous": ["3", "9"]}
    assert page_of(staff.custodian).post("/evidence/stores/", said).status_code == 302
    return Store.objects.get()


@pytest.fixture
def stored(staff: SimpleNamespace, case: Any, store: Store) -> list[Exhibit]:
    """Four exhibits of the store, two of them in a sealed box."""
    made = [seize(said={**SHOES, "description": f"carton {n}", "case": case.ref}, by=staff.officer) for n in range(4)]
    box = seize(said={"kind": "box", "description": "box 1", "case": case.ref}, by=staff.officer)
    pack(box=box, exhibits=made[:2], by=staff.officer)
    seal(exhibit=box, said={"seal": "77"}, by=staff.officer)
    for one in (box, *made[2:]):
        [event] = hand_over(exhibits=[one], said={"to": "MBA-B"}, by=staff.officer)
        take(event=event, said={"shelf": "B-1"}, by=staff.custodian)
    return [*made, box]


def test_a_store_says_what_it_takes_and_what_is_there(
    staff: SimpleNamespace, store: Store, stored: list[Exhibit]
) -> None:
    assert (store.code, store.dangerous, store.capacity) == ("MBA-B", ["3", "9"], 40)
    page = page_of(staff.officer).get("/evidence/stores/").content.decode()
    assert "Evidence store, Mombasa" in page
    assert "Open a store" not in page
    again = page_of(staff.custodian).post("/evidence/stores/", {"code": "MBA-B", "name": "x"})
    assert again.status_code == 400
    assert page_of(staff.officer).post("/evidence/stores/", {"code": "X", "name": "x"}).status_code == 400
    inside = page_of(staff.officer).get(f"/evidence/stores/{store.ref}/").content.decode()
    assert "3 exhibits and boxes there" in inside
    assert "carton 3" in inside
    assert page_of(staff.foreign).get(f"/evidence/stores/{store.ref}/").status_code == 404


def test_a_count_shows_its_differences_and_writes_them_down(
    staff: SimpleNamespace, store: Store, stored: list[Exhibit], case: Any
) -> None:
    keeper = page_of(staff.custodian)
    assert page_of(staff.officer).post(f"/evidence/stores/{store.ref}/").status_code == 403
    keeper.post(f"/evidence/stores/{store.ref}/")
    count = Inventory.objects.get()
    address = f"/evidence/inventory/{count.ref}/"
    assert keeper.post(f"/evidence/stores/{store.ref}/").status_code == 422, "it is being counted"
    stray = seize(said={**SHOES, "description": "a stray one", "case": case.ref}, by=staff.officer)
    one, two, three, four, box = stored
    keeper.post(address, {"scan": f"{box.reference} {three.reference}"})
    keeper.post(address, {"scan": f"{three.reference.lower()} {stray.reference} EX-NOBODY-1"})
    page = keeper.get(address).content.decode()
    assert "4 found, 1 not yet" in page
    assert "EX-NOBODY-1 is no exhibit" in page
    assert "a stray one" in page
    keeper.post(f"{address}end/")
    count.refresh_from_db()
    assert (count.found, count.missing, count.surplus) == (4, 1, 2)
    states = dict(Exhibit.objects.values_list("pk", "state"))
    assert states[four.pk] == "missing"
    assert {states[each.pk] for each in (one, two, three, box)} == {"in_custody"}
    after = keeper.get(address).content.decode()
    assert "not found" in after
    assert "End the count" not in after
    assert keeper.post(address, {"scan": four.reference}).status_code == 400
    assert "carton 3" in page_of(staff.officer).get("/evidence/", {"box": "missing"}).content.decode()
    assert Entry.objects.filter(deed="evidence.lost", ref=four.ref).count() == 1
    keeper.post(f"/evidence/stores/{store.ref}/")
    second = Inventory.objects.get(state="counting")
    keeper.post(f"/evidence/inventory/{second.ref}/", {"scan": f"{four.reference} {box.reference} {three.reference}"})
    keeper.post(f"/evidence/inventory/{second.ref}/end/")
    assert Exhibit.objects.get(pk=four.pk).state == "in_custody"
    assert list(four.events.values_list("kind", flat=True))[-2:] == ["inventory", "find"]
    second.refresh_from_db()
    assert (second.found, second.missing, second.surplus) == (5, 0, 0)


def test_assets_are_summed_by_currency_and_state(staff: SimpleNamespace, case: Any) -> None:
    for said, state in (
        ({"value": "100", "currency": "USD"}, "frozen"),
        ({"value": "250.50", "currency": "USD"}, "forfeited"),
        ({"value": "9000", "currency": "KES"}, ""),
    ):
        cash = {"description": "banknotes", "case": case.ref, "material": "money", **said}
        one = seize(said=cash, by=staff.officer)
        if state:
            value(exhibit=one, said={"asset_state": state, "authority": "order 1"}, by=staff.investigator)
    page = page_of(staff.officer).get("/evidence/assets/").content.decode()
    assert "250.5" in page
    rows = page_of(staff.officer).get("/evidence/assets/", {"format": "csv"})
    text = b"".join(rows) if rows.streaming else rows.content
    assert text.decode().count("banknotes") == 3
    assert "USD" not in page_of(staff.foreign).get("/evidence/assets/").content.decode()


def test_a_program_opens_a_store_hands_over_a_batch_and_counts(
    staff: SimpleNamespace, case: Any, tmp_path: Any
) -> None:
    from tests.evidence.test_commands import run

    keeper, officer = Program(staff.custodian), Program(staff.officer)
    said = {"code": "NBO-1", "name": "Evidence store, Nairobi", "capacity": 10}
    assert officer.post("stores", said).status_code == 403
    assert keeper.post("stores", said).status_code == 201
    refs = [officer.post("exhibits", {**SHOES, "case": case.ref}).json()["reference"] for _n in range(3)]
    assert officer.post("hand-overs", {"exhibits": [*refs, "EX-NO"], "to": "NBO-1"}).status_code == 422
    given = officer.post("hand-overs", {"exhibits": refs, "to": "NBO-1", "purpose": "store"})
    assert given.status_code == 201, given.content
    assert len({one["batch"] for one in given.json()}) == 1
    for event in given.json():
        exhibit = Exhibit.objects.get(awaits=event["ref"]).ref
        assert keeper.post(f"exhibits/{exhibit}/events/{event['ref']}/confirm", {}).status_code == 200
    assert [(one["code"], one["there"]) for one in keeper.get("stores").json()] == [("NBO-1", 3)]
    assert officer.post("stores/NBO-1/counts", {}).status_code == 403
    count = keeper.post("stores/NBO-1/counts", {}).json()["ref"]
    found = keeper.post(f"counts/{count}/codes", {"codes": [refs[0], "EX-NO"]}).json()
    assert (found["there"], found["missing"], found["unknown"]) == ([refs[0]], refs[1:], ["EX-NO"])
    codes = tmp_path / "codes.txt"
    codes.write_text("\n".join(refs[:2]))
    ended = run("inventory", "NBO-1", "--codes", str(codes), "--end", "--by", "custodian.ke")
    assert (ended["state"], ended["missing"]) == ("counted", [refs[2]])
    assert officer.get(f"counts/{count}").json()["missing"] == [refs[2]]
    assert Program(staff.foreign).get(f"counts/{count}").status_code == 404
    worth = {"description": "gold", "case": case.ref, "value": "5.5", "currency": "USD"}
    officer.post("exhibits", worth)
    assert officer.get("assets").json()[0]["open"] in ("5.5", 5.5)
    assert run("assets", "--by", "officer.ke")[0]["open"] == "5.5"


def test_a_box_whose_seal_is_not_whole_is_counted_without_what_should_be_in_it(
    staff: SimpleNamespace, store: Store, stored: list[Exhibit]
) -> None:
    keeper = page_of(staff.custodian)
    one, two, three, four, box = stored
    Exhibit.objects.filter(pk=box.pk).update(seal_whole=False)
    keeper.post(f"/evidence/stores/{store.ref}/")
    count = Inventory.objects.get()
    address = f"/evidence/inventory/{count.ref}/"
    keeper.post(address, {"scan": f"{box.reference} {three.reference} {four.reference}"})
    assert "3 found, 2 not yet" in keeper.get(address).content.decode()
    keeper.post(f"{address}end/")
    count.refresh_from_db()
    assert (count.found, count.missing) == (3, 2)
    assert {Exhibit.objects.get(pk=each.pk).state for each in (one, two)} == {"missing"}


def test_a_batch_of_hand_overs_takes_as_many_queries_as_one(
    staff: SimpleNamespace, store: Store, case: Any, django_assert_max_num_queries: Any
) -> None:
    made = [seize(said={**SHOES, "case": case.ref}, by=staff.officer) for _n in range(30)]
    with django_assert_max_num_queries(25):
        events = hand_over(exhibits=made, said={"to": "MBA-B"}, by=staff.officer)
    with django_assert_max_num_queries(25):
        take_all(events=events, said={}, by=staff.custodian)
    assert Entry.objects.filter(deed="evidence.taken").count() == 30
