"""Collections at the shell: opening them, who reads them, what is fetched into them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.advisories import actions, policy
from tidewaiter.advisories.models import Subscription
from tidewaiter.advisories.queries import collection_named, visible_collections
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import officer_at_shell

type _Do = Callable[[dict[str, Any], Officer], Any]


class Command(DeedCommand):
    """`collection list|open|let|end|subscribe|unsubscribe|fetch [CODE|REF] …`."""

    help = "opens collections of warnings, says whom they are for, and subscribes to those of other servers"

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, and with what."""
        super().add_arguments(parser)
        parser.add_argument("deed", choices=tuple(_DEEDS))
        parser.add_argument("code", metavar="CODE", nargs="?", default="", help="or the ref of a subscription")
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--title", default="")
        parser.add_argument("--person", default="", metavar="USERNAME")
        parser.add_argument("--administration", default="", metavar="CC")
        parser.add_argument("--sector", default="", help="customs experts partners")
        parser.add_argument("--ceiling", default="AMBER", help="CLEAR GREEN AMBER AMBER+STRICT RED")
        parser.add_argument("--writes", action="store_true", help="let: they publish too")
        parser.add_argument("--address", default="", metavar="URL", help="subscribe: of one collection")
        parser.add_argument("--secret", default="", metavar="TOKEN|NAME:PASSWORD")

    def answer(self, **options: Any) -> Any:
        """What was done."""
        return _DEEDS[options["deed"]](options, officer_at_shell(options["by"]))


def _who(options: dict[str, Any]) -> tuple[str, str]:
    said = [(kind, options[kind]) for kind in policy.READERS if options[kind]]
    if len(said) != 1:
        raise BadInput("reader", _("Name one: --person, --administration or --sector."))
    return said[0]


def _open(options: dict[str, Any], by: Officer) -> Any:
    policy.may_keep_collections(by)
    made = actions.open_collection(code=options["code"], title=options["title"], by=by)
    return {"id": str(made.pk), "code": made.code}


def _let(options: dict[str, Any], by: Officer) -> Any:
    policy.may_keep_collections(by)
    kind, value = _who(options)
    made = actions.let_read(
        collection=collection_named(by, options["code"]),
        kind=kind,
        value=value,
        ceiling=options["ceiling"],
        writes=options["writes"],
        by=by,
    )
    return {"kind": made.kind, "value": made.value, "ceiling": made.ceiling, "writes": made.writes}


def _end(options: dict[str, Any], by: Officer) -> Any:
    policy.may_keep_collections(by)
    kind, value = _who(options)
    gone = actions.no_longer_read(collection=collection_named(by, options["code"]), kind=kind, value=value, by=by)
    return {"ended": gone}


def _subscribe(options: dict[str, Any], by: Officer) -> Any:
    made = actions.subscribe(
        collection=collection_named(by, options["code"]),
        address=options["address"],
        secret=options["secret"],
        ceiling=options["ceiling"],
        by=by,
    )
    return {"ref": made.ref}


def _unsubscribe(options: dict[str, Any], by: Officer) -> Any:
    actions.unsubscribe(ref=options["code"], by=by)
    return {"ref": options["code"]}


def _fetch(options: dict[str, Any], by: Officer) -> Any:
    policy.may_keep_collections(by)
    one = Subscription.objects.filter(pk=options["code"]).select_related("collection").first()
    if one is None:
        raise Missing("no_subscription", _("There is no such subscription."))
    made = actions.fetch_subscription(one=one, by=by)
    one.refresh_from_db()
    return made.answer() | {"failed": one.failed}


def _list(_options: dict[str, Any], by: Officer) -> Any:
    return [
        {
            "id": str(one.pk),
            "code": one.code,
            "title": one.title,
            "readers": [f"{row.kind}:{row.value}:{row.ceiling}" for row in one.readers.order_by("pk")],
            "subscriptions": [f"{row.ref} {row.address} {row.failed}".strip() for row in one.subscriptions.all()],
        }
        for one in visible_collections(by).order_by("code")
    ]


_DEEDS: dict[str, _Do] = {
    "list": _list,
    "open": _open,
    "let": _let,
    "end": _end,
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "fetch": _fetch,
}
