"""Deeds of people, one file a noun."""

from tidewaiter.people.actions.accounts import (
    add_officer,
    grant,
    load_administrations,
    resume,
    revoke,
    sign_out,
    suspend,
)
from tidewaiter.people.actions.codes import invite, redeem, reset
from tidewaiter.people.actions.places import (
    add_office,
    cover,
    demand_second_factor,
    drop_second_factor,
    name_region,
    place_administration,
    rename_office,
)
from tidewaiter.people.actions.shifts import end_shift, give_shift
from tidewaiter.people.actions.tokens import make_token, revoke_token
from tidewaiter.people.actions.unused import close_unused

__all__ = [
    "add_office", "add_officer", "close_unused", "cover", "demand_second_factor", "drop_second_factor", "end_shift", "give_shift", "grant", "invite",
    "load_administrations", "make_token", "name_region", "place_administration", "redeem", "rename_office", "reset", "resume", "revoke",
    "revoke_token", "sign_out", "suspend",
]  # fmt: skip
