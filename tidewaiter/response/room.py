"""The rapid response: stop a fraudulent payment, keep electronic evidence from vanishing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as p

from tidewaiter.foundation.room_cards import DemoPart, Key, Labels, Link, RailEntry, Rights, Room, Scheduled
from tidewaiter.response.actions import call_at_marks, warn_of_ends, warn_of_orders
from tidewaiter.response.api import router
from tidewaiter.response.claims import CLAIMS
from tidewaiter.response.demo import fill_response
from tidewaiter.response.money_api import router as money_router
from tidewaiter.response.policy import is_desk, raises
from tidewaiter.response.preserving_api import router as preserving_router
from tidewaiter.response.queries import titles
from tidewaiter.response.views import start_panel
from tidewaiter.response.wire import KINDS

ROOM = Room(
    name="response",
    urls="response/",
    api=(router, preserving_router, money_router),
    schedule={
        "response_clock": Scheduled(
            every=30, do=call_at_marks, word=_("The duty desk is called for alarms at 1, 3, 24, 48 and 72 hours")
        ),
        "response_preservations": Scheduled(
            every=3600, do=warn_of_ends, word=_("People are warned before a preservation ends")
        ),
        "response_orders": Scheduled(
            every=3600, do=warn_of_orders, word=_("People are warned before a freezing order ends without assistance")
        ),
    },
    panels={"start_waiting": (start_panel,)},
    rail=(
        RailEntry(
            name="response", address="/response/", icon="bell-ringing", word=_("Response"), place=25, shown_to=raises
        ),
    ),
    keys=(
        Key(key="M", word=_("write an alarm"), place=50, shown_to=raises),
        Key(key="Q", word=_("send the request of an alarm"), place=51, shown_to=is_desk),
    ),
    labels=Labels(
        deeds={
            "response.alarmed": _("Alarm written"),
            "response.mended": _("Alarm mended"),
            "response.payment_mended": _("Payment of an alarm mended"),
            "response.timed": _("Time of an alarm written down"),
            "response.leg_added": _("Payment of an alarm named"),
            "response.taken": _("Alarm taken"),
            "response.requested": _("Freeze asked for"),
            "response.asked": _("Asked for a freeze"),
            "response.acknowledged": _("Request to freeze acknowledged"),
            "response.answered": _("Request to freeze answered"),
            "response.request_withdrawn": _("Request to freeze withdrawn"),
            "response.node_asked": _("Request put to another node"),
            "response.node_answered": _("Answer put to another node"),
            "response.request_came": _("Request of another node came"),
            "response.request_erased": _("Request of another node erased"),
            "response.passed_on": _("Request of another node passed on to a bank"),
            "response.bank_answered": _("A bank answered what another node asks"),
            "response.preservation_came": _("Another node asks that data be kept"),
            "response.preservation_erased": _("Request of another node to keep data erased"),
            "response.assistance_told": _("Another node has asked for mutual assistance"),
            "response.door_opened": _("A bank opened its link"),
            "response.door_refused": _("A wrong code at a bank's link"),
            "response.due": _("An alarm passed a mark of its clock"),
            "response.parties_named": _("Payer and payee named"),
            "response.order_kept": _("Freezing order written down"),
            "response.order_followed": _("Mutual assistance asked for a freezing order"),
            "response.order_due": _("The deadline of a freezing order comes"),
            "response.order_ended": _("A freezing order ended without assistance"),
            "response.message_taken": _("Message of a bank taken"),
            "response.provider_kept": _("Provider kept in the register"),
            "response.preservation_read": _("Preservation read"),
            "response.closed": _("Alarm closed"),
            "response.reopened": _("Alarm opened again"),
            "response.file_kept": _("File of an alarm kept"),
            "response.file_taken": _("File of an alarm taken"),
            "response.read": _("Alarm read"),
            "response.preservation_drafted": _("Preservation begun"),
            "response.preservation_mended": _("Preservation mended"),
            "response.preservation_asked": _("Preservation asked for"),
            "response.preservation_answered": _("Preservation answered"),
            "response.preservation_due": _("A preservation ends soon"),
            "response.preservation_ended": _("Preservation ended"),
            "response.dual_noted": _("Double criminality of a request noted"),
            "response.assistance_asked": _("Mutual assistance asked for"),
        },
        states={
            "alarm_new": p("alarm", "New"),
            "triaged": p("alarm", "With the desk"),
            "asked_for": p("alarm", "Asked for"),
            "recovery": p("alarm", "Money found"),
            "alarm_closed": p("alarm", "Closed"),
            "request_sent": p("request", "Sent"),
            "acknowledged": p("request", "They have it"),
            "answered": p("request", "Answered"),
            "request_withdrawn": p("request", "Withdrawn"),
            "preservation_draft": p("preservation", "Draft"),
            "preservation_asked": p("preservation", "Asked for"),
            "preserved": p("preservation", "Preserved"),
            "not_preserved": p("preservation", "Not preserved"),
            "path_disclosed": p("preservation", "Next provider told"),
            "preservation_ended": p("preservation", "Ended"),
        },
    ),
    links=(
        Link(deeds=("response.",), page="response_alarm", called=titles),
        Link(deeds=("response.asked", "response.bank_answered", "response.request_"), page="response_request"),
        Link(deeds=("response.preservation_", "response.assistance_", "response.dual_"), page="response_preservation"),
    ),
    rights=Rights(
        pages={
            "response": "alarmist",
            "new_alarm": "alarmist",
            "response_outcome": "alarmist",
            "outcome_report": "alarmist",
            "response_bank": "anybody with the link and its code",
            "response_file": "see.alarm",
            "response_request": "see.request",
            "freeze_paper": "see.request",
            "order_paper": "see.alarm",
            "response_alarm": "see.alarm",
            "response_recall": "see.alarm",
            "alarm_deed": "post see.alarm",
            "response_preservations": "desk",
            "new_preservation": "desk",
            "response_preservation": "see.preservation",
            "mend_preservation": "see.preservation",
            "preservation_paper": "see.preservation",
            "preservation_deed": "post see.preservation",
            "response_providers": "desk",
        },
        programs={
            "list_alarms": "alarmist",
            "response_outcome": "alarmist",
            "list_freeze_requests": "alarmist",
            "raised_alarm": "alarmist",
            "brought_mail": "alarmist",
            "get_alarm": "see.alarm",
            "mended_alarm": "see.alarm",
            "mended_payment": "see.alarm",
            "taken_alarm": "see.alarm",
            "timed_alarm": "see.alarm",
            "added_payments": "see.alarm",
            "requested_freeze": "see.alarm",
            "closed_alarm": "see.alarm",
            "reopened_alarm": "see.alarm",
            "recall_of": "see.alarm",
            "get_freeze_request": "see.request",
            "answered_freeze": "see.request",
            "acknowledged_freeze": "see.request",
            "withdrawn_freeze": "see.request",
            "passed_on_freeze": "see.request",
            "read_statement": "alarmist",
            "named_parties": "see.alarm",
            "ordered_freeze": "see.alarm",
            "list_orders": "see.alarm",
            "followed_order": "see.alarm",
            "took_bank_message": "see.alarm",
            "list_providers": "desk",
            "kept_provider": "desk",
            "list_preservations": "desk",
            "drafted_preservation": "desk",
            "get_preservation": "see.preservation",
            "moved_preservation": "see.preservation",
        },
        sees={
            "alarm": {"any": ("writer_of_alarm", "desk_of_home")},
            "request": {"any": ("desk_of_home", "desk_that_was_asked")},
            "preservation": {"any": ("desk_of_home",)},
        },
        does={
            "alarm": {
                "mend": ("writer_of_alarm", "desk_of_home"),
                "take": ("desk_of_home",),
                "request": ("desk_of_home",),
                "close": ("desk_of_home",),
            },
            "request": {"answer": ("desk_of_home", "desk_that_was_asked")},
        },
    ),
    claims=CLAIMS,
    wire=KINDS,
    demo=DemoPart(place=70, at_home=fill_response),
)
