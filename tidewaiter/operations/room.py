"""Secure rooms for joint operations: gone when they end."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as p

from tidewaiter.foundation.room_cards import DemoPart, Folder, Key, Labels, Link, RailEntry, Rights, Room, Scheduled
from tidewaiter.operations.actions.chasing import chase, remind
from tidewaiter.operations.actions.hashes import compare_pictures
from tidewaiter.operations.actions.wording_files import read_files
from tidewaiter.operations.api import router
from tidewaiter.operations.claims import CLAIMS
from tidewaiter.operations.demo import fill_operations
from tidewaiter.operations.ending_api import router as ending_router
from tidewaiter.operations.panels import start_panel
from tidewaiter.operations.queries import titles
from tidewaiter.operations.wire import KINDS

ROOM = Room(
    name="operations",
    urls="operations/",
    api=(router, ending_router),
    schedule={
        "operations_chased": Scheduled(
            every=60, do=chase, word=_("People are called for answers that are overdue in operations")
        ),
        "operations_files_read": Scheduled(
            every=15, do=read_files, word=_("Files of operations are read, so that they are found by what they say")
        ),
        "operations_pictures_compared": Scheduled(
            every=15, do=compare_pictures, word=_("Pictures of operations are compared with lists of known ones")
        ),
        "operations_reminded": Scheduled(
            every=3600, do=remind, word=_("People are reminded of what comes next in operations")
        ),
    },
    panels={"start_waiting": (start_panel,)},
    rail=(
        RailEntry(
            name="operations", address="/operations/", icon="messages", word=_("Operations"), place=20, outside=True
        ),
    ),
    keys=(
        Key(key="B", word=_("the board of an operation"), place=40),
        Key(key="D", word=_("write a situation report"), place=41),
        Key(key="A", word=_("answer what is asked of you"), place=42),
    ),
    labels=Labels(
        deeds={
            "operations.opened": _("Operation opened"),
            "operations.moved": _("Operation moved to another phase"),
            "operations.held": _("Operation put under legal hold"),
            "operations.freed": _("Legal hold of an operation lifted"),
            "operations.renewal_asked": _("Renewal of a project asked for"),
            "operations.renewed": _("Project renewed"),
            "operations.invited": _("Invited to an operation"),
            "operations.admitted": _("Admitted to an operation"),
            "operations.joined": _("Joined an operation"),
            "operations.declined": _("Invitation to an operation declined"),
            "operations.left": _("Operation left"),
            "operations.removed": _("Removed from an operation"),
            "operations.sent": _("Message sent in an operation"),
            "operations.urgent": _("Urgent message in an operation"),
            "operations.corrected": _("Message of an operation corrected"),
            "operations.message_withdrawn": _("Message of an operation withdrawn"),
            "operations.recorded": _("Seizure of an operation entered as a case"),
            "operations.handed_over": _("Seizure of an operation handed over to its owner's node"),
            "operations.came_home": _("Seizure message of an operation came home: a case of it waits as a draft"),
            "operations.known_here": _("A name in a message that came home is known here"),
            "operations.acknowledged": _("Message of an operation acknowledged"),
            "operations.read": _("Messages of an operation read"),
            "operations.attached": _("File sealed in an operation"),
            "operations.files_dropped": _("Files of no message thrown away in an operation"),
            "operations.file_opened": _("File of an operation opened"),
            "operations.victim_looked": _("Sheet of a victim looked at"),
            "operations.file_restricted": _("File of an operation restricted by a list of known files"),
            "operations.look_asked": _("Look at a restricted file asked for"),
            "operations.look_allowed": _("Look at a restricted file allowed"),
            "operations.restricted_looked": _("Restricted file looked at"),
            "operations.hashes_loaded": _("List of known files loaded"),
            "operations.hashes_dropped": _("List of known files taken out of use"),
            "operations.drafted": _("Draft kept in an operation"),
            "operations.draft_dropped": _("Draft of an operation thrown away"),
            "operations.template_defined": _("Template of an operation changed"),
            "operations.template_retired": _("Template of an operation retired"),
            "operations.printed": _("Situation report printed"),
            "operations.table_taken": _("Table of an operation's board taken away"),
            "operations.taken": _("Data of an operation taken by their owner"),
            "operations.given_up": _("Data of an operation given up by their owner"),
            "operations.chased": _("Called for an answer in an operation"),
            "operations.reminded": _("Reminded of what comes next in an operation"),
            "operations.closed": _("Operation sealed"),
            "operations.share_taken": _("Share of a key taken"),
            "operations.opened_again": _("Sealed operation opened again"),
            "operations.destruction_asked": _("Destruction of an operation asked for"),
            "operations.destroyed": _("Operation destroyed"),
        },
        states={
            "planned": p("phase", "Planned"),
            "training": p("phase", "Training"),
            "live": p("phase", "Live"),
            "consolidation": p("phase", "Consolidation"),
            "report": p("phase", "Report"),
            "sealed": p("phase", "Sealed"),
            "destroyed": p("phase", "Destroyed"),
            "coordinator": p("part", "Co-ordinator"),
            "participant": p("part", "Participant"),
            "observer": p("part", "Observer"),
            "customs": p("agency", "Customs"),
            "police": p("agency", "Police"),
            "organisation": p("agency", "International organisation"),
            "private": p("agency", "Private partner"),
            "text": p("type of field", "Text"),
            "long_text": p("type of field", "Long text"),
            "code": p("type of field", "One of a list"),
            "codes": p("type of field", "Several of a list"),
            "decimal": p("type of field", "Number"),
            "integer": p("type of field", "Whole number"),
            "boolean": p("type of field", "Yes or no"),
            "date": p("type of field", "Day"),
            "place": p("type of field", "Place"),
        },
    ),
    links=(
        Link(deeds=("operations.",), page="operation_room", called=titles),
        Link(
            deeds=("operations.closed", "operations.destroyed", "operations.destruction_asked", "operations.reminded"),
            page="operation_closing",
            called=titles,
        ),
        Link(deeds=("operations.came_home", "operations.known_here"), page="case_page"),
        Link(deeds=("operations.invited", "operations.removed"), page="operations", of_ref=False, called=titles),
    ),
    rights=Rights(
        pages={
            "operations": "signed",
            "new_operation": "opener",
            "operation_known_files": "steward",
            "operation_room": "see.operation",
            "operation_cards": "see.operation",
            "operation_stream": "see.operation",
            "operation_say": "post see.operation",
            "operation_join": "post see.operation",
            "operation_members": "see.operation",
            "operation_member_ended": "post see.operation",
            "operation_write": "see.operation",
            "operation_draft_dropped": "post see.operation",
            "operation_message": "see.operation",
            "operation_victim": "see.operation",
            "operation_message_deed": "post see.operation",
            "operation_file": "see.operation",
            "operation_look": "post see.operation",
            "operation_board": "see.operation",
            "operation_situation": "see.operation",
            "operation_board_table": "see.operation",
            "operation_templates": "see.operation",
            "operation_phase": "post see.operation",
            "operation_closing": "see.operation",
            "operation_own_data": "post see.operation",
            "operation_paper": "see.operation",
            "operation_closing_deed": "post see.operation",
        },
        programs={
            "list_operations": "reader",
            "opened_operation": "opener",
            "one_operation": "see.operation",
            "join_operation": "see.operation",
            "list_members": "see.operation",
            "invite_member": "see.operation",
            "remove_member": "see.operation",
            "list_messages": "see.operation",
            "sent_message": "see.operation",
            "correct_message": "see.operation",
            "withdraw_message": "see.operation",
            "acknowledge_message": "see.operation",
            "recorded_seizure": "see.operation",
            "stream_of_operation": "see.operation",
            "list_templates": "see.operation",
            "brought_file": "see.operation",
            "room_file": "see.operation",
            "operation_figures": "see.operation",
            "operation_situation": "see.operation",
            "move_operation": "see.operation",
            "renew_operation": "see.operation",
            "define_template": "see.operation",
            "trim_template": "see.operation",
            "retire_template": "see.operation",
            "take_own_data": "see.operation",
            "give_up_data": "see.operation",
            "close_operation": "see.operation",
            "taken_share": "see.operation",
            "reopen_operation": "see.operation",
            "hold_operation": "see.operation",
            "destroy_operation": "see.operation",
            "get_certificate": "see.operation",
        },
        sees={
            "operation": {
                "open": ("member",),
                "sealed": ("member", "holder", "steward"),
                "destroyed": ("steward", "opener_of_owner"),
            }
        },
        does={
            "operation": {
                "coordinate": ("coordinator_of_room",),
                "send": ("coordinator_of_room", "participant_of_room"),
                "destroy": ("coordinator_of_room", "holder", "steward"),
            },
        },
        open_pages=frozenset({"operations"}),
        open_programs=frozenset({"operations"}),
    ),
    demo=DemoPart(place=60, load=fill_operations),
    folders=(Folder(name="operations"), Folder(name="certificates")),
    claims=CLAIMS,
    wire=KINDS,
)
