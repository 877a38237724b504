"""Every case whose administration gave no reference gets a short one (KE/2026/0017); the index of words learns it."""

from __future__ import annotations

from typing import Any

from django.db import migrations

_NUMBERED = """
UPDATE cases_case SET given_ref = numbered.name
FROM (
  SELECT ref, administration || '/' || year || '/' ||
    CASE WHEN number < 10000 THEN substr('000' || number, -4, 4) ELSE CAST(number AS text) END AS name
  FROM (
    SELECT ref, administration, year, row_number() OVER (PARTITION BY administration, year ORDER BY ref) AS number
    FROM cases_case WHERE latest AND (national_ref LIKE 'AUTO-%' OR national_ref LIKE 'RC-01%')
  ) AS counted
) AS numbered
WHERE cases_case.ref = numbered.ref
"""
_COUNTED = """
INSERT INTO cases_series (administration, year, last)
SELECT administration, year, count(*) FROM cases_case
WHERE latest AND given_ref <> '' GROUP BY administration, year
"""


def number_cases(apps: Any, schema_editor: Any) -> None:
    """In the order in which they came; one statement, however many there are."""
    numbered = _NUMBERED
    if schema_editor.connection.vendor == "postgresql":
        numbered = numbered.replace("substr('000' || number, -4, 4)", "lpad(CAST(number AS text), 4, '0')")
    schema_editor.execute(numbered, None)
    schema_editor.execute(_COUNTED, None)


def begin_anew(apps: Any, schema_editor: Any) -> None:
    """Empties the index where cases were named, and sends its follower back; the clock fills it, `rebuild_search` at
    once.
    """
    if not apps.get_model("cases", "Case").objects.exclude(given_ref="").exists():
        return
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("TRUNCATE cases_words")
    else:  # to empty a full-text table takes as long as to fill it
        schema_editor.execute("DROP TABLE cases_words")
        schema_editor.execute("CREATE VIRTUAL TABLE cases_words USING fts5(words, tokenize='ascii', columnsize=0)")
    apps.get_model("ledger", "Cursor").objects.filter(name="words").delete()


class Migration(migrations.Migration):
    """Cases named."""

    dependencies = (("cases", "0014_given_ref"), ("ledger", "0002_find_by_person_and_day"))
    operations = (
        migrations.RunPython(number_cases, migrations.RunPython.noop),
        migrations.RunPython(begin_anew, migrations.RunPython.noop),
    )
