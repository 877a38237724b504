"""What groups, meetings, rounds and reports must have in the ledger."""

from __future__ import annotations

from tidewaiter.experts.models import Group, Meeting, Report, Round
from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.ledger.claims import kept, made

_GROUP, _MEETING = gettext_noop("expert group"), gettext_noop("meeting")
_ROUND, _REPORT = gettext_noop("round of needs"), gettext_noop("report of a group")
CLAIMS = (
    made(_GROUP, Group.objects.all(), ("experts.group_opened",), ref="code"),
    kept(_GROUP, "experts.group_opened", Group.objects.all(), refs="code"),
    made(_MEETING, Meeting.objects.all(), ("experts.meeting_convened",)),
    kept(_MEETING, "experts.meeting_convened", Meeting.objects.all()),
    made(_ROUND, Round.objects.all(), ("experts.round_opened",)),
    kept(_ROUND, "experts.round_opened", Round.objects.all()),
    made(_REPORT, Report.objects.all(), ("experts.report_begun",)),
    kept(_REPORT, "experts.report_begun", Report.objects.all()),
)
