"""What fields and values of an item are called, for people: never a path; a code only where people write it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tidewaiter.codelists.queries import code_view
from tidewaiter.forms.columns import normal_path
from tidewaiter.forms.compiled_form import Form


def field_called(form: Form | None, path: str, lang: str) -> tuple[str, str]:
    """What a field is called on the form, and the code list that its value is of."""
    bare = path.split(".", 2)[2] if path.startswith("lines.") and path.count(".") > 1 else path
    column = form.by_path.get(normal_path(bare)[1]) if form else None
    title = column.title(lang) if column is not None else path
    if bare != path:
        title = _("%(field)s, line %(n)s") % {"field": title, "n": path.split(".")[1]}
    return title, "unlocode" if column is not None and column.type == "place" else column.list if column else ""


def value_called(text: str, of: str, lang: str) -> dict[str, str]:
    """A value with its name, and the code where people write it too."""
    view = code_view(of, text) if of and text else None
    shown = text if view is not None and of == "unlocode" else ""  # people write places by their codes, too
    return {"text": view.label(lang) if view is not None else text, "code": shown}
