"""Early warnings of crime in electronic systems, their sightings, and the TAXII 2.1 door."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as p

from tidewaiter.advisories.actions import fetch_all
from tidewaiter.advisories.api import router
from tidewaiter.advisories.claims import CLAIMS
from tidewaiter.advisories.demo import fill_advisories
from tidewaiter.advisories.policy import reads, writes
from tidewaiter.advisories.preparing import prepare
from tidewaiter.advisories.queries import titles
from tidewaiter.advisories.views import alarm_panel, case_panel, start_panel
from tidewaiter.advisories.wire import KINDS
from tidewaiter.foundation.room_cards import DemoPart, Key, Labels, Link, RailEntry, Rights, Room, Scheduled

ROOM = Room(
    name="advisories",
    urls="",
    api=(router,),
    schedule={
        "advisories_fetched": Scheduled(
            every=20, do=fetch_all, word=_("Warnings are fetched from the servers that are subscribed to")
        ),
    },
    panels={"start_waiting": (start_panel,), "case": (case_panel,), "alarm": (alarm_panel,)},
    rail=(
        RailEntry(
            name="advisories",
            address="/advisories/",
            icon="alert-triangle",
            word=_("Warnings"),
            place=70,
            shown_to=reads,
            outside=True,
        ),
    ),
    keys=(
        Key(key="C", word=_("it concerns us"), place=60, shown_to=reads),
        Key(key="H", word=_("handled"), place=61, shown_to=reads),
        Key(key="S", word=_("tell a sighting"), place=62, shown_to=reads),
        Key(key="Y", word=_("copy the indicators, defanged"), place=63, shown_to=reads),
        Key(key="W", word=_("write a warning"), place=64, shown_to=writes),
    ),
    labels=Labels(
        deeds={
            "advisories.collection_opened": _("Collection opened"),
            "advisories.collection_amended": _("Collection renamed"),
            "advisories.reader_let": _("Collection opened to a reader"),
            "advisories.reader_ended": _("Collection closed to a reader"),
            "advisories.drafted": _("Warning written"),
            "advisories.arrived": _("Warning came from elsewhere"),
            "advisories.amended": _("Draft of a warning changed"),
            "advisories.declined": _("Draft of a warning declined"),
            "advisories.published": _("Warning published"),
            "advisories.revised": _("New version of a warning"),
            "advisories.revoked": _("Warning revoked"),
            "advisories.read": _("Warning read"),
            "advisories.acknowledged": _("Warning answered"),
            "advisories.sighted": _("Sighting told"),
            "advisories.seen": _("A warning of yours was seen"),
            "advisories.sighting_withdrawn": _("Sighting taken back"),
            "advisories.objects_added": _("Objects of STIX added"),
            "advisories.objects_deleted": _("Objects of STIX deleted"),
            "advisories.brought": _("Bundle brought"),
            "advisories.sent": _("Objects sent by TAXII"),
            "advisories.taken": _("Collection taken by a client"),
            "advisories.subscribed": _("Subscribed to a collection"),
            "advisories.unsubscribed": _("Subscription ended"),
            "advisories.received": _("Warning of another node received"),
            "advisories.erased": _("Warning of another node erased"),
            "advisories.fetched": _("Collection of another server fetched"),
        },
        states={
            "warning_draft": p("warning", "Draft"),
            "warning_published": p("warning", "Published"),
            "warning_revoked": p("warning", "Revoked"),
            "warning_declined": p("warning", "Declined"),
        },
    ),
    links=(Link(deeds=("advisories.",), page="advisory", called=titles),),
    rights=Rights(
        pages={
            "advisories": "warned",
            "new_advisory": "warned",
            "bring_advisories": "warned",
            "advisories_collections": "warned",
            "advisory": "see.warning",
            "edit_advisory": "see.warning",
            "advisory_bundle": "see.warning",
            "advisory_indicators": "see.warning",
            "advisory_deed": "post see.warning",
            "taxii_discovery": "token",
            "taxii_root": "token",
            "taxii_status": "token",
            "taxii_collections": "token",
            "taxii_collection": "token",
            "taxii_manifest": "token",
            "taxii_objects": "token",
            "taxii_object": "token",
            "taxii_versions": "token",
        },
        programs={
            "list_warnings": "reader",
            "warned": "warned",
            "drafted_warning": "warned",
            "list_collections": "reader",
            "brought_stix": "warned",
            "withdrawn_sighting": "see.warning",
            "get_warning": "see.warning",
            "get_bundle": "see.warning",
            "published_warning": "see.warning",
            "revised_warning": "see.warning",
            "revoked_warning": "see.warning",
            "declined_warning": "see.warning",
            "acknowledged_warning": "see.warning",
            "sighted_warning": "see.warning",
        },
        sees={
            "warning": {
                "draft": ("author_of_warning", "publisher_of_collection"),
                "published": ("reader_of_collection",),
            },
        },
        does={
            "warning": {
                "amend": ("author_of_warning", "publisher_of_collection"),
                "publish": ("publisher_of_collection",),
                "decline": ("author_of_warning", "publisher_of_collection"),
                "revise": ("publisher_at_home",),
                "revoke": ("publisher_at_home",),
                "answer": ("reader_of_collection",),
            },
        },
        open_pages=frozenset({"advisories", "taxii2"}),
        open_programs=frozenset({"advisories"}),
    ),
    claims=CLAIMS,
    prepared=prepare,
    demo=DemoPart(place=75, load=fill_advisories, at_home=fill_advisories),
    wire=KINDS,
)
