"""What a web process reads before it takes its first request.

Without it the first persons of a morning all wait, while each of their requests reads the same lists.
"""

from __future__ import annotations

from contextlib import suppress

from django.db import DatabaseError, connection
from django.urls import reverse

from tidewaiter.cases import search_index
from tidewaiter.codelists.queries import BIG, list_view
from tidewaiter.forms.queries import forms_in_use
from tidewaiter.site.readiness import migrations_here


def warm() -> None:
    """Reads forms, lists, names and addresses into memory; a node that is not set up yet is left alone."""
    reverse("case_list")
    migrations_here()
    with suppress(DatabaseError):
        for name in {column.list for form in forms_in_use() for column in form.columns if column.list} - BIG:
            list_view(name)
        search_index.warm()
    connection.close()
