"""What is looked at in a request that came in: its form, and what the treaty leaves to the state that is asked."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.response.actions.preserving import missing_of
from tidewaiter.response.letters.bases import bases
from tidewaiter.response.models import Preservation
from tidewaiter.response.queries import today_of

MET, NOT_MET, OPEN = "yes", "no", "open"


def checks_of(one: Preservation) -> list[dict[str, Any]]:
    """Each check of a request that came in with its answer (`yes no open`) and, where it is not met, what follows;
    nothing of one's own requests.
    """
    if not one.incoming:
        return []
    basis, day = bases()[one.basis], one.ordered_on or today_of(one.administration)
    lacking = missing_of(one)
    return [
        _check(
            _("All six parts of article 29(2) are there"),
            not lacking,
            _("Ask them for what is missing; keep the data meanwhile."),
        ),
        _check(_("They gave their reference"), bool(one.their_reference), _("Ask for it: a renewal will name it.")),
        _check(
            _("The legal basis was in force on its day"),
            basis["since"] <= day <= basis.get("until", date.max),
            _("Ask by which law they ask."),
        ),
        _check(
            _("It asks for days that the law allows"),
            one.days >= min(basis["least"], basis["extends"]),
            _("Keep the data for the days of the treaty all the same."),
        ),
        {
            "word": _("Double criminality: preserving needs none (article 29(3))"),
            "state": MET if one.dual else OPEN,
            "mend": "" if one.dual else _("Note now what their request for assistance will need."),
        },
    ]


def _check(word: str, holds: bool, mend: str) -> dict[str, Any]:
    return {"word": word, "state": MET if holds else NOT_MET, "mend": "" if holds else mend}
