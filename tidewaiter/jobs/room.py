"""Work that takes time."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tidewaiter.foundation.room_cards import Labels, Link, Rights, Room

ROOM = Room(
    name="jobs",
    urls="jobs/",
    labels=Labels(
        deeds={
            "jobs.done": _("What you asked for is ready"),
        },
    ),
    links=(Link(deeds=("jobs.done",), page="job_page"),),
    rights=Rights(
        pages={
            "job_list": "signed",
            "all_jobs": "hidden",
            "job_page": "own.job",
            "job_result": "own.job",
            "cancel_job": "own.job",
        },
        open_pages=frozenset({"jobs"}),
        open_programs=frozenset({"jobs"}),
    ),
)
