"""What people keep under a name: queries of an address (filters, watches, tables) are judged when they
are kept, never cut.

A text cut at a column's length is another query, or none; so what does not fit, or would not be read again as it was
meant, is refused in words while its person is there to change it.
"""

from __future__ import annotations

from django.core.exceptions import TooManyFieldsSent
from django.http import QueryDict
from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.text import is_no_sign

LONGEST = 2000
"""Signs of a query as it is kept, percent-encoded: the length of the columns."""


def read_query_text(text: str) -> QueryDict:
    """The query that a text says (`form=WPN&q=pump`). Raises `BadInput` for one
    that is too long or holds what is no sign.
    """
    said = text.strip().lstrip("?").strip()
    if len(said) > LONGEST:
        raise _too_long(len(said))
    try:
        query = QueryDict(said)
    except TooManyFieldsSent as error:
        raise _unreadable() from error
    if any(is_no_sign(sign) for values in query.lists() for part in (values[0], *values[1]) for sign in part):
        raise _unreadable()
    return query


def text_to_keep(query: QueryDict) -> str:
    """The query as the text that is kept. Raises `BadInput` where that is too long, or would be read otherwise."""
    said = query.urlencode()
    if len(said) > LONGEST:
        raise _too_long(len(said))
    if read_query_text(said) != query:
        raise _unreadable()
    return said


def _too_long(length: int) -> BadInput:
    return BadInput(
        "query_too_long",
        _("This search is too long to be kept: it takes %(n)s of %(most)s signs. Use fewer words or filters.")
        % {"n": length, "most": LONGEST},
    )


def _unreadable() -> BadInput:
    return BadInput(
        "query_unreadable", _("This search cannot be kept: it holds signs that cannot be read. Write it anew.")
    )
