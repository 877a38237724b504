"""Groups of experts: mandates, members, meetings, work, needs and reports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as p

from tidewaiter.experts.actions import (
    call_for_elections,
    remind,
    remind_of_rounds,
    remind_of_topics,
)
from tidewaiter.experts.api import router
from tidewaiter.experts.claims import CLAIMS
from tidewaiter.experts.demo import fill_experts
from tidewaiter.experts.policy import has_groups
from tidewaiter.experts.preparing import prepare
from tidewaiter.experts.tasks import KINDS
from tidewaiter.experts.views import start_panel
from tidewaiter.foundation.room_cards import DemoPart, Key, Labels, Link, RailEntry, Rights, Room, Scheduled

ROOM = Room(
    name="experts",
    urls="experts/",
    api=(router,),
    tasks=KINDS,
    schedule={
        "experts_reminded": Scheduled(
            every=900, do=remind, word=_("Experts are reminded of meetings and action points")
        ),
        "terms_of_office_end": Scheduled(
            every=3600, do=call_for_elections, word=_("Groups are told before a term of office ends")
        ),
        "topics_reviewed": Scheduled(
            every=3600, do=remind_of_topics, word=_("Owners of watched topics are told on their day of review")
        ),
        "rounds_reminded": Scheduled(
            every=3600, do=remind_of_rounds, word=_("Countries are reminded before a round of needs closes")
        ),
    },
    panels={"start_waiting": (start_panel,)},
    rail=(
        RailEntry(
            name="experts",
            address="/experts/",
            icon="users",
            word=_("Experts"),
            place=92,
            shown_to=has_groups,
            outside=True,
        ),
    ),
    keys=(
        Key(key="A", word=_("answer one's action point"), place=60, shown_to=has_groups),
        Key(key="I", word=_("calendar of the group"), place=61, shown_to=has_groups),
        Key(key="L", word=_("a line of the plan"), place=62, shown_to=has_groups),
    ),
    labels=Labels(
        deeds={
            "experts.group_opened": _("Group opened"),
            "experts.group_closed": _("Group closed"),
            "experts.mandate_updated": _("Mandate updated"),
            "experts.terms_accepted": _("Terms of a group accepted"),
            "experts.admitted": _("Admitted to a group"),
            "experts.seat_ended": _("Seat in a group ended"),
            "experts.appointed": _("Appointed to lead a group"),
            "experts.term_ends": _("A term of office ends soon"),
            "experts.meeting_convened": _("Meeting called"),
            "experts.meeting_item_put": _("Item put on an agenda"),
            "experts.meeting_answered": _("Call to a meeting answered"),
            "experts.meeting_attended": _("Attendance noted"),
            "experts.meeting_decided": _("Decision written down"),
            "experts.meeting_held": _("Meeting held"),
            "experts.meeting_called_off": _("Meeting called off"),
            "experts.meeting_near": _("A meeting is near"),
            "experts.action_set": _("Action point set"),
            "experts.action_done": _("Action point done"),
            "experts.action_due": _("An action point is due"),
            "experts.work_planned": _("Work planned"),
            "experts.work_moved": _("Work moved on"),
            "experts.poll_asked": _("Members asked"),
            "experts.poll_closed": _("Poll closed"),
            "experts.voted": _("Voted"),
            "experts.thread_opened": _("Thread opened"),
            "experts.thread_said": _("Said in a thread"),
            "experts.topic_watched": _("Topic of the technology watch written"),
            "experts.topic_due": _("A watched topic is due for review"),
            "experts.procedure_written": _("Procedure written"),
            "experts.liaison_kept": _("Liaison noted"),
            "experts.recommended": _("Recommendation drafted"),
            "experts.recommendation_moved": _("Recommendation moved on"),
            "experts.report_begun": _("Report begun"),
            "experts.report_section_given": _("Chapter given to an author"),
            "experts.report_written": _("Chapter written"),
            "experts.report_frozen": _("Figures of a report frozen"),
            "experts.report_circulated": _("Report circulated"),
            "experts.report_taken_back": _("Report taken back"),
            "experts.report_agreed": _("Report agreed"),
            "experts.report_dropped": _("Report dropped"),
            "experts.report_delivered": _("Report delivered to the library"),
            "experts.practice_offered": _("Practice offered"),
            "experts.practice_used": _("Practice used"),
            "experts.session_planned": _("Session of a course planned"),
            "experts.enrolled": _("Enrolled in a course"),
            "experts.completed": _("Course completed"),
            "experts.questionnaire_defined": _("Questionnaire loaded"),
            "experts.round_opened": _("Round of needs opened"),
            "experts.round_answered": _("Question answered"),
            "experts.round_shared": _("Section given to a colleague"),
            "experts.round_evidence": _("Paper of an answer named"),
            "experts.round_submitted": _("Answers handed in"),
            "experts.round_closed": _("Round of needs closed"),
            "experts.round_closes": _("A round of needs closes soon"),
            "experts.round_gap_planned": _("Line of a plan proposed"),
            "experts.round_plan_moved": _("Line of a plan moved on"),
        },
        states={
            "begun": p("report", "Being written"),
            "circulated": p("report", "With the members"),
            "agreed_by_group": p("report", "Agreed"),
            "delivered": p("report", "Delivered"),
            "report_dropped": p("report", "Dropped"),
            "not_begun": p("work", "Not begun"),
            "under_way": p("work", "Under way"),
            "work_done": p("work", "Done"),
            "meeting_planned": p("meeting", "Planned"),
            "meeting_held": p("meeting", "Held"),
            "called_off": p("meeting", "Called off"),
            "rec_drafted": p("recommendation", "Drafted"),
            "rec_sent": p("recommendation", "Sent"),
            "adopted": p("recommendation", "Adopted"),
            "rec_sent_back": p("recommendation", "Sent back"),
            "rec_declined": p("recommendation", "Declined"),
            "invited": p("needs", "Asked"),
            "answering": p("needs", "Being answered"),
            "needs_submitted": p("needs", "Answered"),
            "plan_proposed": p("plan", "Proposed"),
            "plan_agreed": p("plan", "Agreed"),
            "plan_done": p("plan", "Carried out"),
        },
    ),
    links=(
        Link(deeds=("experts.",), page="expert_group"),
        Link(
            deeds=("experts.meeting_convened", "experts.meeting_called_off", "experts.meeting_near"),
            page="expert_meeting",
        ),
        Link(deeds=("experts.poll_asked",), page="expert_polls"),
        Link(deeds=("experts.thread_said",), page="expert_thread"),
        Link(
            deeds=(
                *("experts.report_section_given", "experts.report_circulated", "experts.report_taken_back"),
                *("experts.report_agreed", "experts.report_dropped", "experts.report_delivered"),
            ),
            page="expert_report",
        ),
        Link(
            deeds=(
                *("experts.round_opened", "experts.round_shared", "experts.round_submitted"),
                *("experts.round_closed", "experts.round_closes"),
            ),
            page="expert_round",
        ),
    ),
    rights=Rights(
        pages={
            "experts": "seated",
            "new_expert_group": "secretariat",
            **dict.fromkeys(
                (
                    *("expert_group", "expert_members", "expert_work", "expert_work_table"),
                    *("expert_meetings", "expert_meeting", "expert_meeting_calendar", "expert_calendar"),
                    *("expert_polls", "expert_threads", "expert_thread", "expert_practice"),
                    *("expert_reports", "expert_report", "expert_report_file", "expert_needs", "expert_round"),
                ),
                "member who has accepted the terms",
            ),
            "expert_terms": "member",
            "expert_certificate": "whoever completed the course",
            "expert_answers": "country or secretariat",
            "expert_profile": "country or secretariat",
            "expert_profile_table": "country or secretariat",
            "expert_needs_deed": "post country or secretariat",
            "expert_deed": "post member",
        },
        programs={
            "list_expert_groups": "seated",
            "opened_expert_group": "secretariat",
            "get_expert_group": "member",
            "done_in_expert_group": "member",
            "get_expert_meeting": "member who has accepted the terms",
            "get_expert_thread": "member who has accepted the terms",
            "get_expert_report": "member who has accepted the terms",
            "asked_expert_report_file": "member who has accepted the terms",
            "get_expert_round": "member who has accepted the terms",
            "get_expert_answers": "country or secretariat",
            "done_with_expert_answers": "country or secretariat",
            "defined_questionnaire": "secretariat",
        },
        open_pages=frozenset({"experts"}),
        open_programs=frozenset({"experts"}),
    ),
    claims=CLAIMS,
    prepared=prepare,
    demo=DemoPart(place=80, load=fill_experts),
)
