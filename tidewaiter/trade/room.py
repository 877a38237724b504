"""Unit prices, mirror analysis, selection of consignments, referrals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.foundation.room_cards import Counted, DemoPart, Folder, Labels, RailEntry, Rights, Room
from tidewaiter.trade import tasks
from tidewaiter.trade.api import router
from tidewaiter.trade.claims import CLAIMS
from tidewaiter.trade.demo import analyse_trade
from tidewaiter.trade.files.sources import brought_things, run_things
from tidewaiter.trade.panels import stored_buttons
from tidewaiter.trade.policy import rail_shows_referrals, rail_shows_trade
from tidewaiter.trade.referral_api import router as referrals

ROOM = Room(
    name="trade",
    urls="trade/",
    api=(router, referrals),
    tasks=tasks.KINDS,
    demo=DemoPart(place=40, load=analyse_trade),
    panels={"stored": (stored_buttons,)},
    rail=(
        RailEntry(
            name="trade", address="/trade/", icon="package", word=_("Trade"), place=70, shown_to=rail_shows_trade
        ),
        RailEntry(
            name="referrals",
            address="/trade/referrals/",
            icon="send",
            word=_("Referrals"),
            place=80,
            shown_to=rail_shows_referrals,
        ),
    ),
    labels=Labels(
        deeds={
            "trade.file_brought": _("Trade file brought"),
            "trade.file_forgotten": _("Trade file forgotten"),
            "trade.analysis_started": _("Trade analysis started"),
            "trade.analysis_forgotten": _("Trade analysis forgotten"),
            "trade.analysis_stopped": _("Trade analysis stopped"),
            "trade.referred": _("Finding referred to an agency"),
            "trade.referral_amended": _("Referral changed"),
            "trade.referral_sent": _("Referral sent"),
            "trade.referral_accepted": _("Referral taken on by the agency"),
            "trade.referral_declined": _("Referral declined"),
            "trade.referral_concluded": _("Referral concluded"),
            "trade.referral_withdrawn": _("Referral withdrawn"),
        },
    ),
    rights=Rights(
        pages={
            "trade": "analysing",
            "bring_trade_file": "post analysing_deed",
            "new_analysis": "analysing_deed",
            "referrals": "referring",
            "referral": "see.referral",
            "referral_evidence": "see.referral",
            "referral_deed": "post see.referral",
            "refer_finding": "see.run",
            "trade_run": "see.run",
            "analyses_beside": "see.run",
            "forget_analysis": "see.run",
            "take_analysis": "see.run",
        },
        programs={
            "trade_files": "analysing",
            "bring_trade_file": "analysing",
            "trade_runs": "analysing",
            "new_trade_run": "analysing",
            "one_trade_run": "see.run",
            "end_trade_run": "see.run",
            "two_trade_runs": "see.run",
            "trade_rows": "see.run",
            "trade_rows_file": "see.run",
            "all_referrals": "referring",
            "referral_counts": "referring",
            "new_referral": "see.run",
            "one_referral": "see.referral",
            "referral_evidence": "see.referral",
            "move_referral": "see.referral",
        },
        sees={
            "run": {
                "any": ("analyst_at_home",),
            },
            "referral": {
                "any": ("referrer_at_home",),
            },
        },
    ),
    claims=CLAIMS,
    stored={
        "trade_file": Counted(things=brought_things, word=_("Trade file"), listed=True),
        "trade_run": Counted(things=run_things, word=_("Trade analysis"), listed=True),
    },
    folders=(Folder(name="trade", left_out="the files and results of trade analyses"),),
)
