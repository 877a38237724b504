"""Run in a process of its own on a `central` node: plants fifty names at every door and looks for them in every byte.

Prints how many were planted and where any was found.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import django

django.setup()

import openpyxl  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from tests.making import record  # noqa: E402
from tests.site.canary_places import planted_everywhere  # noqa: E402
from tidewaiter.forms.queries import form_named  # noqa: E402
from tidewaiter.foundation.actors import NODE  # noqa: E402
from tidewaiter.people.actions import add_officer, make_token  # noqa: E402

NAMES = [
    "Amina Wanjiru Otieno",
    "Juan Carlos Perez Gomez",
    "Иван Сергеевич Петров",
    "Светлана Кузнецова",
    "محمد علي حسن",
    "王建华",
    "김민수",
    "Katarzyna Wisniewska",
    "Mohammed bin Rashid",
    "Oluwaseun Adebayo",
    "Maria Jose Fernandez",
    "Hans Mueller",
    "Giovanni Bianchi",
    "Chukwuemeka Okafor",
    "Olena Shevchenko",
    "Joao Nascimento",
    "Rajesh Kumar Sharma",
    "Priyanka Chaudhary",
    "Mehmet Yildirim",
    "Hiroshi Tanaka",
    "Dmitri Volkov",
    "Aleksandra Popescu",
    "Abdulrahman Alghamdi",
    "Grace Achieng",
    "Peter Mwangi Kamau",
    "Thandiwe Nkosi",
    "Yusuf Demirci",
    "Lars Eriksson",
    "Emily Hutchinson",
    "Siti Nurhaliza",
    "Pierre-Emmanuel Dupont",
    "Fatou Diallo",
    "Tendai Moyo",
    "Kwabena Asante",
    "Nguyen Van Thanh",
    "Somchai Siriporn",
    "Gulnara Bekova",
    "Tesfaye Haile",
    "Ibrahima Camara",
    "Lindiwe Khumalo",
    "Rustam Karimov",
    "Ngozi Okonkwo",
    "Mamadou Ndiaye",
    "Guadalupe Quispe",
    "Zainab Mahmoud",
    "Vasile Ionescu",
    "Ioannis Papadopoulos",
    "Farah Abdullahi",
    "Deepika Thapa",
    "Esperanza Villanueva",
]
MANNERS = ("{}", "driver {} was alone", "Found on {}, in the lining", "Mr {}", "passenger: {} / seat 12", "goods of {}")
HOME = Path(os.environ["TIDEWAITER_HOME"])
planted = 0


def text(n: int) -> str:
    """The n-th planting: a name in one of several manners."""
    global planted
    planted += 1
    return MANNERS[n % len(MANNERS)].format(NAMES[n % len(NAMES)])


def text_for(n: int, path: str) -> str:
    """The n-th planting for a field: in one of places, brands, firms or codes a name stands with an age,
    for a bare one may be what it is about.
    """
    column = form_named("WPN").by_path.get(path)
    return text(n) if column is None or column.about == "free" else f"{text(n - n % len(MANNERS))} ({20 + n % 50})"


def tables() -> list[list[str]]:
    """Rows of a weapons file: in each one other column holds a name; one more column is none of ours."""
    form = form_named("WPN")
    sound = {
        "form": "WPN",
        "national_ref": "",
        "date": "2026-03-04",
        "country": "KE",
        "place": "KEMBA",
        "location_type": "seaport",
        "subtype": "pistol",
        "quantity": "2",
        "unit": "H87",
    }
    heads = list(
        dict.fromkeys(
            [
                *sound,
                *(
                    column.path
                    for column in form.columns
                    if "." not in column.path
                    or column.path.startswith(("conveyance.", "concealment.", "cover_load.", "detection."))
                ),
            ]
        )
    )
    rows = [[*heads, "Name of the passenger", "Remarks 2"]]
    for n, head in enumerate(heads * 2):
        row = {**dict.fromkeys(heads, ""), **sound, "national_ref": f"CAN-{len(rows)}"}
        row[head] = text_for(n, head)
        rows.append([*(row[name] for name in heads), text(n + 7), text(n + 13)])
    return rows


def csv_of(rows: list[list[str]]) -> bytes:
    """As CSV."""
    return "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows).encode()


PLATES = ["KDB 921L", "GR-KV 482", "XHT-41-72", "34 KRT 418"]
"""Number plates, planted where a file's name stands."""
HEADS = ["Adebayo", "Nascimento", "Wisniewska", "Papadopoulos", "Yildirim"]
"""Heads of one word, each a name; and none of an account of the demo, which the canary would find by its user name."""


def odd_heads() -> list[list[list[str]]]:
    """Tables whose heads name somebody: in one word among ours, and in two rows of heads one above the other."""
    global planted
    sound = ["form", "date", "country", "subtype", "quantity", "unit"]
    values = ["WPN", "2026-03-04", "KE", "pistol", "2", "H87"]
    planted += len(HEADS) + 3
    above = ["", "Goods of", NAMES[20], "", f"Driver {NAMES[21]}", ""]
    return [[[*sound, *HEADS], [*values, *("x" for _ in HEADS)]], [above, [*sound[:-1], NAMES[22]], values]]


def xlsx_of(rows: list[list[str]]) -> bytes:
    """As a workbook."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.properties.creator = NAMES[3]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def records() -> list[dict[str, Any]]:
    """Case records in which one value after the other is a name, and names stand under keys of their own."""
    found: list[dict[str, Any]] = []
    paths = [
        ("narrative",),
        ("office",),
        ("operation",),
        ("place",),
        ("direction",),
        ("location_type",),
        ("date",),
        ("handling",),
        ("country",),
        ("national_ref",),
        ("conveyance", "courier"),
        ("conveyance", "number"),
        ("conveyance", "container"),
        ("conveyance", "carrier"),
        ("conveyance", "imo"),
        ("concealment", "note"),
        ("concealment", "place"),
        ("cover_load", "description"),
        ("cover_load", "hs"),
        ("detection", "method"),
    ]
    for n, path in enumerate(paths * 2):
        one = record(
            national_ref=f"API-{n}",
            suspect=text(n + 3),
            photos=[{"file": f"{NAMES[n % 50]}.jpg", "caption": text(n), "taken_by": text(n)}],
        )
        into = one
        for part in path[:-1]:
            into = into.setdefault(part, {})
        into[path[-1]] = text_for(n, ".".join(path))
        one["persons"] = [{"role": "courier", "nationality": "KE", "name": text(n + 5)}]
        one["lines"][0]["fields"] = {
            "make": text_for(n + 9, "make"),
            "serial_number": text_for(n + 11, "serial_number"),
        }
        one["lines"][1]["subtype"] = text(n + 2) if n % 5 == 4 else "pistol"
        found.append(one)
    return found


def by_page(client: Client) -> None:
    """Typed into the entry page, the search box, the reasons, and brought as files whose names are names."""
    rows = tables()
    for n, (name, content) in enumerate(
        [
            ("csv", csv_of(rows)),
            ("xlsx", xlsx_of(rows)),
            ("ndjson", "\n".join(map(json.dumps, records())).encode()),
            ("csv", b"\xff\xfe" + NAMES[1].encode()),
        ]
    ):
        for title in (NAMES[n], NAMES[n + 30].replace(" ", "_")):
            client.post("/intake/", {"file": SimpleUploadedFile(f"{title}.{name}", content), "submit": "1"})
    global planted
    for n, table in enumerate(odd_heads()):
        for name, content in (("csv", csv_of(table)), ("xlsx", xlsx_of(table))):
            file = SimpleUploadedFile(f"march {PLATES[n]} heads.{name}", content)
            client.post("/intake/", {"file": file, "submit": "1"})
    for n, plate in enumerate(PLATES):
        planted += 1
        title = f"truck_{plate.replace(' ', '_')}_seized" if n % 2 else f"lorry plate {plate}"
        client.post("/intake/", {"file": SimpleUploadedFile(f"{title}.csv", csv_of(rows[:2]))})
    call_command("work", once=True, stdout=io.StringIO(), stderr=io.StringIO())
    heads = rows[0]
    for n, row in enumerate(rows[1:40]):
        typed = dict(zip(heads, row, strict=True))
        lines = {f"lines.1.{name}": typed[name] for name in ("subtype", "quantity", "unit")}
        long = {"direction": "import", "detection.method": "routine", "conveyance.mode": "1"}
        filled = {name: value for name, value in typed.items() if value}
        said = {**long, **filled, **lines, "national_ref": f"PAGE-{n}", "lines": "1"}
        page = client.post("/cases/new/WPN/", {**said, "deed": "check"}).content.decode()
        answers = dict.fromkeys(re.findall(r'name="(person\.\w+)"', page), "yes")
        client.post("/cases/new/WPN/", {**said, "deed": "keep"})
        client.post("/cases/new/WPN/", {**said, "deed": "keep", **answers})
        client.get("/cases/", {"q": text(n)})
        client.get("/codelists/unlocode/suggest", {"q": text(n)})


def by_program(client: Client) -> None:
    """Through the JSON door, one by one and in a batch."""
    for one in records():
        client.post("/api/v1/cases?submit=true", json.dumps(one), content_type="application/json")
        client.get("/api/v1/cases", {"national_ref": text(1), "place": text(2)})
    client.post("/api/v1/cases/batch", "\n".join(map(json.dumps, records())), content_type="application/x-ndjson")


def found_in(folder: Path) -> list[str]:
    """Files that hold a planted name whole, in any of the forms in which programs write text."""
    needles: dict[bytes, dict[bytes, str]] = {}
    for name in (*NAMES, *PLATES, *HEADS):
        forms = {
            name,
            name.replace(" ", "_"),
            name.lower(),
            name.upper(),
            json.dumps(name)[1:-1],
            quote(name),
            quote_plus(name),
        }
        for form in forms:
            for needle in (form.encode(), form.encode("utf-16-le")):
                needles.setdefault(_kernel(form, needle), {})[needle] = name
    hits = []
    for path in [one for one in folder.rglob("*") if one.is_file()]:
        hits += [f"the name of {path.name}" for name in (*NAMES, *PLATES) if name in path.name]
        for content in readings(path.read_bytes()):
            lowered = content.lower()
            for kernel, forms_of in needles.items():
                if kernel in lowered:
                    hits += [f"{path.relative_to(folder)}: {forms_of[one]}" for one in forms_of if one in content]
    return hits


def _kernel(form: str, needle: bytes) -> bytes:
    """The longest word of a name in small letters, in the needle's encoding: what many forms of the name share, so that
    a large file is gone through a hundred times and not a thousand.
    """
    longest = max(re.split(r"[\s_%+\\-]+", form), key=len)
    return longest.encode("utf-16-le" if b"\0" in needle else "utf-8").lower()


def readings(content: bytes, depth: int = 0) -> Iterator[bytes]:
    """A file's bytes as they are, and what they unpack to: gzip, tar, zip (workbooks), Parquet."""
    packed_in_plain = content[257:262] == b"ustar"
    if not packed_in_plain or depth > 3:  # of a tar the members are read alone: its bytes are theirs
        yield content
    if depth > 3:
        return
    if content[:2] == b"\x1f\x8b":
        yield from readings(gzip.decompress(content), depth + 1)
    elif content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as parcel:
            yield parcel.comment + " ".join(parcel.namelist()).encode()
            for name in parcel.namelist():
                yield from readings(parcel.read(name), depth + 1)
    elif content[:4] == b"PAR1":
        table = pq.read_table(io.BytesIO(content))
        yield json.dumps(table.to_pylist(), ensure_ascii=False, default=str).encode() + str(table.schema).encode()
    elif packed_in_plain:
        with tarfile.open(fileobj=io.BytesIO(content)) as packed:
            for member in packed:
                yield f"{member.name} {member.linkname} {member.uname} {member.gname}".encode()
                held = packed.extractfile(member)
                yield from readings(held.read() if held else b"", depth + 1)


def what_sessions_say() -> bytes:
    """What is kept of signed-in people between two pages, as text: in the database it is packed."""
    said = [one.get_decoded() for one in Session.objects.all()]
    return json.dumps(said, ensure_ascii=False, default=str).encode()


def about(one: dict[str, Any]) -> dict[str, Any]:
    """What a decision about a listed case names."""
    return {name: one[name] for name in ("version", "digest")}


def main() -> None:
    """Plants and looks."""
    contact = add_officer(
        username="c.contact", administration="KE", role="contact", password="a-long-passphrase-1", by=NODE
    )
    reviewer = add_officer(
        username="c.reviewer", administration="UG", role="reviewer", password="a-long-passphrase-1", by=NODE
    )
    page, office = Client(SERVER_NAME="127.0.0.1"), Client(SERVER_NAME="127.0.0.1")
    page.force_login(contact)
    office.force_login(reviewer)
    by_page(page)
    _token, key = make_token(officer=contact, scope="write", by=contact)
    program = Client(SERVER_NAME="127.0.0.1", headers={"Authorization": f"Bearer {key}"})
    by_program(program)
    listed = program.get("/api/v1/cases", {"limit": "200"}).json()["cases"]
    for n, one in enumerate([one for one in listed if one["status"] == "submitted"][:12]):
        office.post(f"/cases/{one['ref']}/return_case/", {"reason": text(n), **about(one)})
    for n, one in enumerate([one for one in listed if one["status"] == "draft"][:6]):
        page.post(f"/cases/{one['ref']}/withdraw/", {"reason": text(n), **about(one)})
    taken = planted_everywhere(text, NAMES) if "--places" in sys.argv else {}
    if "--demo" in sys.argv:
        call_command("load_demo", stdout=io.StringIO(), stderr=io.StringIO())
    backup = HOME / "backup.tar.gz"
    call_command("backup", str(backup), stdout=io.StringIO(), stderr=io.StringIO())
    (HOME / "sessions.json").write_bytes(what_sessions_say())
    masked = sum("█" in json.dumps(one, ensure_ascii=False) for one in listed)
    print(
        json.dumps(
            {
                "planted": planted,
                "cases": len(listed),
                "cases_with_a_mask": masked,
                "not_taken": [place for place, done in taken.items() if not done],
                "places": sum(taken.values()),
                "found": found_in(HOME),
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
