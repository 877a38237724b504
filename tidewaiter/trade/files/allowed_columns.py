"""What of a brought file a node that holds no names keeps: the columns that an analysis needs, judged cell by cell.

It is a list of what is allowed (DESIGN.md §4, rule 20): a column whose head says nothing that an analysis asks for is
dropped unread and named to who brought it. Of what stays, each different text is looked through; where there are too
many, a cell that reads like words is left empty.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import ibis

from tidewaiter.codelists.countries import Countries, is_world
from tidewaiter.foundation.apart import Pulse
from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.scratch import scratch
from tidewaiter.foundation.text import fold
from tidewaiter.intake.mapping.foreign_columns import proposed
from tidewaiter.privacy.finding import About
from tidewaiter.privacy.masking import masked
from tidewaiter.trade.engines import bounded, engine, memory_of
from tidewaiter.trade.expressions import Column
from tidewaiter.trade.files import declarations
from tidewaiter.trade.files.opening import raw_table, readable
from tidewaiter.trade.files.writing import stage_kept
from tidewaiter.trade.mirror import flows


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PERSONS = _words(
    """
    agent broker buyer company consignatario consignee consignor courier declarant destinatario exportador exporter
    expediteur fournisseur importador importateur importer name nom nombre nome owner proveedor remitente seller shipper
    supplier trader
    """
)
"""Words of the heads of columns that say who traded: kept only where they hold countries."""
FREE = _words(
    """
    address adresse comment comments descripcion description descricao designation direccion email endereco goods mail
    note notes observaciones observacoes passport phone plate remark remarks tel telephone text vehicle
    """
)
"""Words of the heads of columns in which anything may stand."""
NEEDED = _words(
    """
    airport amount border channel cif classification cmd code commodity container contig contiguity country country1
    country2 cuci currency customs date day departure destination dist distance duty duties edition exemption fob
    found fraud freight freq from gross hs id illicit indicators inspected insurance iso j k label lane low high i kg
    line location mass method mode month motive net office origin outcome packages partner period port preference
    price procedure product quantity probability quarter rate reference regime related reporter result revenue risk
    row rule score seized selected sitc t target tariff tax taxes to transport type unit units uom v valuation value
    vat week weight year
    aduana arancel arancelaria cantidad codigo destino fecha flete impuesto moneda oficina origen pais partida peso
    precio puerto regimen seguro tipo unidad valor
    bureau devise droit origine pays poids prix quantite taxe unite valeur
    alfandega moeda origem preco quantidade unidade
    """
)
"""Words of the heads of columns that the analyses ask for or learn from."""
_OFFICES, _PLACES = (
    _words("aduana alfandega bureau customs office oficina"),
    _words(
        "airport border country departure destination destino location origem origen origin origine pais partner pays "
        "port puerto reporter"
    ),
)
DISTINCT = 20_000
"""Different texts of a column up to which each is looked through."""
_LIKE_WORDS = r"\p{L}{3,}[ ._'-]*\p{L}{3,}|\p{L}{9,}|@"
"""A cell in which words stand; codes and numbers have no such runs of letters."""
_SMALL_NUMBER = r"^-?(0|[1-9]\d{0,5})([.,]\d{1,9})?$"
"""A label or an amount that no document, telephone or account is."""
_ASKED = (*(one for one in declarations.ASKED if one.name != "importer"), *flows.ASKED)


def without_names(source: str, kept: str, _report: Pulse) -> JsonObject:
    """In a child: writes what may be kept of a file as Parquet, where that is not the whole of it.

    Gives `{"dropped": [heads], "emptied": cells' columns}`; nothing is written where both are empty. Raises `BadInput`.
    """
    path, memory = Path(source), memory_of("trade_file_memory_bytes")
    with scratch() as aside, bounded("trade_file_memory_bytes", "scratch_bytes"), readable(path):
        connection = engine("duckdb", memory, Path(kept).parent, reads=[path], aside=aside)
        raw = raw_table(connection, path)
        dropped = [head for head in raw.columns if not _is_kept(head, raw[head])]
        columns = {head: _judged(head, raw[head]) for head in raw.columns if head not in dropped}
        judged = [head for head, column in columns.items() if column is not None]
        if columns and (dropped or judged):
            said = {head: raw[head] if column is None else column for head, column in columns.items()}
            stage_kept(raw.select(**said), Path(kept))
    return {"dropped": dropped, "judged": judged, "columns": len(columns)}


def may_be_kept(head: str) -> bool:
    """Whether a head says something that an analysis asks for, and nothing of who traded."""
    words = _words_of(head)
    return not words & (PERSONS | FREE) and bool(words & NEEDED or proposed([head], _ASKED))


def _words_of(head: str) -> frozenset[str]:
    """The words of a head, folded: «ImporterName» has two."""
    apart = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|[_.\-/()]", " ", head)
    return _words(fold(apart)) | _words(fold(head))


def _is_kept(head: str, column: Column) -> bool:
    if may_be_kept(head):
        return True
    words = _words_of(head)
    if words & PERSONS:
        return _countries(column)
    return not words & FREE and _small_numbers(column)


def _small_numbers(column: Column) -> bool:
    """Whether a column whose head says nothing holds small numbers alone: what was found, a rate."""
    kind = column.type()
    if kind.is_boolean():
        return True
    text = column.cast("string").strip().nullif("")
    odd = text.notnull() & ~text.re_search(_SMALL_NUMBER)
    some, wrong = (int(one) for one in (text.count().execute(), odd.fill_null(False).sum().fill_null(0).execute()))
    return some > 0 and not wrong


def _countries(column: Column) -> bool:
    """Whether a column names countries, as tables of reported trade do."""
    read = Countries()
    values = _distinct(column, 50)
    return bool(values) and all(is_world(one) or read.read(one) is not None for one in values)


def _distinct(column: Column, most: int) -> list[str]:
    said = column.cast("string").nullif("").name("said").as_table().distinct().limit(most).execute()["said"]
    return [str(one) for one in said if one is not None and one == one]


def _judged(head: str, column: Column) -> Column | None:
    """A column of texts with what names somebody masked, or taken out where it has too
    many texts; nothing where none does.
    """
    if not column.type().is_string():
        return None
    texts = _distinct(column, DISTINCT + 1)
    if len(texts) > DISTINCT:
        worded = column.re_search(_LIKE_WORDS)
        return ibis.ifelse(worded, ibis.null("string"), column) if int(worded.sum().fill_null(0).execute()) else None
    clean = _masked(texts, _about(head))
    return column.substitute(clean) if clean else None


def _masked(texts: Sequence[str], about: About) -> dict[str, str]:
    found = {}
    for text in texts:
        clean, hit = masked(text, about)
        if hit:
            found[text] = clean
    return found


def _about(head: str) -> About:
    words = _words_of(head)
    return "office" if words & _OFFICES else "place" if words & _PLACES else "free"
