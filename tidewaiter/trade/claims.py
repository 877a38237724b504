"""What trade files and analyses must have in the ledger."""

from __future__ import annotations

from tidewaiter.foundation.child_errors import gettext_noop
from tidewaiter.ledger.claims import kept, made, standing
from tidewaiter.trade import states
from tidewaiter.trade.models import Referral, TradeFile, TradeRun

_REFERRAL = gettext_noop("referral")
STATES = {
    states.DRAFTED: ("trade.referred", "trade.referral_amended"),
    states.SENT: ("trade.referral_sent",),
    states.ACCEPTED: ("trade.referral_accepted",),
    states.DECLINED: ("trade.referral_declined",),
    states.CONCLUDED: ("trade.referral_concluded",),
    states.WITHDRAWN: ("trade.referral_withdrawn",),
}
"""The deeds that leave a referral in a state."""
CLAIMS = (
    made(gettext_noop("trade file"), TradeFile.objects.all(), ("trade.file_brought",)),
    made(gettext_noop("trade analysis"), TradeRun.objects.all(), ("trade.analysis_started",)),
    made(_REFERRAL, Referral.objects.all(), ("trade.referred",)),
    standing(_REFERRAL, Referral.objects.all(), STATES),
    kept(_REFERRAL, "trade.referred", Referral.objects.all()),
)
