"""The regional office: queue, returning, sampling, questions, the monthly check."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.cases.called import references
from tidewaiter.foundation.room_cards import Key, Labels, Link, RailEntry, Rights, Room, Scheduled
from tidewaiter.review import tasks
from tidewaiter.review.actions import remind_of_overdue
from tidewaiter.review.api import router
from tidewaiter.review.claims import CLAIMS
from tidewaiter.review.policy import is_reviewer, rail_shows_office, rail_shows_review
from tidewaiter.review.queries import subjects
from tidewaiter.review.start_panel import came_back_panel, step_panel

ROOM = Room(
    name="review",
    urls="review/",
    api=(router,),
    tasks=tasks.KINDS,
    schedule={
        "overdue_reminders": Scheduled(
            every=1800, do=remind_of_overdue, word=_("People are reminded of what is overdue")
        ),
    },
    panels={"start_step": (step_panel,), "start_side": (came_back_panel,)},
    rail=(
        RailEntry(
            name="review", address="/review/", icon="checklist", word=_("Review"), place=30, shown_to=rail_shows_review
        ),
        RailEntry(
            name="office",
            address="/review/requests/",
            icon="help",
            word=_("Questions"),
            place=40,
            shown_to=rail_shows_office,
        ),
    ),
    keys=(
        Key(key="R", word=_("start reviewing"), place=10, shown_to=is_reviewer),
        Key(key="V", word=_("validate"), place=11, shown_to=is_reviewer),
        Key(key="T", word=_("return"), place=12, shown_to=is_reviewer),
        Key(key="Z", word=_("take it back, within a minute"), place=13, shown_to=is_reviewer),
        Key(key="G", word=_("validate the chosen"), place=14, shown_to=is_reviewer),
        Key(key="A", word=_("give to a colleague"), place=15, shown_to=is_reviewer),
        Key(key="D", word=_("dismiss the finding"), place=20, shown_to=is_reviewer),
    ),
    labels=Labels(
        deeds={
            "review.assigned": _("Given to a reviewer"),
            "review.sampled": _("Sampling set"),
            "review.clock_set": _("Days of an office set"),
            "review.asked": _("Question put to the office"),
            "review.taken": _("Question taken"),
            "review.handed_back": _("Question handed back"),
            "review.answered": _("Question answered"),
            "review.asked_again": _("Question asked again"),
            "review.closed": _("Question closed"),
            "review.overdue": _("Cases to review are overdue"),
            "review.mend_overdue": _("Cases to mend are overdue"),
            "review.question_overdue": _("A question waits too long for its answer"),
        },
    ),
    links=(
        Link(deeds=("review.",), page="analysis_request", called=subjects),
        Link(
            deeds=("review.assigned", "review.overdue", "review.mend_overdue"),
            page="case_page",
            many="case_list",
            called=references,
        ),
    ),
    rights=Rights(
        pages={
            "review": "reviewing",
            "review_together": "post reviewing_deed",
            "review_returned": "reviewing",
            "review_checks": "reviewing",
            "review_office": "reviewing",
            "office_deed": "post steward",
            "monthly_check": "monthly",
            "monthly_letter": "monthly_of",
            "analysis_requests": "customs",
            "analysis_request": "see.request",
            "request_deed": "post see.request",
            "review_case": "see.waiting",
            "review_deed": "post do.waiting",
        },
        programs={
            "review_queue": "reader",
            "validate_several": "writer",
            "dismiss_finding": "do.case.validate",
            "assign_case": "do.case.validate",
            "take_decision_back": "own",
            "check_figures": "reviewer",
            "monthly_figures": "reader",
            "list_requests": "reader",
            "ask_office": "asker",
            "get_request": "see.request",
            "answer_request": "do.request.answer",
        },
        sees={
            "request": {
                "any": ("home", "int", "office"),
            },
        },
        does={
            "request": {
                "take": ("office", "int_office"),
            },
        },
    ),
    claims=CLAIMS,
    case_history=("review.assigned",),
)
