"""Suspects, companies, conveyances and what ties them: only on an administration's own network."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.foundation.room_cards import Labels, Link, RailEntry, Rights, Room, Scheduled
from tidewaiter.registry.actions.erasing import erase_expired, remind_of_suspects
from tidewaiter.registry.api import router
from tidewaiter.registry.case_api import router as cases_router
from tidewaiter.registry.claims import CLAIMS
from tidewaiter.registry.graph_api import router as graphs_router
from tidewaiter.registry.panels import case_panel
from tidewaiter.registry.policy import answers, reads
from tidewaiter.registry.suspect_api import router as suspects_router
from tidewaiter.registry.wire import KINDS, names_known, values_sought

ROOM = Room(
    name="registry",
    urls="registry/",
    api=(router, suspects_router, cases_router, graphs_router),
    schedule={
        "suspects_end": Scheduled(
            every=3600, do=erase_expired, word=_("What is held of suspects is erased at its end")
        ),
        "suspects_due": Scheduled(
            every=3600, do=remind_of_suspects, word=_("People are reminded of suspects to be reviewed")
        ),
    },
    panels={"case": (case_panel,)},
    rail=(
        RailEntry(name="registry", address="/registry/", icon="users", word=_("Registry"), place=25, shown_to=reads),
        RailEntry(
            name="held_on",
            address="/registry/held-on/",
            icon="shield-check",
            word=_("Held on"),
            place=26,
            shown_to=answers,
        ),
    ),
    labels=Labels(
        deeds={
            "registry.entered": _("Record entered"),
            "registry.amended": _("Record said anew by its source"),
            "registry.said": _("Statement added to a record"),
            "registry.linked": _("Records linked"),
            "registry.tied": _("Record tied to a case"),
            "registry.untied": _("Part in a case taken back"),
            "registry.brought": _("File of records brought"),
            "registry.read": _("Record read"),
            "registry.listed": _("Record seen in a list"),
            "registry.screened": _("Names screened"),
            "registry.exported": _("Registry taken as a file"),
            "registry.printed": _("Record printed"),
            "registry.taken": _("Record taken in a file"),
            "registry.looked_for_doubles": _("Doubles looked for"),
            "registry.merged": _("Records read as one"),
            "registry.set_apart": _("Records said to be two"),
            "registry.left_open": _("Records that cannot be told apart"),
            "registry.unmerged": _("Decision about records taken back"),
            "registry.suspect_signalled": _("Suspect signalled"),
            "registry.suspect_assessed": _("Suspect assessed"),
            "registry.suspect_watched": _("Suspect watched"),
            "registry.suspect_investigated": _("Suspect investigated"),
            "registry.suspect_handed_over": _("Suspect handed over"),
            "registry.suspect_closed": _("Suspect closed"),
            "registry.suspect_reopened": _("Suspect signalled anew"),
            "registry.suspect_reviewed": _("Suspect reviewed"),
            "registry.suspect_assigned": _("Suspect assigned"),
            "registry.suspect_due": _("Suspect to be reviewed"),
            "registry.suspect_ended": _("Watch over a suspect ended"),
            "registry.task_given": _("Task about a suspect given"),
            "registry.task_due": _("Task about a suspect due"),
            "registry.task_done": _("Task about a suspect done"),
            "registry.sighted": _("Suspect sighted"),
            "registry.sighting_assessed": _("Sighting assessed"),
            "registry.erased": _("Record erased"),
            "registry.glass_broken": _("Glass broken"),
            "registry.glass_judged": _("Broken glass judged"),
            "registry.graph_kept": _("Graph kept"),
            "registry.graph_dropped": _("Graph let go"),
            "registry.held_on": _("What is held was asked for"),
        },
        states={
            "signalled": _("signalled"),
            "assessed": _("assessed"),
            "watched": _("watched"),
            "investigated": _("investigated"),
            "handed_over": _("handed over"),
            "closed": _("closed"),
        },
    ),
    links=(
        Link(deeds=("registry.",), page="registry_entity"),
        Link(deeds=("registry.glass_",), page="broken_glass", of_ref=False),
    ),
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
            "registry_suspects": "names_reader",
            "held_on": "protection",
            "broken_glass": "names_reader",
            "judge_glass": "post names_reader",
            "case_names": "see.case",
            "untie": "post names_reader_at_home",
            "profile": "post see.entity",
            "suspect_deed": "post see.entity",
            "erase_entity": "post see.entity",
            "task_done": "post names_writer",
            "sighting_judged": "post names_writer",
            "registry_graphs": "names_reader",
            "kept_graph": "names_reader_at_home",
            "keep_graph": "post names_reader",
            "drop_graph": "post names_reader_at_home",
            "registry_graph": "see.entity",
            "graph_step": "post see.entity",
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
            "owners_of_record": "see.entity",
            "break_the_glass": "names_reader",
            "judge_the_glass": "investigator",
            "profile_of_record": "see.entity",
            "list_suspects": "names_reader",
            "held_on_somebody": "protection",
            "names_in_case": "see.case",
            "name_in_case": "see.case",
            "one_suspect": "see.entity",
            "signal_record": "see.entity",
            "move_record": "names_writer_at_home",
            "assign_record": "names_writer_at_home",
            "give_task": "names_writer_at_home",
            "end_task": "names_writer_at_home",
            "sight_record": "see.entity",
            "judge_record": "names_writer_at_home",
            "erase_record": "names_writer_at_home",
            "neighbours_of_record": "see.entity",
            "expand_record": "see.entity",
            "path_of_records": "see.entity",
            "list_kept_graphs": "names_reader",
            "keep_drawn_graph": "names_reader",
            "open_kept_graph": "names_reader_at_home",
            "drop_kept_graph": "names_reader_at_home",
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
                "signal": ("names_reader_at_home",),
                "move_suspect": ("names_writer_at_home",),
                "sighting": ("names_reader_at_home",),
                "erase": ("names_writer_at_home",),
            },
        },
    ),
    claims=CLAIMS,
    wire=KINDS,
    names_known=names_known,
    values_sought=values_sought,
)
