"""How a page names who did something: the person's name and whose officer it is («T. Kiplagat, Kenya»)."""

from __future__ import annotations

import time

from django.utils.translation import get_language, gettext

from tidewaiter.codelists.queries import code_view
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.stamped_cache import StampedCache
from tidewaiter.people.models import Administration, Officer

_BELIEVED = 60
"""Seconds for which names are believed; one that is not among them is looked up."""
_names: StampedCache[dict[str, tuple[str, str]]] = StampedCache(1)
_offices: StampedCache[dict[str, str]] = StampedCache(1)


def person_called(username: str) -> str:
    """The person's name, else that of the account, with the country or the body they work for, in the reader's
    language.
    """
    if not username:
        return ""
    if username == NODE.username:
        return gettext("this node")
    known = _names.of("", _moment(), _all_names)
    if username not in known:
        row = Officer.objects.filter(username=username).values_list("name", "administration_id").first()
        if row is None:
            return username
        known[username] = row
    name, home = known[username]
    office = office_called(home)
    return f"{name or username}, {office}" if office else name or username


def office_called(administration: str) -> str:
    """A country's name in the reader's language; of what is no country, the administration's own name."""
    view = code_view("country", administration)
    if view is not None:
        return view.label(get_language() or "en")
    return _offices.of("", _moment(), _all_offices).get(administration, administration)


def forget_names() -> None:
    """Nothing is believed any longer: another database stands behind the same process."""
    _names.forget()
    _offices.forget()


def _moment() -> int:
    return int(time.monotonic() // _BELIEVED)


def _all_names() -> dict[str, tuple[str, str]]:
    rows = Officer.objects.values_list("username", "name", "administration_id")
    return {username: (name, home) for username, name, home in rows.iterator(chunk_size=5000)}


def _all_offices() -> dict[str, str]:
    return dict(Administration.objects.values_list("code", "name"))
