"""The JSON door of stores, counts, batches and assets."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Body, Router, Status

from tidewaiter.evidence import actions
from tidewaiter.evidence.api import of_the_room, purpose_of_program
from tidewaiter.evidence.api_schemas import CustodyEventOut
from tidewaiter.evidence.assets import asset_rows, asset_sums
from tidewaiter.evidence.models import Inventory, Store
from tidewaiter.evidence.presenters import event_out
from tidewaiter.evidence.queries import (
    differences_in,
    exhibits_named,
    filled,
    inventory_named,
    store_named,
    stores_of,
)
from tidewaiter.evidence.store_schemas import (
    AssetSumOut,
    BatchIn,
    CodesIn,
    InventoryOut,
    StoreIn,
    StoreMadeOut,
    StoreOut,
)
from tidewaiter.evidence.typed import decimal_text
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["evidence"])


def store_out(store: Store, there: int) -> dict[str, Any]:
    """A store as programs get it."""
    names = ("ref", "code", "name", "capacity", "coldest", "warmest", "dangerous", "closed")
    return {name: getattr(store, name) for name in names} | {"there": there}


def count_out(inventory: Inventory, by: Actor) -> dict[str, Any]:
    """A count with its differences, by the numbers of exhibits."""
    found = differences_in(inventory, by)
    lists = {name: [one.reference for one in getattr(found, name)] for name in ("there", "missing", "elsewhere")}
    return lists | {
        "ref": inventory.ref,
        "store": inventory.store.code,
        "state": inventory.state,
        "unknown": found.unknown,
    }


@router.get("/evidence/stores", response=list[StoreOut], operation_id="list_stores", summary="Stores")
def list_stores(request: HttpRequest) -> list[dict[str, Any]]:
    """What each takes, and how much is there."""
    by = of_the_room(reader(request))
    stores = stores_of(by)
    there = filled(stores)
    return [store_out(one, there.get(one.ref, 0)) for one in stores]


@router.post("/evidence/stores", response={201: StoreMadeOut}, operation_id="open_store", summary="Open a store")
def opened_store(request: HttpRequest, said: Body[StoreIn]) -> Status[Any]:
    """Custodians open stores."""
    by = of_the_room(writer(request))
    typed = {name: value for name, value in said.model_dump().items() if value not in (None, "")}
    store = actions.keep_store(said=typed, by=by)
    return Status(201, {"ref": store.ref, "code": store.code})


@router.post("/evidence/stores/{ref}/counts", response={201: InventoryOut}, operation_id="begin_count", summary="Count")
def begun_count(request: HttpRequest, ref: str) -> Status[Any]:
    """Begins to count what lies in a store."""
    by = of_the_room(writer(request))
    made = actions.begin_inventory(store=store_named(by, ref), by=by)
    return Status(201, count_out(made, by))


@router.post(
    "/evidence/counts/{ref}/codes", response=InventoryOut, operation_id="scan_codes", summary="Scan into a count"
)
def scanned_codes(request: HttpRequest, ref: str, said: Body[CodesIn]) -> dict[str, Any]:
    """Codes one after another, as many as 5,000 at once; answers with the differences as they stand."""
    by = of_the_room(writer(request))
    inventory = inventory_named(by, ref)
    actions.scan_into(inventory=inventory, codes=said.codes, by=by)
    return count_out(inventory, by)


@router.post("/evidence/counts/{ref}/end", response=InventoryOut, operation_id="end_count", summary="End a count")
def ended_count(request: HttpRequest, ref: str) -> dict[str, Any]:
    """What was not found is missing from now on."""
    by = of_the_room(writer(request))
    return count_out(actions.end_inventory(inventory=inventory_named(by, ref), by=by), by)


@router.get("/evidence/counts/{ref}", response=InventoryOut, operation_id="get_count", summary="A count")
def get_count(request: HttpRequest, ref: str) -> dict[str, Any]:
    """Its differences."""
    by = of_the_room(reader(request))
    return count_out(inventory_named(by, ref), by)


@router.post(
    "/evidence/hand-overs",
    response={201: list[CustodyEventOut]},
    operation_id="hand_over_several",
    summary="Hand several over at once",
)
def handed_several(request: HttpRequest, said: Body[BatchIn]) -> Status[Any]:
    """All or none. Each event is confirmed by the taker, or all of them on the taker's page."""
    by = of_the_room(writer(request))
    exhibits, unknown = exhibits_named(by, said.exhibits)
    if unknown:
        raise BadInput("exhibits", _("Leave out what is no exhibit: %(codes)s.") % {"codes": ", ".join(unknown[:20])})
    typed = {name: value for name, value in said.model_dump().items() if name != "exhibits" and value}
    return Status(201, [event_out(one, set()) for one in actions.hand_over(exhibits=exhibits, said=typed, by=by)])


@router.get("/evidence/assets", response=list[AssetSumOut], operation_id="list_assets", summary="Assets by currency")
def list_assets(request: HttpRequest) -> list[dict[str, Any]]:
    """Money and goods of value: with nothing ordered, frozen, forfeited, returned. Currencies are never added."""
    by = of_the_room(reader(request))
    actions.look_at(exhibits=asset_rows(by), purpose=purpose_of_program(request), by=by)
    names = ("open", "frozen", "forfeited", "returned")
    return [row | {name: decimal_text(row[name]) for name in names} for row in asset_sums(by)]
