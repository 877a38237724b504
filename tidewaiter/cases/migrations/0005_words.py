"""The index of words: FTS5 on SQLite, a `tsvector` on PostgreSQL. It fills itself by following the ledger."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def make(apps: Any, schema_editor: Any) -> None:
    """What is indexed is folded to ASCII words already, so both engines are told to leave it alone."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE TABLE cases_words (rowid bigint PRIMARY KEY, words tsvector NOT NULL)")
        schema_editor.execute("CREATE INDEX words_of_cases ON cases_words USING gin (words) WITH (fastupdate = off)")
    else:
        schema_editor.execute("CREATE VIRTUAL TABLE cases_words USING fts5(words, tokenize='ascii', columnsize=0)")


def drop(apps: Any, schema_editor: Any) -> None:
    """Takes it away."""
    schema_editor.execute("DROP TABLE cases_words")


class Migration(migrations.Migration):
    """Words of cases."""

    dependencies = (("cases", "0004_block"),)
    operations = (migrations.RunPython(make, drop),)
