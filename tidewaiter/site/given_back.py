"""A form whose deed was refused comes back in its page: the reason at the field, what was typed kept.

The page that was before the reader is made anew and the form in it that was posted is filled in; so every form of the
house that says no does it alike, and no page has to know how. Files and passwords are to be given again.
"""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import Resolver404, resolve
from django.utils.datastructures import MultiValueDict

from tidewaiter.foundation.refusals import Refusal

MOST = 400_000
"""Signs of a page that is filled in, and of what was typed."""
_KEPT = frozenset({"hidden", "submit", "button", "image", "reset", "file", "password"})
_TICKED = frozenset({"checkbox", "radio"})
_SAID = "refusal-said"


def given_back(request: HttpRequest, refusal: Refusal, status: int) -> HttpResponse | None:
    """The page from which a form was sent, with what was typed and why it was refused; nothing where there is none."""
    if request.method != "POST" or request.headers.get("HX-Request") or not request.accepts("text/html"):
        return None
    page = _page_before(request)
    if page is None:
        return None
    text = page.content.decode()
    if len(text) > MOST or sum(map(len, request.POST.values())) > MOST:
        return None
    filled = fill(text, request.get_full_path(), page_address(request), request.POST, refusal)
    if filled is None:
        return None
    page.content = filled.encode()
    page.status_code = status
    return page


def page_address(request: HttpRequest) -> str:
    """Path and query of the page of this node that the reader came from; nothing where they came from elsewhere."""
    came = urlsplit(request.headers.get("Referer", ""))
    if came.scheme != request.scheme or came.netloc != request.get_host():
        return ""
    return f"{came.path}?{came.query}" if came.query else came.path


def _page_before(request: HttpRequest) -> HttpResponse | None:
    address = page_address(request)
    path, _mark, query = address.partition("?")
    try:
        found = resolve(path) if path else None
    except Resolver404:
        return None
    if found is None:
        return None
    looked = copy.copy(request)
    looked.method, looked.path, looked.path_info, looked.resolver_match = "GET", path, path, found
    looked.META = {**request.META, "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query}
    looked.GET, looked.POST = QueryDict(query), QueryDict()
    looked.__dict__["_files"] = MultiValueDict()  # of a request that is looked at again no file is read
    try:
        page = found.func(looked, *found.args, **found.kwargs)
    except (Refusal, Http404):
        return None
    html = page.status_code == 200 and page.get("Content-Type", "").startswith("text/html")
    return page if html and not page.streaming else None


@dataclass(slots=True)
class _Tag:
    """A control of a form: where its tag stands, what it says."""

    name: str
    kind: str
    start: int
    end: int
    said: dict[str, str | None]
    close: int = 0
    """Where its end tag ends; of one that has none, where it ends itself."""
    inner: int = 0
    """Where its end tag begins."""
    options: list[_Tag] = field(default_factory=list)

    @property
    def seen(self) -> bool:
        """Whether the reader types in it or chooses."""
        return self.kind not in _KEPT and "disabled" not in self.said and "readonly" not in self.said


@dataclass(slots=True)
class _Form:
    """A form of a page, its controls, and the folded parts it lies in."""

    action: str
    inside: int
    folded: list[_Tag]
    tags: list[_Tag] = field(default_factory=list)


class _Forms(HTMLParser):
    """Finds the forms that are posted, and where everything of them stands in the text."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.forms: list[_Form] = []
        self._lines = [0]
        for line in text.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self._form: _Form | None = None
        self._folded: list[_Tag] = []
        self._open: _Tag | None = None
        self.feed(text)
        self.close()

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A form begins, or something in one."""
        said, start = dict(attrs), self._at()
        end = start + len(self.get_starttag_text() or "")
        made = _Tag(said.get("name") or "", tag, start, end, said, close=end, inner=end)
        if tag == "details":
            self._folded.append(made)
        elif tag == "form" and (said.get("method") or "").lower() == "post":
            self._form = _Form(said.get("action") or "", end, list(self._folded))
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(tag, made)

    def _control(self, tag: str, made: _Tag) -> None:
        if tag == "option" and self._open is not None:
            self._open.options.append(made)
        elif tag in ("input", "textarea", "select") and self._form is not None:
            made.kind = (made.said.get("type") or "text").lower() if tag == "input" else tag
            self._form.tags.append(made)
            self._open = None if tag == "input" else made

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """As one that is not closed by itself."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """A form ends, or something in one."""
        if tag == "details" and self._folded:
            self._folded.pop()
        elif tag == "form":
            self._form = None
        elif tag in ("textarea", "select") and self._open is not None:
            self._open.inner = self._at()
            self._open.close = self._open.inner + len(f"</{tag}>")
            self._open = None


def fill(text: str, posted_to: str, page: str, posted: QueryDict, refusal: Refusal) -> str | None:
    """The page's text with the form filled in that was posted there; nothing where it has no such form."""
    forms = [form for form in _Forms(text).forms if urljoin(page, form.action or page) == posted_to]
    if not forms:
        return None
    form = max(forms, key=lambda one: _likeness(one, posted))
    edits = _filled(form, posted)
    wrong = next((tag for tag in form.tags if tag.seen and tag.name == refusal.code), None)
    first = wrong or next((tag for tag in form.tags if tag.seen), None)
    if wrong is not None:
        said = f'<div class="tw-says bad" id="{_SAID}" role="alert">{escape(refusal.sentence)}</div>'
        edits.append((wrong.close, wrong.close, said))
    else:
        said = (
            f'<div class="tw-callout stop gap-b8" id="{_SAID}" role="alert"><div>{escape(refusal.sentence)}</div></div>'
        )
        edits.append((form.inside, form.inside, said))
    edits += [(tag.start, tag.end, _written("details", {**tag.said, "open": None})) for tag in form.folded]
    if first is not None:
        edits = [edit for edit in edits if edit[:2] != (first.start, first.end)]
        edits.append((first.start, first.end, _marked(first, posted, form, is_wrong=wrong is not None)))
    for start, end, put in sorted(edits, reverse=True):
        text = text[:start] + put + text[end:]
    return text


def _likeness(form: _Form, posted: QueryDict) -> int:
    """How many of the form's own values were posted: two forms with one address differ in what they carry."""
    hidden = [tag for tag in form.tags if tag.kind == "hidden" and tag.name != "csrfmiddlewaretoken"]
    return sum(1 if tag.said.get("value") in posted.getlist(tag.name) else -1 for tag in hidden)


def _typed(form: _Form, posted: QueryDict) -> list[tuple[_Tag, str | None]]:
    """Each control with what was typed in it: the third of a name has the third value."""
    number: Counter[str] = Counter()
    found: list[tuple[_Tag, str | None]] = []
    for tag in form.tags:
        values = posted.getlist(tag.name)
        value = values[number[tag.name]] if number[tag.name] < len(values) else None
        if tag.kind not in _TICKED and "disabled" not in tag.said:
            number[tag.name] += 1
        found.append((tag, value))
    return found


def _filled(form: _Form, posted: QueryDict) -> list[tuple[int, int, str]]:
    edits: list[tuple[int, int, str]] = []
    for tag, value in _typed(form, posted):
        if not tag.seen or not tag.name:
            continue
        if tag.kind == "textarea" and value is not None:
            edits.append((tag.end, tag.inner, escape(value)))
        elif tag.kind == "select":
            chosen = posted.getlist(tag.name) if "multiple" in tag.said else [value]
            edits += [
                (one.start, one.end, _written("option", _switched(one, "selected", one.said.get("value") in chosen)))
                for one in tag.options
                if "value" in one.said
            ]
        elif tag.kind != "textarea":
            edits.append((tag.start, tag.end, _written("input", _with_value(tag, value, posted))))
    return edits


def _with_value(tag: _Tag, value: str | None, posted: QueryDict) -> dict[str, str | None]:
    if tag.kind in _TICKED:
        return _switched(tag, "checked", (tag.said.get("value") or "on") in posted.getlist(tag.name))
    return tag.said if value is None else {**tag.said, "value": value}


def _switched(tag: _Tag, name: str, on: bool) -> dict[str, str | None]:
    rest = {key: value for key, value in tag.said.items() if key != name}
    return {**rest, name: None} if on else rest


def _marked(tag: _Tag, posted: QueryDict, form: _Form, *, is_wrong: bool) -> str:
    """The control that is to be mended: the reader stands in it, and hears why."""
    element = tag.kind if tag.kind in ("textarea", "select") else "input"
    value = next(typed for one, typed in _typed(form, posted) if one is tag)
    said = _with_value(tag, value, posted) if element == "input" and tag.name else dict(tag.said)
    marks: dict[str, str | None] = {"autofocus": None, "aria-describedby": _SAID}
    if is_wrong:
        marks |= {"aria-invalid": "true", "class": f"{said.get('class') or ''} is-invalid".strip()}
    return _written(element, {**said, **marks})


def _written(element: str, said: dict[str, str | None]) -> str:
    parts = [name if value is None else f'{name}="{escape(value)}"' for name, value in said.items()]
    return f"<{' '.join([element, *parts])}>"
