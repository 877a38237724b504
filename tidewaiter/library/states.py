"""The states of a library item and the moves between them."""

from __future__ import annotations

DRAFT, SUBMITTED, PUBLISHED, WITHDRAWN = "draft", "submitted", "published", "withdrawn"
STATES = (DRAFT, SUBMITTED, PUBLISHED, WITHDRAWN)

MOVES: dict[str, dict[str, str]] = {
    "amend": {DRAFT: DRAFT},
    "submit": {DRAFT: SUBMITTED},
    "send_back": {SUBMITTED: DRAFT},
    "publish": {SUBMITTED: PUBLISHED},
    "withdraw": {DRAFT: WITHDRAWN, SUBMITTED: WITHDRAWN, PUBLISHED: WITHDRAWN},
}
"""Deed: from which state to which."""

OWNERS = {DRAFT: "author", SUBMITTED: "reviewer", PUBLISHED: "reader"}
ENDS = (WITHDRAWN,)
