"""From nation to centre by itself, from nation to nation under agreement, through a relay that cannot read."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.exchange import states
from tidewaiter.exchange.api import router
from tidewaiter.exchange.claims import CLAIMS
from tidewaiter.exchange.keys import FILE
from tidewaiter.exchange.policy import sees
from tidewaiter.exchange.queries import reached_for
from tidewaiter.exchange.running import run_exchange
from tidewaiter.exchange.wire import KINDS
from tidewaiter.foundation.room_cards import Key, Labels, Link, RailEntry, Rights, Room, Scheduled

ROOM = Room(
    name="exchange",
    urls="exchange/",
    api=(router,),
    follows={"outbox": "exchange_runs"},
    schedule={"exchange_runs": Scheduled(every=2, do=run_exchange, word=_("Other nodes are written to and heard"))},
    links=(
        Link(deeds=("exchange.answered", "exchange.answer_came"), page="exchange_questions", of_ref=False),
        Link(deeds=("exchange.rewritten",), page="exchange_nodes", of_ref=False),
        Link(deeds=("exchange.inquiry_came", "exchange.inquiry_answered"), page="exchange_requests", of_ref=False),
    ),
    rail=(RailEntry(name="exchange", address="/exchange/", icon="send", word=_("Exchange"), place=95, shown_to=sees),),
    keys=(
        Key(key="R", word=_("release what is chosen"), place=20, shown_to=sees),
        Key(key="H", word=_("hold what is chosen"), place=21, shown_to=sees),
    ),
    labels=Labels(
        deeds={
            "exchange.keys_made": _("Keys of the exchange made"),
            "exchange.peer_added": _("Peer added"),
            "exchange.peer_revoked": _("Peer revoked"),
            "exchange.proposed": _("Agreement signed by this node"),
            "exchange.agreed": _("Agreement in force"),
            "exchange.ended": _("Agreement ended"),
            "exchange.erased": _("Copies of an ended agreement erased"),
            "exchange.erasure_confirmed": _("Erasure confirmed by the other node"),
            "exchange.inquired": _("Another node asked for information"),
            "exchange.inquiry_came": _("Request for information came"),
            "exchange.inquiry_replied": _("Request for information replied to"),
            "exchange.inquiry_answered": _("Reply to a request came"),
            "exchange.inquiries_read": _("Requests for information read"),
            "exchange.inquiry_erased": _("Request for information called back"),
            "exchange.asked": _("Another node asked for hit or no hit"),
            "exchange.answered": _("Question of another node answered"),
            "exchange.answer_came": _("Answer of another node came"),
            "exchange.replied": _("What a question hit was sent"),
            "exchange.queued": _("Put into the outbox"),
            "exchange.names_read": _("Names read in the outbox"),
            "exchange.released": _("Released"),
            "exchange.held": _("Held back"),
            "exchange.recalled": _("Recalled"),
            "exchange.refused": _("Refused by its receiver"),
            "exchange.confirmed": _("Receipt came"),
            "exchange.received": _("Received and processed"),
            "exchange.quarantined": _("Received and set aside"),
            "exchange.came_spoilt": _("Came to its receiver spoilt: sent again"),
            "exchange.sent_again": _("Sent once more to a node that was restored"),
            "exchange.not_heard": _("Came before its agreement: sent again"),
            "exchange.came_again": _("Received once more"),
            "exchange.tried_again": _("Tried again"),
            "exchange.receipts_closed": _("Receipts of a day published"),
            "exchange.rewritten": _("A node has shown two histories"),
            "exchange.carried": _("Carried for others, sealed"),
            "exchange.not_carried": _("Carried no further"),
        },
        states=states.WORDS,
    ),
    rights=Rights(
        pages={
            "exchange": "manager_missing",
            "exchange_deed": "post manager_missing",
            "exchange_nodes": "manager_missing",
            "exchange_set_aside": "manager_missing",
            "exchange_again": "post manager_missing",
            "exchange_questions": "exchange_asker",
            "exchange_reply": "post manager_missing",
            "exchange_receipt": "manager_missing",
            "exchange_agreement_end": "post steward",
            "exchange_requests": "exchange_asker",
            "exchange_request_reply": "post exchange_asker",
            "exchange_sync": "post open",
            "exchange_card": "open",
        },
        programs={
            "get_exchange_status": "manager_missing",
            "list_outbox": "manager_missing",
            "released_envelope": "manager_missing",
            "held_envelope": "manager_missing",
            "recalled_record": "manager_missing",
            "list_questions": "exchange_asker",
            "asked_question": "exchange_asker",
            "replied_question": "manager_missing",
            "list_inquiries": "exchange_asker",
            "made_inquiry": "exchange_asker",
            "replied_inquiry": "exchange_asker",
        },
    ),
    claims=CLAIMS,
    key_files=(FILE,),
    wire=KINDS,
    reaches=reached_for,
)
