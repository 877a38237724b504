"""The states of a warning and what a country says of it.

A warning is written as a draft and published, or published as it is written; what is published goes on in versions
until it is revoked. Nothing is deleted: who has read an older version must find out what became of it.
"""

from __future__ import annotations

DRAFT, PUBLISHED, REVOKED, DECLINED = "warning_draft", "warning_published", "warning_revoked", "warning_declined"
STATES = (DRAFT, PUBLISHED, REVOKED, DECLINED)
MOVES: dict[str, dict[str, str]] = {
    "amend": {DRAFT: DRAFT},
    "publish": {DRAFT: PUBLISHED},
    "decline": {DRAFT: DECLINED},
    "revise": {PUBLISHED: PUBLISHED},
    "revoke": {PUBLISHED: REVOKED},
}
"""Deed: from which state of a warning to which."""
OWNERS = {DRAFT: "writers", PUBLISHED: "readers"}
ENDS = (REVOKED, DECLINED)

TOLD, READ, NOT_CONCERNED, CONCERNED, HANDLED = "told", "read", "not_concerned", "concerned", "handled"
REACHES = (TOLD, READ, NOT_CONCERNED, CONCERNED, HANDLED)
"""What is known of a country or an organisation: told and not reached yet; read; what it said."""
SAID = (NOT_CONCERNED, CONCERNED, HANDLED)
