"""A node grown to a million cases by copying rows in SQL."""

from __future__ import annotations

from django.db import connection, transaction

from tidewaiter.cases.models import Case, Line
from tidewaiter.forms.queries import forms_in_use

COUNTRIES = [
    "KE",
    "TZ",
    "UG",
    "CL",
    "US",
    "KR",
    "FR",
    "DE",
    "BR",
    "IN",
    "CN",
    "ZA",
    "NG",
    "EG",
    "PE",
    "MX",
    "ES",
    "IT",
    "GB",
    "JP",
]


def multiply(cases: int) -> None:
    """Grows the node to `cases` validated cases of twenty countries, by copying rows in SQL."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT max(id), count(*) FROM cases_case")
        top, here = cursor.fetchone()
        columns = [field.column for field in Case._meta.concrete_fields if field.column != "id"]
        line_columns = [field.column for field in Line._meta.concrete_fields if field.column not in ("id", "case_id")]
        versions = {form.code: form.version for form in forms_in_use()}
        cursor.execute("UPDATE cases_case SET status = 'validated', counted = true")
        earlier = "date - {n}" if connection.vendor == "postgresql" else "date(date, '-{n} days')"
        copy = 0
        while here < cases:
            copy += 1
            country = COUNTRIES[copy % len(COUNTRIES)]
            form = ("WPN", "DRG", "CIT")[copy % 3]
            changes = {
                "ref": f"ref || '-{copy}'",
                "form_version": str(versions[form]),
                "national_ref": f"national_ref || '-{copy}'",
                "administration": f"'{country}'",
                "country": f"'{country}'",
                "region": f"'R{copy % 7}'",
                "form": f"'{form}'",
                "date": earlier.format(n=copy),
            }
            take = min(cases - here, top)
            selected = ", ".join(changes.get(name, name) for name in columns)
            cursor.execute(
                f"INSERT INTO cases_case (id, {', '.join(columns)}) SELECT id + {top * copy}, {selected} FROM"
                f" cases_case WHERE id <= {take}"
            )
            cursor.execute(
                f"INSERT INTO cases_line (case_id, {', '.join(line_columns)}) SELECT case_id + {top * copy},"
                f" {', '.join(line_columns)} FROM cases_line WHERE case_id <= {take}"
            )
            here += take
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
