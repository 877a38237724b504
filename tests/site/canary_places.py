"""The places of a node in which a person types, or brings, what is no case: the canary plants a name in each.

`planted_everywhere` answers which of them took what was typed; one that refused proves nothing.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from openpyxl.comments import Comment
from PIL import Image

from tidewaiter.cases.actions import say_of_case
from tidewaiter.cases.models import Case
from tidewaiter.cases.photos.case_photos import add_photos
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.foundation.scratch import scratch
from tidewaiter.intake.actions import keep_mapping, keep_upload
from tidewaiter.library.actions import Written, write
from tidewaiter.people.actions import add_officer, keep_contact_point, make_token
from tidewaiter.people.actions.contact_points import Point
from tidewaiter.people.models import Officer
from tidewaiter.review.actions import ask
from tidewaiter.search.linking import link
from tidewaiter.statistics.actions import write_report
from tidewaiter.statistics.comparisons.external_tables import bring_table
from tidewaiter.statistics.report.frozen_data import freeze
from tidewaiter.trade.models import TradeFile

PASSWORD = "a-long-passphrase-1"
Text = Callable[[int], str]


class Planter:
    """People with their browsers, and the next name to plant."""

    def __init__(self, text: Text, names: list[str]) -> None:
        self.text, self.names = text, names
        self.contact = self._person("p.contact", "KE", "contact")
        self.reviewer = self._person("p.reviewer", "UG", "reviewer")
        self.analyst = self._person("p.analyst", "INT", "analyst")
        self.editor = self._person("p.editor", "INT", "editor")
        _token, key = make_token(officer=self.contact, scope="write", name=text(4), by=self.contact)
        _token, analysts = make_token(officer=self.analyst, scope="write", name=text(9), by=self.analyst)
        self.program, self.analysis = self._with(key), self._with(analysts)

    @staticmethod
    def _person(username: str, administration: str, role: str) -> Officer:
        return add_officer(username=username, administration=administration, role=role, password=PASSWORD, by=NODE)

    @staticmethod
    def _with(key: str) -> Client:
        return Client(SERVER_NAME="127.0.0.1", headers={"Authorization": f"Bearer {key}"})

    def page(self, officer: Officer) -> Client:
        """A browser of that person."""
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(officer)
        return client


def planted_everywhere(text: Text, names: list[str]) -> dict[str, bool]:
    """Plants, place by place; says of each whether it took what was typed."""
    one = Planter(text, names)
    taken: dict[str, bool] = {"token name": True}
    for place, planted in [*kept(one), *files(one), *tables(one), *beside_cases(one)]:
        try:
            done = planted()
        except Refusal as refusal:
            done = f"{refusal.code}: {refusal.sentence}"
        status = getattr(done, "status_code", None)
        taken[place] = status < 400 if status is not None else not isinstance(done, str)
        if not taken[place]:
            taken[f"{place}: {getattr(done, 'content', done)!r:.200}"] = False
    call_command("work", once=True, stdout=io.StringIO(), stderr=io.StringIO())
    return taken


Places = Iterator[tuple[str, Callable[[], Any]]]


def kept(one: Planter) -> Places:
    """What people keep under a name."""
    page, text = one.page(one.contact), one.text
    query = f"form=WPN&q={one.names[7].replace(' ', '+')}"
    yield "filter", lambda: page.post("/cases/filters/keep/", {"name": text(1), "query": query})
    yield "watch", lambda: page.post("/search/watch/", {"name": text(2), "query": query})
    yield "table", lambda: page.post("/statistics/table/keep/", {"name": text(3), "query": "by=year"})
    mapping = (
        f'# {text(5)}\nform = "WPN"\n[constants]\ncountry = "KE"\nlocation_type = "seaport"\n'
        f'[columns]\nnational_ref = "Ref"\ndate = "Day"\nsubtype = "What"\nquantity = "How many"\nunit = "Unit"\n'
        f'office = "{text(12)}"\n[values.office]\n"{text(18)}" = "Mombasa"\n"{text(24)}" = "Malaba"\n"*" = ""\n'
    )
    yield "mapping", lambda: keep_mapping(name=text(6), text=mapping, by=one.contact)
    body = json.dumps(
        {"form": "WPN", "date": "2026-03-04", "country": "KE", "lines": [{"subtype": "pistol", "quantity": "2"}]}
    )
    keyed = {"Idempotency-Key": one.names[0]}
    yield (
        "idempotency key",
        lambda: one.program.post("/api/v1/cases", body, content_type="application/json", headers=keyed),
    )


def _workbook(one: Planter) -> bytes:
    """A workbook with names in its properties, a comment, a hidden sheet, a column of nobody's."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["form", "date", "country", "subtype", "quantity", "unit", "Name of the driver"])
    sheet.append(["WPN", "2026-03-05", "KE", "pistol", "3", "H87", one.text(6)])
    sheet["A1"].comment = Comment(one.text(12), one.names[8])
    hidden = book.create_sheet(one.names[9])
    hidden.sheet_state = "hidden"
    hidden.append([one.text(18)])
    book.properties.creator, book.properties.title = one.names[10], one.text(24)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _parcel(one: Planter) -> bytes:
    """A zip of a table and a photo, with comments and names of members that name somebody."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parcel:
        rows = f"form,date,country,subtype,quantity,unit,photos\nWPN,2026-03-06,KE,pistol,4,H87,{one.names[11]}.jpg\n"
        parcel.writestr("rows.csv", rows)
        parcel.writestr(f"{one.names[11]}.jpg", _photo(one))
        parcel.comment = one.text(30).encode()
    return out.getvalue()


def _photo(one: Planter) -> bytes:
    """A picture whose data (EXIF) and whose end, behind the last marker, name somebody."""
    exif = Image.Exif()
    exif[0x010E], exif[0x013B] = one.names[12], one.names[13]
    out = io.BytesIO()
    Image.new("RGB", (64, 48), (120, 30, 30)).save(out, "JPEG", exif=exif, comment=one.names[14].encode())
    return out.getvalue() + one.names[15].encode()


def files(one: Planter) -> Places:
    """Files that are brought, that wait, and one whose bringing was cut off."""
    page = one.page(one.contact)
    for name, content in (("xlsx", _workbook(one)), ("zip", _parcel(one))):
        file = SimpleUploadedFile(f"{one.names[16]}.{name}", content)
        yield f"intake {name}", lambda file=file: page.post("/intake/", {"file": file})
        yield (
            f"receipts {name}",
            lambda name=name, content=content: one.program.post(
                f"/api/v1/receipts?name={one.names[17]}.{name}", content, content_type="application/octet-stream"
            ),
        )
    whole = "\n".join(one.text(n) for n in range(40)).encode()
    yield "interrupted upload", lambda: keep_upload(chunks=[whole], size=len(whole), by=one.contact)
    preview = SimpleUploadedFile(f"{one.names[18]}.csv", b"Ref,Day,What\n1,2026-03-04," + one.text(6).encode() + b"\n")
    yield "mapping helper", lambda: page.post("/intake/map/", {"file": preview, "form": "WPN"})


def _trade(one: Planter) -> bytes:
    rows = ["declaration id,date,hs,origin,quantity,value,Consignatario,ImporterName,goods description,Remarks"]
    rows += [
        f"D{n},2025-01-{1 + n % 28:02d},640411,CN,{10 + n},{100 + n},{one.names[n % 40]},{one.names[(n + 9) % 40]},"
        f'"{one.text(n)}","{one.text(n + 5)}"'
        for n in range(60)
    ]
    return "\n".join(rows).encode()


def tables(one: Planter) -> Places:
    """Trade files and runs, tables of others, data sets and reports."""
    page, text = one.page(one.analyst), one.text
    file = SimpleUploadedFile(f"{one.names[19]}.csv", _trade(one))
    yield "trade file by page", lambda: page.post("/trade/bring/", {"file": file})
    yield (
        "trade file by program",
        lambda: one.analysis.post(
            f"/api/v1/trade/files?name={one.names[20]}.csv",
            _trade(one) + b"\n",
            content_type="application/octet-stream",
        ),
    )

    def run() -> Any:
        source = TradeFile.objects.order_by("-brought_at")[0].ref
        said = {"analysis": "unit_prices", "file": source, "name": text(7), "parameters": {"min_group": 10}}
        return one.analysis.post("/api/v1/trade/runs", json.dumps(said), content_type="application/json")

    yield "trade run", run

    def cites() -> Any:
        with scratch() as folder:
            path = folder / "cites.csv"
            heads = "Year,Taxon,Importer,Exporter,Importer reported quantity,Term,Unit,Source\n"
            path.write_text(heads + f"2024,{one.names[21]},KE,CN,3,{text(30)},{one.names[22]},W\n")
            return bring_table(kind="cites", name=text(8), path=path, by=one.analyst)

    yield "CITES table", cites

    def report() -> Any:
        frozen = freeze(name=text(13), since="2026-01", until="2026-12", audience="members", by=one.analyst)
        return write_report(
            snapshot=frozen, lang="en", title=text(14), texts={"foreword": text(15)}, studies={}, read=0, by=one.analyst
        )

    yield "snapshot and report", report


def beside_cases(one: Planter) -> Places:
    """What is said of cases and beside them."""
    own = Case.objects.filter(administration="KE", latest=True).order_by("pk")
    first, second = own[0], own[1]
    text = one.text
    yield "thread", lambda: say_of_case(case=first, text=text(16), by=one.contact)
    yield "link", lambda: link(one=first, other=second, kind="same_event", reason=text(19), by=one.contact)
    page = one.page(one.contact)
    yield "handover", lambda: page.post("/people/duty/hand_over/", {"text": text(17)})
    yield "contact point", lambda: keep_contact_point(said=Point("KE", text(18), "+254 20 5550100"), by=one.contact)
    yield "question", lambda: ask(subject=text(20), question=text(21), by=one.contact)
    said = Written(
        "bulletin", {"en": (text(22), text(23))}, link="https://example.org/" + one.names[23].replace(" ", "-")
    )
    yield "library", lambda: write(said=said, by=one.editor)

    def photo() -> Any:
        with scratch() as folder:
            path = folder / f"{one.names[24]}.jpg"
            path.write_bytes(_photo(one))
            draft = own.filter(status="draft")[0]
            return add_photos(case=draft, files=[Path(path)], by=one.contact, caption=text(25)[:200])

    yield "photo", photo
