"""How well persons, plates and documents are found: `bench/naming.py [--wrong] [LANGUAGE …]`, part of `make bench`.

Over the invented narratives of tests/privacy (short ones, those in the style of press releases and
newspapers, and acts, notes and judgements written blind), by language and half: the share of names hidden by
name, of texts whose names are all hidden, of hidden stretches that are right, of plates and documents
hidden; and over names of places, makes and firms of the shipped files how many rows in 10,000 are touched,
as the field means them and as free text.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
import re
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tidewaiter.site.settings")

# where the program is started from its own folder, the project is not on the path before the line above
from tidewaiter.privacy.finding import About, find  # noqa: E402

TEXTS = PROJECT / "tests" / "privacy"
SETS = ("narratives", "press", "blind", "blind_forms", "blind_reports", "blind_cases")
"""Short ones; in the style of press releases; acts, notes and judgements written before any rule was read; the same
and the free fields of seizure forms, written before the rules of a later round; reports and notes in eight languages,
written before the misses of the former were seen: no rule was made by them; and
cases, statements and messages in eight languages, written when the rules stood."""
_mark = re.compile(r"\{([NPD]):((?:[^{}])+)\}")
type Marked = tuple[str, list[tuple[int, int, str]]]


@dataclass
class Score:
    """Counts over some texts."""

    names: int = 0
    hidden: int = 0
    texts: int = 0
    whole: int = 0
    stretches: int = 0
    right: int = 0
    numbers: int = 0
    numbers_hidden: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def add(self, other: Score) -> None:
        """Counts another's texts too."""
        for name in ("names", "hidden", "texts", "whole", "stretches", "right", "numbers", "numbers_hidden"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def share(self, part: str, whole: str) -> float:
        """A share of two counts; 1 where there is nothing to find."""
        return getattr(self, part) / getattr(self, whole) if getattr(self, whole) else 1.0


def unmarked(line: str) -> Marked:
    """A narrative without its marks, and what they stood at."""
    text, spans, at = "", [], 0
    for hit in _mark.finditer(line):
        text += line[at : hit.start()]
        spans.append((len(text), len(text) + len(hit[2]), hit[1]))
        text += hit[2]
        at = hit.end()
    return text + line[at:], spans


def narratives(language: str, half: str, of: str = "narratives") -> list[Marked]:
    """The narratives of a language in one of the `SETS`: `tuned` or `held_out`."""
    texts = tomllib.loads((TEXTS / of / f"{language}.toml").read_text())[half]
    return [unmarked(line) for line in texts.strip().splitlines()]


def halves(of: str) -> list[str]:
    """The halves that a set has."""
    return [
        half for half in ("tuned", "held_out") if half in tomllib.loads(next((TEXTS / of).glob("*.toml")).read_text())
    ]


def languages(of: str = "narratives") -> list[str]:
    """The languages there are narratives of in a set."""
    return sorted(path.stem for path in (TEXTS / of).glob("*.toml"))


def scored(marked: list[Marked]) -> Score:
    """What is found in some texts, against their marks."""
    score = Score()
    for text, spans in marked:
        found = find(text)
        hidden = {at for start, end, _kind in found for at in range(start, end) if text[at].isalnum()}
        all_hidden = True
        for start, end, kind in spans:
            signs = [at for at in range(start, end) if text[at].isalnum()]
            whole = _hidden_by_name(text, start, end, hidden) if kind == "N" else all(at in hidden for at in signs)
            if kind == "N":
                score.names += 1
                score.hidden += whole
                all_hidden = all_hidden and whole
            else:
                score.numbers += 1
                score.numbers_hidden += whole
            if not whole:
                score.missed.append(f"{text[max(0, start - 30) : start]}[{text[start:end]}]{text[end : end + 20]}")
        named = any(kind == "N" for *_place, kind in spans)
        score.texts += named
        score.whole += named and all_hidden
        for start, end, kind in found:
            if kind not in ("name", "plate", "document"):
                continue  # a telephone or a date of birth is not marked
            score.stretches += 1
            right = any(start < other_end and other_start < end for other_start, other_end, _mark in spans)
            score.right += right
            if not right:
                score.wrong.append(f"{text[max(0, start - 30) : start]}[{text[start:end]}]{text[end : end + 20]}")
    return score


def _hidden_by_name(text: str, start: int, end: int, hidden: set[int]) -> bool:
    """Whether all capitalised words of a name are hidden; small ones (de, van) may stay."""
    words = list(re.finditer(r"[^\W\d_]+", text[start:end]))
    telling = [
        hit for hit in words if hit.group()[:1].isupper() or hit.group()[:1].lower() == hit.group()[:1].upper()
    ] or words
    return all(start + at in hidden for hit in telling for at in range(hit.start(), hit.end()))


def _rows(name: str) -> Iterator[dict[str, str]]:
    path = next((PROJECT / "codes").glob(f"{name}.csv*"))
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def columns() -> Iterator[tuple[str, About, list[str]]]:
    """Real names of places, makes and firms of the shipped files: (what, how a field means it, values)."""
    for name, about in (
        ("unlocode", "place"),
        ("subdivision", "place"),
        ("airport", "place"),
        ("airline", "firm"),
        ("species", "code"),
    ):
        yield name, about, sorted({row["en"] for row in _rows(name) if row["en"]})
    with gzip.open(PROJECT / "demo" / "us_cbp_weapons_fy22_25.csv.gz", "rt", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    yield (
        "demo, offices",
        "office",
        [value for row in rows for value in (row["Component"], row["Area of Responsibility"])],
    )
    yield "makes by hand", "brand", (PROJECT / "tests" / "data" / "not_people.txt").read_text().splitlines()


def say_narratives(chosen: list[str], *, wrong: bool) -> None:
    """Prints a line for each language and half."""
    print(f"{'':<16}{'names':>16}{'texts whole':>16}{'right':>16}{'plates, papers':>16}")
    for of, half in ((name, half) for name in SETS for half in halves(name)):
        print(f"{of}:")
        total = Score()
        for language in [one for one in chosen if one in languages(of)]:
            score = scored(narratives(language, half, of))
            total.add(score)
            print(_line(f"{language}, {half.replace('_', ' ')}", score))
            for text in score.missed if wrong else []:
                print(f"    missed  {text}")
            for text in score.wrong if wrong else []:
                print(f"    wrong   {text}")
        print(_line(f"all, {half.replace('_', ' ')}", total), flush=True)


def _line(name: str, score: Score) -> str:
    pairs = (("hidden", "names"), ("whole", "texts"), ("right", "stretches"), ("numbers_hidden", "numbers"))
    return f"{name:<16}" + "".join(
        f"{getattr(score, part):>6}/{getattr(score, whole):<4}{score.share(part, whole):>5.0%}" for part, whole in pairs
    )


def say_columns(*, wrong: bool) -> None:
    """Prints how many rows in 10,000 of real columns are touched, and how long a text takes."""
    for name, about, values in columns():
        start = time.perf_counter()
        touched = [value for value in values if find(value, about)]
        spent = (time.perf_counter() - start) / max(1, len(values))
        as_free = sum(bool(find(value)) for value in values)
        rate = 10_000 / max(1, len(values))
        print(
            f"{name:<16}{len(values):>8,} rows: as {about} {len(touched) * rate:.1f} in 10,000 touched, "
            f"as free text {as_free * rate:.1f}; {spent * 1e6:.0f} µs a text",
            flush=True,
        )
        for value in touched[:20] if wrong else []:
            print(f"    touched {value}")


def main() -> None:
    """Prints both."""
    parser = argparse.ArgumentParser()
    parser.add_argument("languages", nargs="*")
    parser.add_argument("--wrong", action="store_true", help="name what was missed and what was wrong")
    parser.add_argument("--no-columns", action="store_true")
    chosen = parser.parse_args()
    say_narratives(chosen.languages or languages(), wrong=chosen.wrong)
    if not chosen.no_columns:
        say_columns(wrong=chosen.wrong)


if __name__ == "__main__":
    main()
