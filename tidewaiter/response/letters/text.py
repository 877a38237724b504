"""The text of a request to freeze, in the language of whoever reads it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from tidewaiter.people.called import office_called, person_called
from tidewaiter.response.models import Alarm, Leg


def signer(username: str, administration: str) -> str:
    """Who asks, with their office once."""
    person, office = person_called(username), office_called(administration)
    return person if office in person else f"{person}, {office}"


def amount_text(amount: Decimal, currency: str) -> str:
    """`USD 1,240,000.00`: two places at least, and no more than there are."""
    whole = amount.quantize(Decimal("0.01"))
    said = f"{whole:,}" if whole == amount else f"{amount.normalize():,f}"
    return f"{currency} {said}"


def plain(amount: Any) -> str:
    """An amount without needless zeros, as programs read it."""
    return f"{Decimal(amount).normalize():f}"


def request_text(*, alarm: Alarm, legs: Sequence[Leg], scheme: str, asking: str, to: str, language: str) -> str:
    """Who asks whom for what, by which scheme, of which payments; what an answer may be."""
    with translation.override(language):
        lines = [
            _("To: %(to)s") % {"to": to},
            _("From: %(asking)s") % {"asking": asking},
            _("Our reference: %(reference)s") % {"reference": alarm.reference},
            "",
            _("Urgent request to stop and freeze (%(scheme)s)") % {"scheme": scheme},
            "",
            _(
                "A payment was obtained by fraud. Please freeze at once what of it is in the accounts below, send"
                " nothing on, and tell us what is there, what has left, and where it went."
            ),
            "",
        ]
        for leg in legs:
            lines += _lines_of(leg)
        lines += [
            _("Reported to us: %(at)s UTC") % {"at": f"{alarm.reported_at:%Y-%m-%d %H:%M}"},
            _("The victim's bank sent its recall: %(at)s") % {"at": _moment(alarm.recall_at)},
            "",
            _("Please answer: frozen in full or in part (how much), moved on (where), not found, or refused (why)."),
            _("A request for mutual legal assistance will follow where the law asks for one."),
        ]
        return "\n".join(lines)


def _moment(at: object) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else _("not yet known")


def _lines_of(leg: Leg) -> list[str]:
    bank = ", ".join(one for one in (leg.to_bank, leg.to_bic, leg.to_country) if one)
    lines = [
        _("Payment %(n)s: %(amount)s") % {"n": leg.number, "amount": amount_text(leg.amount, leg.currency)},
        _("  Account: %(account)s") % {"account": leg.to_account},
    ]
    if bank:
        lines.append(_("  Bank: %(bank)s") % {"bank": bank})
    if leg.to_party.get("name"):
        lines.append(_("  In the name of: %(name)s") % {"name": leg.to_party["name"]})
    if leg.from_bank or leg.from_bic:
        lines.append(
            _("  Sent by: %(bank)s") % {"bank": ", ".join(one for one in (leg.from_bank, leg.from_bic) if one)}
        )
    if leg.sent_at:
        lines.append(_("  Sent at: %(at)s UTC") % {"at": f"{leg.sent_at:%Y-%m-%d %H:%M}"})
    if leg.uetr:
        lines.append(f"  UETR: {leg.uetr}")
    return [*lines, ""]
