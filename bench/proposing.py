"""How good the proposer of mappings is: shares of columns right, wrong and missing on rebuilt public layouts.

bench/proposing.py [--half tuning|held_out] [--told]

Reads `tests/intake/layouts/*.toml`: heads of agencies' files with invented rows, and what each head is here. The
halves `tuning` and `held_out` were written before the proposer, `fresh` after it. On its first run it had of
`held_out` 97.5 % right and 1.0 % wrong, of `fresh` 80.2 % right and 3.1 % wrong; words were added since, so that a
truer figure needs layouts that are not here.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import tomllib
from collections import Counter
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tidewaiter.site.settings")
if "TIDEWAITER_HOME" not in os.environ:
    os.environ["TIDEWAITER_HOME"] = tempfile.mkdtemp(prefix="tidewaiter-bench-")
sys.path.insert(0, str(PROJECT))

# the settings read the environment above, so what follows cannot stand at the top
import django  # noqa: E402

django.setup()

from tidewaiter.forms.queries import form_named, forms_in_use  # noqa: E402
from tidewaiter.intake.proposing import LINES, likely_forms, propose  # noqa: E402

LAYOUTS = PROJECT / "tests" / "intake" / "layouts"
HALVES = ("tuning", "held_out", "fresh")


def judged(columns: dict[str, str], proposed: dict[str, str]) -> dict[str, str]:
    """Each head's judgement: `right`, `wrong`, `missing`, or `passed over` where it is no field and none was given.

    `columns`: what a head is, `/` between what is as right, `-` where it is not read; `proposed`: the path given.
    """
    out: dict[str, str] = {}
    for head, right in columns.items():
        allowed, given = right.split("/"), proposed.get(head, "") or "-"
        if given in allowed:
            out[head] = "passed over" if given == "-" else "right"
        else:
            out[head] = "missing" if given == "-" else "wrong"
    return out


def tried(half: str, told: bool) -> Counter[str]:
    """The judgements of a half of the layouts, counted."""
    counts: Counter[str] = Counter()
    forms = forms_in_use()
    for path in sorted(LAYOUTS.glob("*.toml")):
        layout = tomllib.loads(path.read_text())
        if layout["half"] != half:
            continue
        heads, rows = list(layout["columns"]), layout["table"]["rows"]
        answer = propose(form_named(layout["form"]), heads, rows, country=layout.get("country", ""))
        given = ("quantity" if one.path == LINES else one.path for one in answer.columns)
        proposed = dict(zip(heads, given, strict=True))
        for head, judgement in judged(layout["columns"], proposed).items():
            counts[judgement] += 1
            if told and judgement in ("wrong", "missing"):
                print(f"{judgement:8} {path.stem}: «{head}» is {layout['columns'][head]}, got {proposed[head] or '-'}")
        guessed = likely_forms(forms, heads, rows)
        named = "right" if guessed == [layout["form"]] else "wrong"
        if not guessed or (len(guessed) > 1 and layout["form"] in guessed):
            named = "asked"
        counts[f"forms {named}"] += 1
        if told and guessed != [layout["form"]]:
            print(f"form     {path.stem}: {layout['form']}, got {guessed}")
    return counts


def main() -> None:
    """Prints both halves."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--half", choices=HALVES)
    parser.add_argument("--told", action="store_true", help="name each column that is wrong or missing")
    said = parser.parse_args()
    for half in (said.half,) if said.half else HALVES:
        began = time.perf_counter()
        counts = tried(half, said.told)
        fields = counts["right"] + counts["missing"] + counts["wrong"]
        print(
            f"{half}: {counts['right']} of {fields} right ({counts['right'] / fields:.1%}), {counts['wrong']} wrong "
            f"({counts['wrong'] / fields:.1%}), {counts['missing']} missing; forms: {counts['forms right']} right, "
            f"{counts['forms asked']} asked, {counts['forms wrong']} wrong; {time.perf_counter() - began:.1f} s"
        )


if __name__ == "__main__":
    main()
