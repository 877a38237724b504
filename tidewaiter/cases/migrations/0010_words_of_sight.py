"""The index of words holds by which marks a version is seen: it begins anew and fills itself by following the ledger."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def begin_anew(apps: Any, schema_editor: Any) -> None:
    """Empties the index and sends its follower back to the first entry; the clock fills it, `rebuild_search` at once."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("TRUNCATE cases_words")
    else:  # to empty a full-text table takes as long as to fill it
        schema_editor.execute("DROP TABLE cases_words")
        schema_editor.execute("CREATE VIRTUAL TABLE cases_words USING fts5(words, tokenize='ascii', columnsize=0)")
    apps.get_model("ledger", "Cursor").objects.filter(name="words").delete()


class Migration(migrations.Migration):
    """Words of sight."""

    dependencies = (("cases", "0009_waiting_grave"), ("ledger", "0002_find_by_person_and_day"))
    operations = (migrations.RunPython(begin_anew, migrations.RunPython.noop),)
