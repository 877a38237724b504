"""The national demo's evidence: pistol barrels on their way to the laboratory, shoes on theirs to the plant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from tidewaiter.cases.queries import visible_cases
from tidewaiter.evidence import actions
from tidewaiter.evidence.models import Exhibit, Store
from tidewaiter.foundation.moments import now
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import officer_named

FINDER, KEEPER, EXAMINER, LEADER = "t.kiplagat", "p.mwangi", "m.odera", "w.barasa"


def fill_evidence(say: Callable[[str], None]) -> dict[str, Any] | None:
    """An exhibit room, unless there is something in it already."""
    if Exhibit.objects.exists() or not Officer.objects.filter(username=KEEPER).exists():
        return None
    finder, keeper, examiner = (officer_named(name) for name in (FINDER, KEEPER, EXAMINER))
    say(f"An exhibit room: {finder.username} seizes, {keeper.username} keeps, {examiner.username} tests")
    store = actions.keep_store(
        said={"code": "MBA-B", "name": "Evidence store, Mombasa", "capacity": "400", "dangerous": "3 9"}, by=keeper
    )
    cold = {"code": "MBA-C", "name": "Cold store, Mombasa", "capacity": "40", "coldest": "-22", "warmest": "-18"}
    actions.keep_store(said=cold, by=keeper)
    case = visible_cases(finder).filter(national_ref="KE-2026-0418").first() or visible_cases(finder).first()
    ref = case.ref if case is not None else ""
    barrels = _seized(finder, ref, "62 pistol barrels, 9 × 19 mm", "26", "H87", "metal", "440703")
    magazines = _seized(finder, ref, "140 magazines", "140", "H87", "metal", "440699")
    shoes = _seized(finder, ref, "Sports shoes with the mark Wave Line, 12 cartons", "4812", "PR", "textile", "440911")
    money = {"value": "18400", "currency": "USD", "material": "money"}
    cash = _seized(finder, ref, "Banknotes from the spare wheel", "", "", "money", "440915", money)
    for one in (barrels, magazines, shoes, cash):
        _stored(one, store, finder, keeper)
    _to_laboratory(barrels, keeper, examiner)
    leader = officer_named(LEADER)
    actions.value(exhibit=cash, said={"asset_state": "frozen", "authority": "order MC-204/26"}, by=leader)
    _to_the_plant(shoes, keeper, leader)
    said = {"description": "Eels, alive, two bags", "quantity": "14", "unit": "KGM", "material": "wildlife"}
    tomorrow = (now() + timedelta(days=1)).date().isoformat()
    actions.seize(said={**said, "case": ref, "decide_by": tomorrow, "place": "Mombasa airport"}, by=finder)
    phone = {"description": "Phone in a Faraday bag", "quantity": "1", "unit": "H87", "material": "data", "case": ref}
    waiting = actions.seize(said={**phone, "place": "Mombasa, container yard 4"}, by=finder)
    actions.hand_over(exhibits=[waiting], said={"to": keeper.username, "condition": "switched off"}, by=finder)
    return {"exhibits": Exhibit.objects.count()}


def _seized(
    by: Officer,
    case: str,
    what: str,
    quantity: str,
    unit: str,
    material: str,
    number: str,
    more: Mapping[str, str] | None = None,
) -> Exhibit:
    said = {"description": what, "quantity": quantity, "unit": unit, "material": material, "case": case}
    found = {"place": "Mombasa, container yard 4", "instrument": "counted by hand, twice" if quantity else ""}
    at = {"at": (now() - timedelta(days=12)).isoformat()}
    exhibit = actions.seize(said={**said, **found, **at, **(more or {})}, by=by)
    actions.seal(exhibit=exhibit, said={"seal": number, "present": "R. Njeri, port security"}, by=by)
    return exhibit


def _stored(exhibit: Exhibit, store: Store, giver: Officer, taker: Officer) -> None:
    [event] = actions.hand_over(exhibits=[exhibit], said={"to": store.code, "seal_whole": "yes"}, by=giver)
    actions.take(event=event, said={"seal_whole": "yes", "shelf": "B-12", "condition": "dry"}, by=taker)


def _to_laboratory(exhibit: Exhibit, keeper: Officer, examiner: Officer) -> None:
    cut = {"seal": "440703", "note": "counted anew: the reviewer asked", "present": "A. Wanjiru"}
    actions.unseal(exhibit=exhibit, said=cut, by=keeper)
    count = {"quantity": "62", "unit": "H87", "instrument": "counted by hand, twice"}
    actions.measure(exhibit=exhibit, said=count, by=keeper)
    actions.seal(exhibit=exhibit, said={"seal": "440812", "present": "A. Wanjiru"}, by=keeper)
    due = (now() + timedelta(days=7)).isoformat()
    given = {"to": examiner.username, "purpose": "test", "authority": "order MC-221/26", "due_at": due}
    [event] = actions.hand_over(exhibits=[exhibit], said=given, by=keeper)
    actions.take(event=event, said={"seal_whole": "yes", "condition": "box dented at a corner"}, by=examiner)
    marks = {"stage": "laboratory", "method": "acid, magnified", "of": "62 of 62"}
    test = actions.write_test(
        exhibit=exhibit, said={**marks, "result": "proof mark ground off on 85, 4 read"}, by=examiner
    )
    right = {"note": "58, not 85: typed wrongly", "result": "proof mark ground off on 58, 4 read"}
    actions.correct(exhibit=exhibit, event=test, said=right, by=examiner)
    firing = {"stage": "laboratory", "method": "test firing, 3 rounds each", "of": "10 of 62"}
    actions.write_test(exhibit=exhibit, said=firing, by=examiner)


def _to_the_plant(exhibit: Exhibit, keeper: Officer, leader: Officer) -> None:
    order = {"order": "MC-198/26", "ordered_by": "Law court, Mombasa", "way": "destroy", "keep": "6"}
    right = {"right_holder": "Wave Line (invented)", "right_holder_says": "agrees; no gift, no sale"}
    right |= {"told_on": now().date().isoformat()}
    due = {"due_on": (now() + timedelta(days=13)).date().isoformat()}
    one = actions.order_disposal(exhibits=[exhibit], said={**order, **right, **due}, by=leader)
    for material, method, weight, plant in (
        ("textile", "recycle", "1150", "Nairobi fibre plant (invented)"),
        ("pvc", "treatment", "410", "Harbour Waste (invented)"),
        ("paper", "recycle", "620", "Nairobi pulp mill (invented)"),
    ):
        said = {"material": material, "method": method, "weight": weight, "plant": plant, "permit": "to 2028"}
        actions.choose_method(disposal=one, said=said, by=keeper)
