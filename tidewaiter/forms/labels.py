"""Labels of the shipped forms in further languages: `forms/labels.csv`, by what they are in English.

A version of a form never changes once a node has it; its words in another language are beside it, so that a language
can be added or mended without a new version of seventeen forms. What a form says itself goes before.
"""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from tidewaiter.foundation.isolation import in_language, spoken


@lru_cache(maxsize=1)
def labels() -> dict[str, dict[str, str]]:
    """English words: the same in other languages."""
    with (Path(settings.FORMS_FOLDER) / "labels.csv").open(encoding="utf-8", newline="") as file:
        return {row.pop("en"): row for row in csv.DictReader(file)}


def block_title(blocks: dict[str, dict[str, str]], name: str, lang: str) -> str:
    """The heading of a block on a page in `lang`."""
    return spoken(with_labels(blocks[name]), lang)


def label_in(words: dict[str, str], lang: str) -> str:
    """A label in `lang`, else in English, for files and programs."""
    return in_language(with_labels(words), lang)


def with_labels(words: dict[str, str]) -> dict[str, str]:
    """A label or help with what `labels.csv` adds."""
    return {**labels().get(words.get("en", ""), {}), **words}
