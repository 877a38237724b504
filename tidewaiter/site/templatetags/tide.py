"""Tags of our templates: icons, names of codes, states, numbers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi, gettext, pgettext

from tidewaiter.cases.models import Case
from tidewaiter.cases.policy import allowed
from tidewaiter.codelists.queries import code_view
from tidewaiter.drawing.reports import joined_up
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.numbers import grouped
from tidewaiter.foundation.refusals import Missing
from tidewaiter.foundation.room_cards import rooms_of_node
from tidewaiter.jobs import queries
from tidewaiter.jobs.kinds import kind_of
from tidewaiter.jobs.models import Job
from tidewaiter.notices.models import Notice
from tidewaiter.people import policy
from tidewaiter.people.browsers import browser_family
from tidewaiter.people.called import office_called, person_called
from tidewaiter.site import labels as words_of
from tidewaiter.site.labels import CHANGES, OUTCOMES, PROPOSALS, ROLES
from tidewaiter.site.links import Target, names_of, target_of

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=512)  # a page draws fifty of some twenty; the sprite's address does not change while the node runs
def icon(name: str, css: str = "") -> SafeString:
    """An icon of the sprite; words stand beside it, so it is hidden from screen readers."""
    return format_html(
        '<svg class="ti {}" aria-hidden="true"><use href="{}#{}"></use></svg>', css, static("icons.svg"), name
    )


@register.filter
def named(code: str, list_name: str) -> str:
    """The name of a code in the reader's language."""
    if not code:
        return ""
    view = code_view(list_name, str(code))
    return view.spoken(get_language() or "en") if view else str(code)


@register.filter
def unit(code: str) -> str:
    """The symbol of a unit, else its name; pieces are said short."""
    if not code:
        return ""
    if code == "H87":
        return pgettext("unit", "pcs")
    view = code_view("unit", code)
    return str(view.data.get("symbol") or view.label(get_language() or "en")) if view else code


@register.filter
def commodity(code: str) -> str:
    """The name of a form."""
    view = code_view("commodity", code)
    if view:
        return view.label(get_language() or "en")
    try:
        return form_named(code).title(get_language() or "en")
    except Missing:
        return code


@register.filter
def goods(case: Case) -> str:
    """The goods of a case in a few words."""
    try:
        list_name = form_named(case.form, case.form_version).definition.list_of_subtypes
    except Missing:
        list_name = ""
    words = named(case.main_subtype, list_name) if case.main_subtype else gettext("No goods")
    return f"{words} +{case.lines_count - 1}" if case.lines_count > 1 else words


@register.filter
def amount(number: Any) -> str:
    """A quantity with the reader's separators and no needless zeros."""
    return "" if number in (None, "") else _amount(str(number), get_language())


@lru_cache(maxsize=8192)  # a page of lists says some hundred, most of them small
def _amount(number: str, _lang: str | None) -> str:
    return grouped(number)


@register.filter
def whole(number: Any) -> str:
    """A large amount without its fraction; a dash where there is none."""
    return "–" if number is None or number != number else amount(str(round(number)))


@register.filter
def short(text: Any, most: int) -> str:
    """A text of at most so many signs; the last of a longer one is «…»."""
    said = str(text)
    return said if len(said) <= most else f"{said[: most - 1]}…"


@register.filter
def signed(number: float) -> str:
    """A change with its sign, as the reader writes numbers; the minus is a real one."""
    said = amount(abs(number))
    return said if number == 0 else f"{'+' if number > 0 else '−'}{said}"


@register.simple_tag
def svg(drawing: SafeString, ink: SafeString) -> SafeString:
    """A drawing for paper, with its colours inside: a printer's style does not reach into pictures."""
    head, _mark, rest = drawing.partition(">")
    inked = mark_safe(f"{head}>{ink}{rest}")  # noqa: S308 -- both are ours
    return joined_up(inked) if get_language_bidi() else inked


@register.filter
def power_of_ten(power: int) -> str:
    """«1,000» of 3, as the reader writes numbers."""
    return amount(Decimal(10) ** power)


@register.filter
def prose(text: str) -> SafeString:
    """Paragraphs, `## ` headings and `- ` lists as HTML; everything people wrote is escaped."""
    made = []
    for block in text.replace("\r\n", "\n").strip().split("\n\n"):
        lines = [line.strip() for line in block.strip().split("\n") if line.strip()]
        if not lines:
            continue
        if lines[0].startswith("## "):
            made.append(format_html("<h2>{}</h2>", lines.pop(0)[3:]))
        if lines and all(line.startswith("- ") for line in lines):
            made.append(
                format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((line[2:],) for line in lines)))
            )
        elif lines:
            made.append(
                format_html("<p>{}</p>", format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines)))
            )
    return mark_safe("".join(made))  # noqa: S308 -- every word went through format_html


@register.filter
def audience_word(audience: str) -> str:
    """The word for whom an item of the library is for."""
    words = {
        "country": gettext("My administration"),
        "region": gettext("The region"),
        "members": gettext("All members, not partners"),
        "partners": gettext("All members and partner organisations"),
        "partner": gettext("All members and one partner organisation"),
    }
    return words.get(audience, audience)


@register.filter
def day(moment: date | None, precision: str = "day") -> str:
    """A date as precise as it is known."""
    if moment is None:
        return ""
    return moment.isoformat()[: {"year": 4, "month": 7}.get(precision, 10)]


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], deed: str, case: Case) -> bool:
    """Whether the reader may do the deed, derived from the policy."""
    return allowed(deed, case, context["request"].user)


@register.filter
def state_word(status: str) -> str:
    """The word for a state."""
    return words_of.state_word(status)


@register.simple_tag
def state_chip(case: Case) -> SafeString:
    """The chip of a case's state."""
    sign = {"returned": "arrow-back-up", "withdrawn": "ban"}.get(case.status)
    return format_html(
        '<span class="st {}">{}<span>{}</span></span>', case.status, icon(sign) if sign else "", state_word(case.status)
    )


@register.simple_tag
def worst_sign(case: Case) -> SafeString:
    """The sign of a case's gravest finding and how many there are."""
    sign = {"stop": "alert-octagon", "warn": "alert-triangle", "note": "info-circle"}.get(case.worst)
    if sign is None:
        return format_html('<span class="quiet">{}</span>', "–")
    return format_html('<span class="sev {}">{}{}</span>', case.worst, icon(sign), case.findings_count)


@register.simple_tag(takes_context=True)
def panels(context: dict[str, Any], place: str, thing: Any = None) -> SafeString:
    """What other rooms show at a place of a page, about its thing (the panels of their cards)."""
    shown = [panel(context["request"], thing) for room in rooms_of_node() for panel in room.panels.get(place, ())]
    return mark_safe("".join(shown))  # noqa: S308 -- each panel is a rendered template


@register.filter
def job_word(state: str) -> str:
    """The word for the state of work."""
    words = {
        "queued": pgettext("work", "Waiting"),
        "running": pgettext("work", "Being done"),
        "done": pgettext("work", "Done"),
        "failed": pgettext("work", "Stopped"),
        "cancelled": pgettext("work", "Cancelled"),
    }
    return words.get(state, state)


@register.filter
def job_page(job: Job) -> str:
    """The address of what a piece of work is about; its own page where it is about a file that it makes."""
    kind = kind_of(job)
    return kind.page % job.subject if kind and kind.page else reverse("job_page", args=[job.ref])


@register.filter
def stored_word(kind: str) -> str:
    """The word for a kind of thing that takes space."""
    return str(words_of.stored().get(kind, kind))


@register.simple_tag
def place_of(job: Job | None) -> int | None:
    """How many jobs come before one that waits."""
    return queries.place_of(job) if job is not None else None


@register.filter
def lasting(seconds: int) -> str:
    """How long something took: 0:42, 12:05, 1:02:11."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def person(username: str) -> str:
    """Who did something: the name, and whose officer it is."""
    return person_called(username)


@register.filter
def office(administration: str) -> str:
    """Whose officers somebody is: the country, or the body that is no country."""
    return office_called(administration)


@register.simple_tag(takes_context=True)
def called(context: dict[str, Any], notices: Iterable[Notice]) -> dict[str, str]:
    """What the things of notices are called, by ref, as the reader may know them."""
    return names_of(list(notices), context["request"].user)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """A value of a mapping by a key that is known only in the template."""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""


@register.filter
def role_word(role: str) -> str:
    """The word for a role."""
    return str(ROLES.get(role, role))


@register.filter
def deed_word(deed: str) -> str:
    """The word for a deed of the ledger."""
    return str(words_of.deeds().get(deed, deed))


@register.simple_tag
def all_deeds() -> list[tuple[str, list[tuple[str, str]]]]:
    """The deeds that stand in the ledger, by room, as a person looks for them."""
    return words_of.deeds_by_room()


@register.filter
def target(notice: Notice) -> Target | None:
    """Where a notice leads; nothing where it leads nowhere."""
    return target_of(notice)


@register.filter
def scheduled_word(deed: str) -> str:
    """The word for what is done by the clock."""
    return str(words_of.scheduled().get(deed, deed))


@register.filter
def language_word(code: str) -> str:
    """A language's own name."""
    return dict(settings.LANGUAGES).get(code, code)


@register.filter
def weekday_word(weekday: int) -> str:
    """The day of the week; Monday is 0."""
    return str(WEEKDAYS[weekday])


@register.filter
def moment(stamp: str) -> str:
    """A moment of the ledger (UTC) as the reader writes it."""
    return date_format(datetime.fromisoformat(stamp), "SHORT_DATETIME_FORMAT")


@register.filter
def local_moment(at: datetime, zone: str) -> str:
    """A moment in a zone: weekday, day and hour."""
    local = at.astimezone(ZoneInfo(zone) if zone != "UTC" else UTC)
    return f"{date_format(local, 'D')} {date_format(local, 'SHORT_DATE_FORMAT')} {local:%H:%M}"


@register.filter
def outcome_word(outcome: str) -> str:
    """What became of a try to sign in, in words."""
    return str(OUTCOMES.get(outcome, outcome))


@register.filter
def proposal_word(code: str) -> str:
    """What waits for another steward, or what became of it, in words."""
    return str(PROPOSALS.get(code, code))


@register.filter
def told(value: Any) -> str:
    """One word, or several."""
    return ", ".join(map(str, value)) or "–" if isinstance(value, list) else str(value)


@register.filter
def manages_people(actor: Actor) -> bool:
    """Whether the person looks after accounts."""
    return policy.may_manage_people(actor)


@register.filter
def reads_library_alone(actor: Actor) -> bool:
    """Whether the reader is a partner or an expert and nothing else."""
    return policy.reads_library_alone(actor)


@register.filter
def is_steward(actor: Actor) -> bool:
    """Whether steward's pages are open to the reader."""
    return policy.is_steward(actor)


@register.filter
def change_word(kind: str) -> str:
    """The word for a kind of change in a form."""
    return str(CHANGES.get(kind, kind))


@register.filter
def browser_word(agent: str) -> str:
    """A browser and its system in two words, from what is kept of what it said of itself."""
    return browser_family(agent)
