"""What refuses every change and removal of an event, in the database itself: for migrations, and after a table was made
anew (SQLite drops triggers with the table).
"""

from __future__ import annotations

from typing import Any

TABLE = "evidence_event"
_SQLITE = (
    f"CREATE TRIGGER IF NOT EXISTS {TABLE}_unchanged BEFORE UPDATE ON {TABLE} "
    "BEGIN SELECT RAISE(ABORT, 'an event of custody is never changed'); END",
    f"CREATE TRIGGER IF NOT EXISTS {TABLE}_kept BEFORE DELETE ON {TABLE} "
    "BEGIN SELECT RAISE(ABORT, 'an event of custody is never removed'); END",
)
_POSTGRES = (
    f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger AS $$ "
    "BEGIN RAISE EXCEPTION 'an event of custody is never changed or removed'; END $$ LANGUAGE plpgsql",
    f"CREATE OR REPLACE TRIGGER {TABLE}_unchanged BEFORE UPDATE OR DELETE ON {TABLE} "
    f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()",
    f"CREATE OR REPLACE TRIGGER {TABLE}_kept BEFORE TRUNCATE ON {TABLE} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()",
)
_UNDONE = {
    "sqlite": (f"DROP TRIGGER IF EXISTS {TABLE}_unchanged", f"DROP TRIGGER IF EXISTS {TABLE}_kept"),
    "postgresql": (
        f"DROP TRIGGER IF EXISTS {TABLE}_unchanged ON {TABLE}",
        f"DROP TRIGGER IF EXISTS {TABLE}_kept ON {TABLE}",
    ),
}


def protect(_apps: Any, schema_editor: Any) -> None:
    """Puts the triggers on the table of events."""
    for statement in _POSTGRES if schema_editor.connection.vendor == "postgresql" else _SQLITE:
        schema_editor.execute(statement, params=None)


def unprotect(_apps: Any, schema_editor: Any) -> None:
    """Takes them off: before the table is made anew, or the migration undone."""
    for statement in _UNDONE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)
