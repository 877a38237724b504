"""The states of a case and the moves between them (CONTRACT.md, «Status»)."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

DRAFT, SUBMITTED, RETURNED, VALIDATED, WITHDRAWN = "draft", "submitted", "returned", "validated", "withdrawn"
STATES = (DRAFT, SUBMITTED, RETURNED, VALIDATED, WITHDRAWN)

MOVES: dict[str, dict[str, str]] = {
    "submit": {DRAFT: SUBMITTED, RETURNED: SUBMITTED},
    "return_case": {SUBMITTED: RETURNED},
    "validate": {SUBMITTED: VALIDATED},
    "take_back": {VALIDATED: SUBMITTED, RETURNED: SUBMITTED},
    "amend": {DRAFT: DRAFT, RETURNED: RETURNED, SUBMITTED: SUBMITTED, VALIDATED: SUBMITTED},
    "withdraw": {DRAFT: WITHDRAWN, SUBMITTED: WITHDRAWN, RETURNED: WITHDRAWN, VALIDATED: WITHDRAWN},
}
"""Deed: from which state to which. Amending a submitted or validated case makes a new version; taking back is for who
decided, within a minute.
"""

OWNERS = {
    DRAFT: "administration",
    RETURNED: "administration",
    SUBMITTED: "reviewer",
    VALIDATED: "administration",
}
ENDS = (WITHDRAWN,)

WORDS = {
    DRAFT: pgettext_lazy("state", "Draft"),
    SUBMITTED: pgettext_lazy("state", "Submitted"),
    RETURNED: pgettext_lazy("state", "Returned"),
    VALIDATED: pgettext_lazy("state", "Validated"),
    WITHDRAWN: pgettext_lazy("state", "Withdrawn"),
}
