"""The JSON door of what goes with payments: statements, parties, orders, banks' messages; and of providers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Body, Query, Router, Status

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import clean_name
from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.scratch import scratch
from tidewaiter.people.tokens import reader, writer
from tidewaiter.response import actions, policy
from tidewaiter.response.api import alarm_row, freeze_out, payment_out
from tidewaiter.response.api_schemas import AlarmRowOut, FreezeRequestOut, PaymentOut
from tidewaiter.response.letters.providers import providers
from tidewaiter.response.models import FreezingOrder
from tidewaiter.response.money_schemas import (
    AlarmMendIn,
    BankStatementIn,
    FreezingOrderIn,
    FreezingOrderOut,
    MessageNameIn,
    OrderFollowedIn,
    OutcomeAsked,
    OutcomeRowOut,
    PartiesIn,
    PartiesOut,
    PaymentMendIn,
    ProviderIn,
    ProviderOut,
    StatementPaymentOut,
)
from tidewaiter.response.outcomes import outcome_rows
from tidewaiter.response.payments.statements import payments_in
from tidewaiter.response.queries import alarm_named, legs_of, order_named, requests_of
from tidewaiter.response.written import lacking_of

router = Router(tags=["response"])


@router.get(
    "/response/outcome", response=list[OutcomeRowOut], operation_id="response_outcome", summary="Outcome in money"
)
def response_outcome(request: HttpRequest, asked: Query[OutcomeAsked]) -> list[dict[str, Any]]:
    """Of the last 365 days, per currency, split by hours until the report, scheme or country."""
    by = reader(request)
    policy.must_raise(by)
    known_only(request, OutcomeAsked.model_fields)
    return outcome_of_a_year(by, asked.split)


def outcome_of_a_year(by: Actor, split: str) -> list[dict[str, Any]]:
    """The rows of the last 365 days, as programs get them."""
    until = now()
    return outcome_rows(by, until - timedelta(days=365), until, split=split)


@router.post(
    "/response/statements",
    response=list[StatementPaymentOut],
    operation_id="read_statement",
    summary="Payments that a statement names",
)
def read_statement(request: HttpRequest, said: Body[BankStatementIn]) -> list[dict[str, Any]]:
    """Offered, never trusted: nothing is kept."""
    policy.must_raise(writer(request))
    return [one.said() for one in payments_in(said.text)]


@router.post("/response/alarms/{ref}/mend", response=AlarmRowOut, operation_id="mend_alarm", summary="Correct an alarm")
def mended_alarm(request: HttpRequest, ref: str, said: Body[AlarmMendIn]) -> dict[str, Any]:
    """What is not said stays."""
    by = writer(request)
    fields = said.model_dump(exclude_none=True, exclude={"version"})
    return alarm_row(actions.mend_alarm(alarm=alarm_named(by, ref), said=fields, version=said.version, by=by))


@router.post(
    "/response/alarms/{ref}/payments/{number}/mend",
    response=PaymentOut,
    operation_id="mend_payment",
    summary="Correct a payment",
)
def mended_payment(request: HttpRequest, ref: str, number: int, said: Body[PaymentMendIn]) -> dict[str, Any]:
    """What is not said stays; the account of one that somebody was asked about too."""
    by = writer(request)
    fields = said.model_dump(exclude_none=True, exclude={"version"})
    alarm = alarm_named(by, ref)
    leg = actions.mend_payment(alarm=alarm, number=number, said=fields, version=said.version, by=by)
    return payment_out(leg, {one.pk: one.number for one in legs_of(alarm)})


@router.post(
    "/response/alarms/{ref}/payments/{number}/parties",
    response=PartiesOut,
    operation_id="name_parties",
    summary="Name payer and payee",
)
def named_parties(request: HttpRequest, ref: str, number: int, said: Body[PartiesIn]) -> dict[str, Any]:
    """As FATF recommendation 16 asks for them; `lacks` says what is not named yet."""
    by = writer(request)
    leg = actions.name_parties(alarm=alarm_named(by, ref), number=number, said=said.model_dump(), by=by)
    return parties_out(leg)


def parties_out(leg: Any) -> dict[str, Any]:
    """Payer and payee as programs get them."""
    return {
        "payer": leg.from_party,
        "payee": leg.to_party,
        "payer_lacks": lacking_of(leg.from_party),
        "payee_lacks": lacking_of(leg.to_party),
    }


def order_out(one: FreezingOrder) -> dict[str, Any]:
    """A freezing order as programs get it."""
    names = [name for name in FreezingOrderOut.model_fields if name != "legs"]
    return {name: getattr(one, name) for name in names} | {"legs": sorted(leg.number for leg in one.legs.all())}


@router.post(
    "/response/alarms/{ref}/orders",
    response={201: FreezingOrderOut},
    operation_id="order_freeze",
    summary="Write a freezing order down",
)
def ordered_freeze(request: HttpRequest, ref: str, said: Body[FreezingOrderIn]) -> Status[Any]:
    """A national order, or one of the EU, with the day by which mutual assistance must be asked for."""
    by = writer(request)
    return Status(201, order_out(actions.order_freeze(alarm=alarm_named(by, ref), said=said.model_dump(), by=by)))


@router.get(
    "/response/alarms/{ref}/orders", response=list[FreezingOrderOut], operation_id="list_orders", summary="Its orders"
)
def list_orders(request: HttpRequest, ref: str) -> list[dict[str, Any]]:
    """The one whose deadline comes first stands first."""
    by = reader(request)
    alarm = alarm_named(by, ref)
    actions.look_at(alarm=alarm, by=by)
    return [order_out(one) for one in alarm.orders.prefetch_related("legs").order_by("mla_by")]


@router.post(
    "/response/alarms/{ref}/orders/{order}/follow",
    response=FreezingOrderOut,
    operation_id="follow_order",
    summary="Mutual assistance was asked for",
)
def followed_order(request: HttpRequest, ref: str, order: str, said: Body[OrderFollowedIn]) -> dict[str, Any]:
    """Its deadline warns no more."""
    by = writer(request)
    kept = order_named(alarm_named(by, ref), order)
    return order_out(actions.follow_order(order=kept, reference=said.reference, by=by))


_BYTES = {"application/xml": {"schema": {"type": "string", "format": "binary"}}}


@router.post(
    "/response/alarms/{ref}/bank_messages",
    response={201: list[FreezeRequestOut]},
    operation_id="take_bank_message",
    summary="Bring a bank's answer",
    openapi_extra={"requestBody": {"required": True, "content": _BYTES}},
)
def took_bank_message(request: HttpRequest, ref: str, said: Query[MessageNameIn]) -> Status[Any]:
    """The bytes of a camt.029 or pacs.004 as the body, read apart from the node; gives the requests of the alarm."""
    by = writer(request)
    known_only(request, MessageNameIn.model_fields)
    alarm = alarm_named(by, ref)
    with scratch() as folder:
        path = folder / "message"
        path.write_bytes(request.body)
        actions.take_bank_message(alarm=alarm, path=path, name=clean_name(said.name), by=by)
    return Status(201, [freeze_out(one) for one in requests_of(alarm)])


@router.get(
    "/response/providers", response=list[ProviderOut], operation_id="list_providers", summary="Register of providers"
)
def list_providers(request: HttpRequest) -> list[Any]:
    """With the address at which requests of authorities are taken, where that was found and when."""
    policy.must_preserve(reader(request))
    return list(providers())


@router.post("/response/providers", response=ProviderOut, operation_id="keep_provider", summary="Keep a provider")
def kept_provider(request: HttpRequest, said: Body[ProviderIn]) -> Any:
    """Said anew, it was seen today."""
    by = writer(request)
    kept = actions.keep_provider(said=said.model_dump(), by=by)
    return next(one for one in providers() if one.code == kept.code)
