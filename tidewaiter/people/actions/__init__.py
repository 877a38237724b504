"""Deeds of people, one file a noun."""

from tidewaiter.people.actions.accounts import (
    add_officer,
    forget_sessions,
    grant,
    load_administrations,
    resume,
    revoke,
    sign_out,
    suspend,
)
from tidewaiter.people.actions.codes import invite, redeem, reset
from tidewaiter.people.actions.contact_points import (
    drop_contact_point,
    keep_contact_point,
    remind_of_tests,
    try_contact_point,
)
from tidewaiter.people.actions.four_eyes import confirm, decline, propose, take_up
from tidewaiter.people.actions.passwords import change_password
from tidewaiter.people.actions.places import (
    add_office,
    cover,
    demand_second_factor,
    drop_second_factor,
    name_region,
    place_administration,
    rename_office,
)
from tidewaiter.people.actions.shifts import end_shift, give_shift, hand_over, swap_shift
from tidewaiter.people.actions.sign_ins import forget_sign_ins, signed_in, warn_of_guessing
from tidewaiter.people.actions.sign_on import (
    arrive,
    bring_people,
    end_provider_sessions,
    forget_provider_sessions,
    link_identity,
    map_claim,
    unlink_identity,
    unmap_claim,
)
from tidewaiter.people.actions.tokens import make_token, revoke_token
from tidewaiter.people.actions.unused import close_unused

__all__ = [
    "add_office",
    "add_officer",
    "arrive",
    "bring_people",
    "change_password",
    "close_unused",
    "confirm",
    "cover",
    "decline",
    "demand_second_factor",
    "drop_contact_point",
    "drop_second_factor",
    "end_provider_sessions",
    "end_shift",
    "forget_provider_sessions",
    "forget_sessions",
    "forget_sign_ins",
    "give_shift",
    "grant",
    "hand_over",
    "invite",
    "keep_contact_point",
    "link_identity",
    "load_administrations",
    "make_token",
    "map_claim",
    "name_region",
    "place_administration",
    "propose",
    "redeem",
    "remind_of_tests",
    "rename_office",
    "reset",
    "resume",
    "revoke",
    "revoke_token",
    "sign_out",
    "signed_in",
    "suspend",
    "swap_shift",
    "take_up",
    "try_contact_point",
    "unlink_identity",
    "unmap_claim",
    "warn_of_guessing",
]
