"""Illicit-trade statistics, the report and frozen data sets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.foundation.room_cards import DemoPart, Labels, RailEntry, Rights, Room, Scheduled
from tidewaiter.people.policy import is_customs
from tidewaiter.statistics import tasks
from tidewaiter.statistics.api import router
from tidewaiter.statistics.claims import CLAIMS
from tidewaiter.statistics.demo import count_story
from tidewaiter.statistics.panels import figures_link
from tidewaiter.statistics.store import bring_up_to_date

ROOM = Room(
    name="statistics",
    urls="statistics/",
    api=(router,),
    tasks=tasks.KINDS,
    follows={"statistics": "statistics_follow"},
    schedule={
        "statistics_follow": Scheduled(every=5, do=bring_up_to_date, word=_("Figures follow the cases")),
    },
    panels={"start_empty": (figures_link,)},
    rail=(
        RailEntry(
            name="statistics",
            address="/statistics/",
            icon="chart-histogram",
            word=_("Statistics"),
            place=60,
            shown_to=is_customs,
        ),
    ),
    labels=Labels(
        deeds={
            "statistics.frozen": _("Data set frozen"),
            "statistics.report_written": _("Report written"),
            "statistics.table_kept": _("Table kept"),
            "statistics.table_dropped": _("Table dropped"),
            "statistics.table_brought": _("Table brought"),
            "statistics.table_forgotten": _("Table forgotten"),
        },
    ),
    rights=Rights(
        pages={
            "statistics": "signed",
            "statistics_map": "signed",
            "statistics_table": "signed",
            "table_deed": "post own",
            "statistics_signals": "signed",
            "cites_report": "customs",
            "reports": "customs",
            "report": "see.snapshot",
            "take_report": "see.snapshot",
            "propensity": "customs",
            "wildlife": "customs",
            "bring_table": "post writer_of_tables",
            "statistics_cases": "signed",
        },
        programs={
            "figures": "reader",
            "rising": "reader",
            "cites": "reader",
            "counterfeits": "customs",
            "wildlife": "customs",
            "questions": "reader",
            "snapshots": "customs",
            "new_snapshot": "writer_of_reports",
            "report_file": "see.snapshot",
        },
        sees={
            "snapshot": {
                "any": ("customs",),
            },
        },
        does={
            "snapshot": {
                "write": ("report_writer",),
            },
        },
    ),
    claims=CLAIMS,
    demo=DemoPart(place=30, load=count_story, at_home=count_story),
)
