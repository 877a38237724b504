"""Administrations, offices, officers, roles, second factors, tokens."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.foundation.room_cards import Key, Labels, RailEntry, Rights, Room, Scheduled
from tidewaiter.people.actions import (
    close_unused,
    forget_provider_sessions,
    forget_sessions,
    forget_sign_ins,
    remind_of_tests,
    warn_of_guessing,
)
from tidewaiter.people.api import router
from tidewaiter.people.backoff import forget_old
from tidewaiter.people.claims import CLAIMS
from tidewaiter.people.policy import is_customs, may_manage_people
from tidewaiter.people.views.duty import duty_panel

ROOM = Room(
    name="people",
    urls="",
    api=(router,),
    panels={"start_side": (duty_panel,)},
    schedule={
        "unused_accounts": Scheduled(every=3600, do=close_unused, word=_("Unused accounts are closed")),
        "old_failures": Scheduled(every=3600, do=forget_old, word=_("Old failed sign-ins are forgotten")),
        "guessed_passwords": Scheduled(
            every=60, do=warn_of_guessing, word=_("Stewards are warned of guessed passwords")
        ),
        "old_sessions": Scheduled(every=3600, do=forget_sessions, word=_("Sessions that have ended are forgotten")),
        "contact_tests": Scheduled(every=3600, do=remind_of_tests, word=_("People are reminded to try contact points")),
        "old_provider_sessions": Scheduled(
            every=3600, do=forget_provider_sessions, word=_("Sessions at providers that have ended are forgotten")
        ),
        "old_sign_ins": Scheduled(every=3600, do=forget_sign_ins, word=_("Old sign-ins are forgotten")),
    },
    rail=(
        RailEntry(name="people", address="/people/", icon="users", word=_("People"), place=110, shown_to=is_customs),
    ),
    keys=(Key(key="N", word=_("invite a colleague"), place=3, shown_to=may_manage_people),),
    labels=Labels(
        deeds={
            "people.added": _("Account made at the shell"),
            "people.invited": _("Invited"),
            "people.granted": _("Role given"),
            "people.revoked": _("Role taken away"),
            "people.suspended": _("Account closed"),
            "people.resumed": _("Account opened again"),
            "people.reset": _("Password reset"),
            "people.password_chosen": _("Password chosen"),
            "people.password_changed": _("Password changed"),
            "people.signed_out": _("Signed out everywhere"),
            "people.keys_ended": _("Sessions and tokens ended by a new role: sign in again"),
            "people.reminded": _("Reminded that the account is not used"),
            "people.covered": _("Regions to review changed"),
            "people.second_factor_set": _("Second factor set up"),
            "people.second_factor_dropped": _("Second factor removed"),
            "people.second_factor_demanded": _("Second factor demanded of roles"),
            "people.token_made": _("Token made"),
            "people.token_revoked": _("Token ended"),
            "people.shift_given": _("Turn of duty given"),
            "people.shift_ended": _("Turn of duty taken off"),
            "people.shift_swapped": _("Turn of duty given to another"),
            "people.handed_over": _("Duty handed over with a note"),
            "people.contact_point_kept": _("Contact point kept"),
            "people.contact_point_tried": _("Contact point called"),
            "people.contact_point_dropped": _("Contact point taken off the list"),
            "people.contact_test_due": _("A contact point is to be tried"),
            "people.region_named": _("Region added or renamed"),
            "people.administration_placed": _("Administration changed"),
            "people.office_added": _("Office added"),
            "people.office_renamed": _("Office changed"),
            "people.proposed": _("Another steward asked to confirm"),
            "people.confirmed": _("Confirmed for another steward"),
            "people.declined": _("Not confirmed"),
            "people.confirmed_done": _("Confirmed deed done"),
            "people.claim_mapped": _("Role said of a provider's group"),
            "people.claim_unmapped": _("Role of a provider's group ended"),
            "people.identity_linked": _("Account signs in by a provider"),
            "people.identity_unlinked": _("Account signs in by a provider no more"),
            "people.brought": _("People brought by a provider's file"),
            "people.new_device": _("Signed in from a new browser"),
            "people.guessed": _("Many wrong tries to sign in"),
            "people.administrations_loaded": _("Administrations loaded"),
        },
    ),
    rights=Rights(
        pages={
            "account_change_password": "account",
            "welcome": "open",
            "mfa_add_webauthn": "account",
            "sign_on": "hidden",
            "sign_on_deed": "post steward",
            "sign_on_begin": "open",
            "sign_on_back": "open",
            "sign_on_out": "open",
            "people": "signed",
            "invite_person": "manager",
            "people_statistics": "signed",
            "people_places": "hidden",
            "people_administration": "hidden",
            "place_deed": "post steward",
            "proposals": "hidden",
            "decide_proposal": "post steward",
            "sign_ins": "manager_missing",
            "people_duty": "colleague",
            "duty_deed": "post duty",
            "duty_calendar": "colleague",
            "contact_points": "colleague",
            "contact_point_deed": "post colleague",
            "person_page": "see.officer",
            "person_deed": "do.officer",
            "you": "signed",
            "your_deed": "post you",
        },
        programs={
            "who_is_on_duty": "colleague",
            "list_contact_points": "colleague",
            "keep_point": "contact_keeper",
            "try_point": "contact_tester",
        },
        sees={
            "officer": {
                "any": ("self", "colleague", "steward"),
            },
        },
        does={
            "officer": {
                "suspend": {"who": ("looks_after",)},
                "reset": {"who": ("looks_after",)},
                "sign_out": {"who": ("looks_after", "self")},
                "grant": {"who": ("looks_after",)},
                "revoke_token": {"who": ("looks_after", "self"), "missing": True},
                "cover": {"who": ("steward_of",)},
                "drop_second_factor": {"who": ("steward_of",), "missing": True},
            },
        },
        open_pages=frozenset({"you", "own"}),
    ),
    claims=CLAIMS,
)
