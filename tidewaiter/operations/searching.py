"""Finding messages in a room: every word of the question as a part of what is written, in any of the languages.

All is sealed where it lies, so the words are looked for in memory, among messages that are open anyway
(`opened`). «test» finds «testing», accents and scripts aside; labels of codes are found in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from tidewaiter.foundation.text import fold
from tidewaiter.operations import policy
from tidewaiter.operations.models import Membership
from tidewaiter.operations.opened import Told

MOST_WORDS = 12


def found_in(
    messages: Sequence[Told],
    words: str,
    member: Membership,
    *,
    labels: Callable[[Told], str] | None = None,
) -> list[Told]:
    """Those of the messages that hold every word, or whose files do; names, and files, which may hold any, are looked
    through for those alone who read names.
    """
    wanted = fold(words[:200]).split()[:MOST_WORDS]
    if not wanted:
        return list(messages)
    whole = policy.reads_names(member)
    found = []
    for one in messages:
        missing = [word for word in wanted if word not in one.folded]
        if missing and whole:
            beside = (one.folded_names, *(file.words for file in one.files))
            missing = [word for word in missing if not any(word in text for text in beside)]
        if missing and labels is not None:
            said = labels(one)
            missing = [word for word in missing if word not in said]
        if not missing:
            found.append(one)
    return found


def narrowed(
    messages: Sequence[Told],
    *,
    template: str = "",
    country: str = "",
    day: date | None = None,
    thread: int | None = None,
) -> list[Told]:
    """Those of a template, of a country (as sender or as whom they are for), of a day, of a thread."""
    return [
        one
        for one in messages
        if (not template or one.template.code == template)
        and (not country or one.administration == country or country in one.to)
        and (day is None or one.at.date() == day)
        and (thread is None or thread in (one.number, one.reply_to))
    ]
