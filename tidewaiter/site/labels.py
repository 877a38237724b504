"""Words for codes of our own that pages show: of roles and sign-ins those here, of the rooms those on their cards."""

from __future__ import annotations

from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as p

from tidewaiter.cases.values import state_in_words
from tidewaiter.foundation.room_cards import rooms_of_node, together

ROLES: dict[str, Promise] = {
    "officer": p("role", "Officer"),
    "contact": p("role", "Contact point"),
    "investigator": p("role", "Investigator"),
    "custodian": p("role", "Custodian"),
    "protection": p("role", "Data-protection officer"),
    "reviewer": p("role", "Reviewer"),
    "analyst": p("role", "Analyst"),
    "editor": p("role", "Editor"),
    "partner": p("role", "Partner"),
    "expert": p("role", "Expert"),
    "duty": p("role", "Duty"),
    "coordinator": p("role", "Co-ordinator"),
    "participant": p("role", "Participant"),
    "observer": p("role", "Observer"),
    "steward": p("role", "Steward"),
}

OUTCOMES: dict[str, Promise] = {
    "signed_in": p("sign-in", "Signed in"),
    "password": p("sign-in", "Wrong password"),
    "second_factor": p("sign-in", "Wrong second factor"),
    "code": p("sign-in", "Wrong one-time code"),
    "closed": p("sign-in", "Right password, account closed"),
    "provider": p("sign-in", "Known to the provider, nothing to do here"),
}

PROPOSALS: dict[str, Promise] = {
    "grant": p("to confirm", "Role given"),
    "revoke": p("to confirm", "Role taken away"),
    "cover": p("to confirm", "Who reviews whom"),
    "resume": p("to confirm", "Account opened again"),
    "reset": p("to confirm", "A code for the account of another"),
    "invite": p("to confirm", "Reviewer invited"),
    "drop_second_factor": p("to confirm", "Second factor taken away"),
    "place_administration": p("to confirm", "Administration moved to another region"),
    "demand_second_factor": p("to confirm", "Second factor demanded of fewer"),
    "map_claim": p("to confirm", "Role said of a provider's group"),
    "unmap_claim": p("to confirm", "Role of a provider's group ended"),
    "link_identity": p("to confirm", "Account linked to a provider"),
    "take_ledger": p("to confirm", "The whole ledger taken away"),
    "confirmed": p("to confirm", "Confirmed"),
    "declined": p("to confirm", "Declined"),
    "done": p("to confirm", "Confirmed and done"),
    "": p("to confirm", "Lapsed"),
}

CHANGES: dict[str, Promise] = {
    "new_form": _("New form"),
    "fields_added": _("Fields added"),
    "fields_changed": _("Fields changed"),
    "fields_dropped": _("Fields dropped"),
    "units_added": _("Units added"),
    "units_dropped": _("Units dropped"),
    "subtypes_added": _("Sub-types added"),
    "subtypes_dropped": _("Sub-types dropped"),
}


@cache
def deeds() -> dict[str, Promise]:
    """Words for the deeds of this node's rooms, by their names in the ledger."""
    return together(room.labels.deeds for room in rooms_of_node())


def deeds_by_room() -> list[tuple[str, list[tuple[str, str]]]]:
    """The deeds of each room that has any, with their words, in the order of these."""
    rooms: dict[str, list[tuple[str, str]]] = {}
    for deed, word in deeds().items():
        rooms.setdefault(deed.split(".")[0], []).append((deed, str(word)))
    return [(room, sorted(some, key=lambda one: one[1])) for room, some in sorted(rooms.items())]


@cache
def states() -> dict[str, Promise]:
    """Words for the states of what this node's rooms hold."""
    return together(room.labels.states for room in rooms_of_node())


def state_word(state: str) -> str:
    """The word for a state, in the reader's language as far as the lists have it."""
    return state_in_words(state, states())


def stored() -> dict[str, Promise]:
    """Words for the kinds of things that take space."""
    return {kind: of_kind.word for room in rooms_of_node() for kind, of_kind in room.stored.items()}


def scheduled() -> dict[str, Promise]:
    """Words for what is done by the clock."""
    return {name: deed.word for room in rooms_of_node() for name, deed in room.schedule.items()}
