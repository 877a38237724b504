"""Suspects, companies, conveyances and what ties them: only on an administration's own network."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.foundation.room_cards import Labels, Link, RailEntry, Rights, Room
from tidewaiter.registry.api import router
from tidewaiter.registry.claims import CLAIMS
from tidewaiter.registry.panels import case_panel
from tidewaiter.registry.policy import reads

ROOM = Room(
    name="registry",
    urls="registry/",
    api=(router,),
    panels={"case": (case_panel,)},
    rail=(
        RailEntry(name="registry", address="/registry/", icon="users", word=_("Registry"), place=25, shown_to=reads),
    ),
    labels=Labels(
        deeds={
            "registry.entered": _("Record entered"),
            "registry.amended": _("Record said anew by its source"),
            "registry.said": _("Statement added to a record"),
            "registry.linked": _("Records linked"),
            "registry.tied": _("Record tied to a case"),
            "registry.brought": _("File of records brought"),
            "registry.read": _("Record read"),
            "registry.listed": _("Record seen in a list"),
            "registry.screened": _("Names screened"),
            "registry.exported": _("Registry taken as a file"),
            "registry.taken": _("Record taken in a file"),
            "registry.looked_for_doubles": _("Doubles looked for"),
            "registry.merged": _("Records read as one"),
            "registry.set_apart": _("Records said to be two"),
            "registry.left_open": _("Records that cannot be told apart"),
            "registry.unmerged": _("Decision about records taken back"),
        },
    ),
    links=(Link(deeds=("registry.",), page="registry_entity"),),
    rights=Rights(
        pages={
            "registry": "names_reader",
            "registry_persons": "names_reader",
            "registry_companies": "names_reader",
            "registry_conveyances": "names_reader",
            "registry_purpose": "post names_reader",
            "new_entity": "names_writer",
            "bring_entities": "names_writer",
            "registry_screening": "names_reader",
            "registry_doubles": "names_writer",
            "registry_double": "names_writer",
            "undo_decision": "post names_writer",
            "registry_entity": "see.entity",
            "entity_deed": "post see.entity",
        },
        programs={
            "list_records": "names_reader",
            "enter_record": "names_writer",
            "one_record": "see.entity",
            "say_of_record": "see.entity",
            "link_records": "names_writer",
            "screen_records": "names_reader",
            "merge_records": "names_writer",
            "unmerge_records": "names_writer",
        },
        sees={
            "entity": {"own": ("names_reader_at_home",), "listed": ("names_reader",), "red": ("investigator_at_home",)}
        },
        does={
            "entity": {
                "say": ("names_writer_at_home",),
                "link": ("names_writer",),
                "tie": ("names_writer",),
                "merge": ("names_writer",),
                "unmerge": ("names_writer",),
            },
        },
    ),
    claims=CLAIMS,
)
