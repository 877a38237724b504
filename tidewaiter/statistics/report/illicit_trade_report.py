"""The Illicit Trade Report: eight sections of figures, charts, maps and tables from a frozen data set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from tidewaiter.cases.policy import INT
from tidewaiter.drawing import charts, maps, reports
from tidewaiter.drawing.printing import Report as Hears
from tidewaiter.drawing.reports import Chapter, paragraphs
from tidewaiter.forms.queries import commodities_until
from tidewaiter.people.models import Administration
from tidewaiter.statistics.conversion import ConvertedAmount, in_common
from tidewaiter.statistics.dashboard.figures import Figures, chosen, figures, rows_by
from tidewaiter.statistics.dashboard.route_legs import Legs, edges
from tidewaiter.statistics.dashboard.scope import Scope
from tidewaiter.statistics.disclosure.disclosure_control import hidden
from tidewaiter.statistics.disclosure.public_editions import earlier_editions, marked
from tidewaiter.statistics.disclosure.thresholds import Behind, changed_by_few, sensitive, together, too_few
from tidewaiter.statistics.labels import TITLES, unit_word, value_word, words_of_goods
from tidewaiter.statistics.models import Report, Snapshot
from tidewaiter.statistics.presenters import (
    bands_shown,
    drawable,
    left_out_words,
    month_chart,
    period_words,
    unknown_ends,
)
from tidewaiter.statistics.report.data_set import factors, lists
from tidewaiter.statistics.report.frozen_data import file_of
from tidewaiter.statistics.report.medicines import FORM as MEDICAL
from tidewaiter.statistics.report.medicines import medicines
from tidewaiter.statistics.report.stories import stories
from tidewaiter.statistics.report.strategy import strategy
from tidewaiter.statistics.tables.cross_tables import Cell, Table, table
from tidewaiter.statistics.tables.grouping import rows_of
from tidewaiter.vault.actions import path_of

TOP = 10
FLOWS = 40
FEW = 30


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter and the commodities in it."""

    name: str
    title: Promise
    forms: tuple[str, ...]


SECTIONS = (
    Section("drugs", gettext_lazy("Drugs"), ("DRG", "NPS", "PRE")),
    Section("environment", gettext_lazy("Environment"), ("CIT", "HAZ")),
    Section("heritage", gettext_lazy("Cultural heritage"), ("CUL",)),
    Section("money", gettext_lazy("Money laundering and terrorist financing"), ("CUR",)),
    Section("property", gettext_lazy("Intellectual property"), ("IPR",)),
    Section("health", gettext_lazy("Health and safety"), ("MED",)),
    Section("revenue", gettext_lazy("Revenue"), ("TOB", "ALC", "OXC")),
    Section("security", gettext_lazy("Security"), ("WPN", "NUC", "STG")),
    Section("other", gettext_lazy("Electronic crime and other"), ("ECR", "OTH")),
)
"""The seven of the edition of 2022 (DOMAIN.md §1.5), security of the editions before, and the rest: the last takes in
what no other names, so that a new commodity needs no line here.
"""
_TABLES = ("region", "direction", "mode", "detection", "location_type", "concealment")
STRATEGY = ("known", "others", "next")
"""What is written about the strategy, beside what the figures say to it."""
WRITTEN = ("foreword", *(section.name for section in SECTIONS), "success", *STRATEGY, "caveats")
"""Where an editor may write."""


def sections_of(snapshot: Snapshot) -> tuple[Section, ...]:
    """The chapters with every commodity that this node had a form for when the data set was frozen."""
    named = {code for section in SECTIONS for code in section.forms}
    *chapters, rest = SECTIONS
    others = tuple(code for code in commodities_until(snapshot.frozen_at) if code not in named)
    return (*chapters, Section(rest.name, rest.title, rest.forms + others))


def scope_of_year(snapshot: Snapshot, section: Section | None = None) -> Scope:
    """The whole period of a frozen data set, of one chapter's commodities."""
    return Scope(snapshot.since, snapshot.until, {"commodity": section.forms} if section else {})


def composed(snapshot: Snapshot, lang: str, written: Report | None = None) -> dict[str, Any]:
    """Everything the report says, in one language, from the frozen file alone (and the words of the lists)."""
    path, public = file_of(snapshot), snapshot.audience == "public"
    chapters = sections_of(snapshot)
    with override(lang):
        goods = words_of_goods(lang)
        whole = figures(scope_of_year(snapshot), None, files=path, tables=("commodities", "countries"))
        texts = written.texts if written else {}
        found, earlier, former, hide = _counted(snapshot, chapters)
        sections = [
            _section(
                snapshot,
                one,
                figure,
                hide[at][0],
                lang,
                goods,
                texts.get(one.name, ""),
                [(edition, rows[at]) for edition, rows in zip(earlier, former, strict=True)],
            )
            for at, (one, figure) in enumerate(zip(chapters, found, strict=True))
        ]
        restated = None if public else _restated(snapshot, chapters, sections)
        kept = written.studies if written else {}
        for one in sections:
            one["studies"] = stories(kept.get(one["name"], []), lang)
        silent = _silent(len(whole.coverage.reporters))
        with chosen(scope_of_year(snapshot), None, path) as connection:
            legs = edges(connection)
        return _titled(snapshot, written) | {
            "snapshot": snapshot,
            "lang": lang,
            "public": public,
            "whole": whole,
            "reporters": len(whole.coverage.reporters),
            **silent,
            "seldom": len(whole.coverage.seldom),
            "same": whole.coverage.same,
            "both": whole.coverage.both,
            "sections": sections,
            "silent_sections": [one for one in sections if not one.get("tables")],
            "foreword": paragraphs(texts.get("foreword", "")),
            "caveats": paragraphs(texts.get("caveats", "")),
            **_towards(whole, sections, legs, lang, public, silent["silent"]),
            "success": paragraphs(texts.get("success", "")),
            "stories": stories(kept.get("success", []), lang),
            "thoughts": {name: paragraphs(texts.get(name, "")) for name in STRATEGY},
            "hide_totals": hide[-1][0],
            "restated": restated,
            "factors": factors(lang),
            "lists": lists(snapshot),
        }


type _Counted = tuple[list[Figures], list[Snapshot], list[list[Figures]], list[list[bool]]]


def _counted(snapshot: Snapshot, chapters: Sequence[Section]) -> _Counted:
    """The figures of the chapters, the earlier public editions with theirs, and which chapters must be hidden."""
    public = snapshot.audience == "public"
    found = [
        figures(scope_of_year(snapshot, one), None, files=file_of(snapshot), tables=("countries",), goods=True)
        for one in chapters
    ]
    # a hidden chapter must not follow from the total and the others
    earlier = earlier_editions(snapshot) if public else []
    former = [
        [figures(scope_of_year(edition, one), None, files=file_of(edition), tables=(), goods=True) for one in chapters]
        for edition in earlier
    ]
    also = marked([one.coverage.behind for one in found], [[one.coverage.behind for one in rows] for rows in former])
    hide = hidden([[one.coverage.behind] for one in found], also) if public else [[False]] * (len(chapters) + 1)
    return found, earlier, former, hide


def _towards(
    whole: Figures, sections: list[dict[str, Any]], legs: Legs, lang: str, public: bool, silent: int
) -> dict[str, Any]:
    """What members read of all chapters together: the map, and what the figures say to a strategy."""
    if public:
        return {"strategy": None, "whole_map": None}
    shown = drawable(legs.legs, FLOWS)
    return {
        "strategy": strategy(whole, sections, legs, lang, silent),
        "whole_map": _map(whole, shown, lang, public),
        "whole_left_out": left_out_words(legs.drawn(shown)),
    }


def _silent(reporters: int) -> dict[str, int]:
    """How many administrations could have reported, and how many did not."""
    could = Administration.objects.exclude(code=INT).count()
    return {"could": max(could, reporters), "silent": max(0, could - reporters)}


def _titled(snapshot: Snapshot, written: Report | None) -> dict[str, str]:
    """The title that the authors gave, else one of the period; the period, and the one it is held against."""
    scope = scope_of_year(snapshot)
    period = period_words(scope)
    title = written.title if written else ""
    return {
        "title": title or _("Illicit Trade Report %(period)s") % {"period": period},
        "period": period,
        "against": period_words(scope.before),
    }


def _restated(snapshot: Snapshot, chapters: Sequence[Section], sections: list[dict[str, Any]]) -> Snapshot | None:
    """Marks in each chapter what the edition of the period before said, where today's count of that period is another.

    Gives that edition, the latest that was frozen before this one; nothing where there is none or nothing differs.
    """
    before = scope_of_year(snapshot).before
    former = (
        Snapshot.objects.filter(
            since=before.since, until=before.until, audience="members", frozen_at__lt=snapshot.frozen_at
        )
        .order_by("-frozen_at")
        .first()
    )
    if former is None or not path_of(former.file).exists():
        return None
    with chosen(scope_of_year(former), None, file_of(former)) as connection:
        said = {row.keys[0]: row.cases.now for row in rows_by(connection, ("commodity",))}
    for section, one in zip(chapters, sections, strict=True):
        number = sum(said.get(code, 0) for code in section.forms)
        if number != one["found"].cases.was:
            one["restated"] = number
    return former if any("restated" in one for one in sections) else None


def _section(
    snapshot: Snapshot,
    section: Section,
    found: Figures,
    hide: bool,
    lang: str,
    goods: dict[str, str],
    text: str,
    earlier: list[tuple[Snapshot, Figures]],
) -> dict[str, Any]:
    public = snapshot.audience == "public"
    scope = scope_of_year(snapshot, section)
    shown: dict[str, Any] = {
        "name": section.name,
        "title": str(section.title),
        "forms": [value_word("commodity", code, lang) for code in section.forms],
        "found": found,
        "text": paragraphs(text),
        "reporters": len(found.coverage.reporters),
        "hide": hide,
    }
    if not found.cases.now or shown["hide"]:
        return shown
    said = [_said(edition, section) for edition, _figures in earlier]
    with chosen(scope, None, file_of(snapshot)) as connection:
        tables = [
            (name, table(connection, name, "", "cases", public=public, before=[one.tables[name] for one in said]))
            for name in _TABLES
        ]
        every = edges(connection)
        medical = medicines(connection, lang, goods) if MEDICAL in section.forms and not public else None
    legs = every.legs
    if public:
        told = [any(changed_by_few(leg[3], one.legs.get(leg[:2], {})) for one in said) for leg in legs]
        legs = [leg for leg, few in zip(legs, told, strict=True) if not few and not sensitive(leg[3])]
    legs = drawable(legs, FLOWS)
    return shown | {
        "chart": month_chart(found, scope, wide=True),
        "map": _map(found, legs, lang, public),
        "legs": [(*(value_word("country", one, lang) for one in leg[:2]), leg[2]) for leg in legs[:TOP]],
        # how many stand on the legs that are hidden would tell of them: the public hears of unknown ends alone
        "left_out": unknown_ends(every) if public else left_out_words(every.drawn(legs)),
        "tables": [_shown(name, one, lang, goods) for name, one in tables if one.lines],
        "amounts": _amounts(found, lang, goods, public, [figure for _edition, figure in earlier]),
        "countries": []
        if public
        else [
            (
                value_word("country", row.keys[0], lang),
                row,
                charts.share(row.cases.now, found.tables["countries"][0].cases.now),
            )
            for row in found.tables["countries"][:TOP]
            if row.cases.now
        ],
        "bands": [] if public else bands_shown(found, lang),
        "medical": medical,
        # a chapter of few cases follows the one before: a page of its own would be near empty
        "flows": found.cases.now < FEW,
    }


@dataclass(frozen=True, slots=True)
class _Said:
    """What an earlier edition counted in a chapter: by table and key, and by leg."""

    tables: dict[str, dict[Any, Behind]]
    legs: dict[tuple[str, str], Behind]


def _said(edition: Snapshot, section: Section) -> _Said:
    with chosen(scope_of_year(edition, section), None, file_of(edition)) as connection:
        rows = rows_of(connection, {name: (name,) for name in _TABLES})
        legs = edges(connection).legs
    tables: dict[str, dict[Any, Behind]] = {
        name: {row.keys[0]: {who: numbers[:1] for who, numbers in row.behind.items()} for row in found}
        for name, found in rows.items()
    }
    return _Said(tables, {leg[:2]: leg[3] for leg in legs})


def _map(found: Figures, legs: list[Any], lang: str, public: bool) -> Any:
    counts = {str(row.keys[0]): row.cases.now for row in found.tables["countries"] if row.cases.now and row.keys[0]}
    names = {code: value_word("country", code, lang) for leg in legs[:TOP] for code in leg[:2]}
    flows = [maps.Flow(a, b, n) for a, b, n, _who in legs]
    label = _("World map of trafficking flows; the table beside it says the same")
    # each country's own number has one reporter behind it: the public is not shown it
    return maps.flow_map(label=label, flows=flows, counts=None if public else counts, names=names, close=True)


def _shown(name: str, made: Table, lang: str, goods: dict[str, str]) -> dict[str, Any]:
    most = max((line.total.now for line in made.lines if not line.total.hidden), default=0)

    def bar(cell: Cell) -> Any:
        return "" if cell.hidden else charts.share(cell.now, most)

    return {
        "title": TITLES[name],
        "left_out": made.left_out,
        "grand": made.grand,
        "rows": [
            (_("others") if line.rest else value_word(name, line.key, lang, goods), line.total, bar(line.total))
            for line in made.lines
        ],
    }


def _amounts(
    found: Figures, lang: str, goods: dict[str, str], public: bool, earlier: list[Figures]
) -> list[dict[str, Any]]:
    """The commonest goods; for the public with those hidden that their sum would tell."""
    every = [one for one in in_common(found.amounts) if one.now]
    shown, rest = every[: TOP * 2], every[TOP * 2 :]
    behind = [[one.behind] for one in shown] + ([[together(one.behind for one in rest)]] if rest else [])
    former = [_in_order(in_common(one.amounts), shown, bool(rest)) for one in earlier]
    also = marked([row[0] for row in behind], former)
    hide = hidden(behind, also) if public and behind else [[False]] * (len(behind) + 1)
    rows = [_amount(one, lang, goods, hide[at][0]) for at, one in enumerate(shown)]
    # between two others a hidden number would be all but told: the hidden stand last, by their words
    return sorted(rows, key=lambda row: (row["hidden"], row["word"] if row["hidden"] else ""))


def _in_order(former: list[ConvertedAmount], shown: list[ConvertedAmount], with_rest: bool) -> list[Behind]:
    """What an earlier edition said of the same goods, in the order of this one, all others together at the end."""
    by_goods = {(one.commodity, one.subtype, one.unit): one.behind for one in former}
    own: list[Behind] = [by_goods.pop((one.commodity, one.subtype, one.unit), {}) for one in shown]
    return [*own, together(by_goods.values())] if with_rest else own


def _amount(one: ConvertedAmount, lang: str, goods: dict[str, str], hide: bool) -> dict[str, Any]:
    return {
        "word": value_word("subtype", one.subtype, lang, goods),
        "hidden": hide,
        "row": one,
        "unit": unit_word(one.unit, lang),
        "few": too_few(one.reporters),
    }


def _contents(said: dict[str, Any]) -> Iterator[Chapter]:
    if said["foreword"]:
        yield Chapter("foreword", _("Foreword"))
    yield Chapter("about", _("What this report rests on"))
    for one in said["sections"]:
        if one.get("tables"):
            yield Chapter(one["name"], one["title"])
    if said["success"] or said["stories"]:
        yield Chapter("success", _("Success stories"))
    if said["strategy"] or any(said["thoughts"].values()):
        yield Chapter("strategy", _("Towards a strategy"))
    if said["silent_sections"]:
        yield Chapter("silent", _("What is not shown"))
    yield Chapter("caveats", _("How to read these figures"))
    yield Chapter("data", _("The data set"))


def as_html(snapshot: Snapshot, lang: str, written: Report | None = None) -> str:
    """The report as one HTML document that needs nothing else."""
    with override(lang):
        said = composed(snapshot, lang, written)
        return reports.as_html(
            "statistics/report_print.html", title=said["title"], lang=lang, contents=_contents(said), said=said
        )


def as_pdf(
    snapshot: Snapshot, lang: str, written: Report | None = None, report: Hears = lambda _step, _done, _total: None
) -> tuple[bytes, int]:
    """The report on paper, and its number of pages. Raises `BadInput` where the machine has no Pango."""
    return reports.as_pdf(as_html(snapshot, lang, written), report)
