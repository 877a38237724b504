"""The frame of the house: start, clock, what is stored, backup, the ledger taken away."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.foundation import uploads
from tidewaiter.foundation.room_cards import Counted, Key, Labels, RailEntry, Rights, Room, Scheduled
from tidewaiter.foundation.scratch import sweep
from tidewaiter.site import ledger_away
from tidewaiter.site.heads_away import send_heads
from tidewaiter.site.stored import count_all, things_of_each
from tidewaiter.site.work import take_up_lost_jobs
from tidewaiter.site.work_api import router

ROOM = Room(
    name="site",
    api=(router,),
    tasks=ledger_away.KINDS,
    schedule={
        "lost_work": Scheduled(every=15, do=take_up_lost_jobs, word=_("Work whose worker died is taken up again")),
        "heads_sent": Scheduled(every=60, do=send_heads, word=_("Heads of the ledger are sent away")),
        "old_previews": Scheduled(
            every=3600, do=uploads.forget_old, word=_("Files that were only previewed are deleted")
        ),
        "scratch_swept": Scheduled(every=300, do=sweep, word=_("What ended processes have left is swept away")),
        "stored_counted": Scheduled(
            every=86400, do=count_all, word=_("What each administration has stored is counted")
        ),
    },
    rail=(RailEntry(name="start", address="/", icon="home", word=_("Start"), place=10, outside=True),),
    keys=(
        Key(key="/", word=_("find"), place=1),
        Key(key="?", word=_("this list"), place=2),
        Key(key="J", word=_("next row"), place=5),
        Key(key="K", word=_("row before"), place=6),
        Key(key="Enter", word=_("open the row"), place=7),
        Key(key="D", word=_("take the table away"), place=20),
        Key(key="Ctrl + Enter", word=_("the main button"), place=30),
        Key(key="Esc", word=_("close"), place=31),
    ),
    labels=Labels(
        deeds={
            "site.backed_up": _("Backup made"),
            "site.restored": _("Node restored"),
            "site.store_encrypted": _("Store encrypted"),
            "site.key_rotated": _("Keys of the store exchanged"),
            "site.masked_stored": _("Stored texts masked"),
            "site.retried": _("Work that was set aside tried again"),
            "site.dropped": _("Work that was set aside dropped"),
        },
    ),
    rights=Rights(
        pages={
            "start": "signed",
            "healthz": "open",
            "readyz": "open",
            "metrics": "machine",
            "clock": "hidden",
            "clock_deed": "post hidden",
            "choose_language": "post signed",
            "account_login": "open",
            "account_logout": "account",
            "account_signup": "account",
            "account_reset_password": "account",
            "account_inactive": "open",
            "account_reauthenticate": "account",
            "mfa_login_webauthn": "open",
            "mfa_authenticate": "account",
            "mfa_list_webauthn": "account",
            "mfa_reauthenticate_webauthn": "account",
            "mfa_remove_webauthn": "account",
            "mfa_reauthenticate": "account",
            "mfa_index": "account",
            "mfa_activate_totp": "account",
            "mfa_deactivate_totp": "account",
            "mfa_view_recovery_codes": "account",
            "mfa_generate_recovery_codes": "account",
            "mfa_download_recovery_codes": "account",
            "your_session": "signed",
            "ledger": "hidden",
            "take_ledger": "post hidden",
            "check_ledger": "post hidden",
            "own_stored": "signed",
            "all_stored": "hidden",
            "set_stored_bound": "post hidden",
            "openapi": "signed",
            "api_docs": "signed",
        },
        programs={
            "list_jobs": "reader",
            "get_job": "own.job",
            "result_file": "own.job",
            "stop_job": "own.job",
        },
        open_pages=frozenset({"", "accounts", "language", "stored", "api", "healthz", "readyz", "metrics", "static"}),
    ),
    stored={
        "vault": Counted(things=things_of_each, word=_("Files, photos and data sets")),
    },
)
