"""Doors asked about one thing each, and who of all persons the cards of the rooms let in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from tests.cases.test_photos import picture
from tests.house.matrix import FILERS, REGION, TABLE, Who
from tidewaiter.library.as_read import digest_of
from tidewaiter.library.models import Item

KE = "KE"
GAP = "CN-KE-010121-2023"


def _is(who: Who, word: str, *, program: bool) -> bool:
    """Whether a word of the table fits a person and a thing of Kenya."""
    role = "officer" if program and who.role == "steward" else who.role
    near = role == "reviewer" and who.home != KE and REGION.get(who.home) == "ESA"
    return {
        "customs": who.customs,
        "home": who.customs and who.home == KE,
        "int": who.customs and who.home == "INT",
        "partner": role == "partner",
        "region": near,
        "office": role == "reviewer" and who.home in ("KE", "UG"),
        "int_office": who.home == "INT" and role in ("reviewer", "analyst"),
        "item_writer": role in ("contact", "editor", "analyst", "reviewer") and who.home in (KE, "INT"),
        "item_writer_at_home": role in ("contact", "editor", "analyst", "reviewer") and who.home == KE,
        "item_approver": near or (who.home == "INT" and role in ("reviewer", "editor")),
        "report_writer": role in ("analyst", "editor", "steward") and who.home == "INT",
        "analyst_at_home": role in ("analyst", "investigator") and who.home == KE,
        "referrer_at_home": role in ("analyst", "investigator", "contact") and who.home == KE,
        "filer": role in FILERS and who.home in (KE, "INT"),
        "bringer": role == "contact" and who.home == KE,
        "steward": role == "steward",
    }[word]


@dataclass(frozen=True)
class Asking:
    """One door asked about one thing."""

    door: str
    address: str
    sees: list[str]
    does: list[str] | None = None
    """Who of those that see it may; nothing where seeing is all."""
    method: str = "get"
    data: dict[str, Any] = field(default_factory=dict)
    program: bool = False
    costly: bool = False
    """A picture is drawn afresh in a process of its own: of those who may, one for each administration is asked."""

    def expected(self, who: Who) -> set[int]:
        """What the table says."""
        if not any(_is(who, word, program=self.program) for word in self.sees):
            return {404}
        if self.does is not None and not any(_is(who, word, program=self.program) for word in self.does):
            return {403}
        return {410} if "hidden" in self.address else {200, 201, 204, 302}  # the sheet of what was hidden is taken

    def answer(self, client: Client) -> int:
        """The status; whatever it changed is taken back."""
        with transaction.atomic():
            if self.method == "delete":
                answer = client.delete(self.address)
            elif self.method == "get":
                answer = client.get(self.address)
            elif self.program and "pictures" not in self.data and "photo" not in self.data:
                answer = client.post(self.address, json.dumps(self.data), content_type="application/json")
            elif self.program:
                answer = client.post(self.address, next(iter(self.data.values())), content_type="image/jpeg")
            else:
                answer = client.post(self.address, {name: _fresh(value) for name, value in self.data.items()})
            transaction.set_rollback(True)
        return int(answer.status_code)


def _fresh(value: Any) -> Any:
    return SimpleUploadedFile("x.jpg", value) if isinstance(value, bytes) else value


def _sees(thing: str, state: str = "any") -> list[str]:
    return list(TABLE["sees"][thing][state])


def _of_items(items: dict[str, Item]) -> Iterator[Asking]:
    does = TABLE["does"]["item"]
    for state, item in items.items():
        sees, ref = _sees("item", state), item.ref
        digest = item.pictures[0]["file"]
        yield Asking("library_item", f"/library/{ref}/", sees)
        if state in ("submitted", "published_partners"):
            yield Asking("item_picture", f"/library/{ref}/picture/{digest}/", sees)
            yield Asking("program_picture", f"/api/v1/library/{ref}/pictures/{digest}", sees, program=True)
        yield Asking("one_item", f"/api/v1/library/{ref}", sees, program=True)
    pairs = (("draft", "submit"), ("submitted", "publish"), ("submitted", "send_back"), ("published", "withdraw"))
    names = {
        "submit": "submit_item",
        "publish": "publish_item",
        "send_back": "send_item_back",
        "withdraw": "withdraw_item",
    }
    for state, deed in pairs:
        sees, ref, why = _sees("item", state), items[state].ref, {"reason": "why", "digest": digest_of(items[state])}
        yield Asking("item_deed", f"/library/{ref}/{deed}/", sees, does[deed], "post", why)
        yield Asking(names[deed], f"/api/v1/library/{ref}/{deed}", sees, does[deed], "post", why, program=True)
    draft, public = items["draft"].ref, items["published_partners"].ref
    sees, reads = _sees("item", "draft"), _sees("item", "published_partners")
    yield Asking("edit_item", f"/library/{draft}/edit/", sees, does["amend"])
    upload = {"picture": picture(), "caption": "x"}
    yield Asking("item_deed", f"/library/{draft}/picture/", sees, does["amend"], "post", upload, costly=True)
    address = f"/api/v1/library/{draft}/pictures?caption=x"
    yield Asking(
        "attached_picture", address, sees, does["amend"], "post", {"pictures": picture()}, program=True, costly=True
    )
    yield Asking("item_deed", f"/library/{public}/read/", reads, does["read"], "post")
    yield Asking("item_deed", f"/library/{public}/say/", reads, does["say"], "post", {"text": "x"})
    yield Asking("has_read", f"/api/v1/library/{public}/read", reads, does["read"], "post", program=True)


def _of_figures_and_trade(things: SimpleNamespace) -> Iterator[Asking]:
    sees, ref = _sees("snapshot"), things.snapshot
    yield Asking("report", f"/statistics/reports/{ref}/", sees)
    yield Asking(
        "report",
        f"/statistics/reports/{ref}/",
        sees,
        TABLE["does"]["snapshot"]["write"],
        "post",
        {"lang": "en", "read": "0"},
    )
    yield Asking("take_report", f"/statistics/reports/{ref}/take/parquet/", sees)
    yield Asking("report_file", f"/api/v1/statistics/snapshots/{ref}/report.parquet", sees, program=True)
    sees, (one, other, by_page, by_program) = _sees("run"), things.runs
    yield Asking("trade_run", f"/trade/{one}/", sees)
    yield Asking("analyses_beside", f"/trade/{one}/beside/?other={other}", sees)
    yield Asking("take_analysis", f"/trade/{one}/take/csv/", sees)
    yield Asking("forget_analysis", f"/trade/{by_page}/forget/", sees, None, "post")
    yield Asking("one_trade_run", f"/api/v1/trade/runs/{one}", sees, program=True)
    yield Asking("two_trade_runs", f"/api/v1/trade/runs/{one}/beside/{other}", sees, program=True)
    yield Asking("trade_rows", f"/api/v1/trade/runs/{one}/rows", sees, program=True)
    yield Asking("trade_rows_file", f"/api/v1/trade/runs/{one}/file/csv", sees, program=True)
    yield Asking("end_trade_run", f"/api/v1/trade/runs/{by_program}", sees, None, "delete", program=True)
    said = {"finding": GAP, "agency": "tax", "agency_name": "KRA"}
    yield Asking("refer_finding", f"/trade/{one}/refer/?finding={GAP}", sees)
    yield Asking("refer_finding", f"/trade/{one}/refer/", sees, None, "post", said)
    yield Asking("new_referral", f"/api/v1/trade/runs/{one}/referrals", sees, None, "post", said, program=True)
    sees, ref = _sees("referral"), things.referral
    yield Asking("referral", f"/trade/referrals/{ref}/", sees)
    yield Asking("referral_evidence", f"/trade/referrals/{ref}/evidence/", sees)
    yield Asking("referral_deed", f"/trade/referrals/{ref}/send/", sees, None, "post")
    yield Asking("one_referral", f"/api/v1/trade/referrals/{ref}", sees, program=True)
    yield Asking("referral_evidence", f"/api/v1/trade/referrals/{ref}/evidence", sees, program=True)
    yield Asking("move_referral", f"/api/v1/trade/referrals/{ref}/send", sees, None, "post", program=True)


def _of_cases(things: SimpleNamespace) -> Iterator[Asking]:
    drafted, other, photo = things.draft, things.submitted, things.photo
    sees, amends = list(TABLE["sees"]["case"]["draft"]), ["filer"]
    yield Asking(
        "edit_photos",
        f"/cases/{drafted}/edit/photos/",
        sees,
        amends,
        "post",
        {"pictures": picture(colour="red")},
        costly=True,
    )
    yield Asking("photo_file", f"/cases/{drafted}/photos/{photo}.jpg?small=1", sees)
    yield Asking(
        "photos_deed",
        f"/cases/{drafted}/photos/",
        sees,
        amends,
        "post",
        {"photos": picture(colour="blue")},
        costly=True,
    )
    yield Asking(
        "photo_deed",
        f"/cases/{drafted}/photos/{photo}/",
        sees,
        amends,
        "post",
        {"deed": "describe", "caption": "A pump"},
    )
    yield Asking("blur_photo", f"/cases/{drafted}/photos/{photo}/blur/", sees, amends)
    yield Asking("photos_like", f"/search/like/?photo={photo}", sees)
    yield Asking("get_photo", f"/api/v1/cases/{drafted}/photos/{photo}?small=1", sees, program=True)
    yield Asking(
        "add_photo",
        f"/api/v1/cases/{drafted}/photos",
        sees,
        amends,
        "post",
        {"photo": picture(colour="blue")},
        program=True,
        costly=True,
    )
    yield Asking("links_of", f"/api/v1/cases/{drafted}/links", sees, program=True)
    said = {"one": drafted, "other": other, "kind": "same_network", "reason": "x"}
    yield Asking("link_deed", "/search/link/", sees, None, "post", said)
    yield Asking(
        "new_link",
        f"/api/v1/cases/{drafted}/links",
        sees,
        None,
        "post",
        {"other": other, "kind": "same_event", "reason": "x"},
        program=True,
    )


def _of_others(things: SimpleNamespace) -> Iterator[Asking]:
    receipt = _sees("receipt")
    yield Asking("receipt", f"/intake/{things.receipt}/", receipt)
    yield Asking("mend_file", f"/intake/{things.receipt}/mend", receipt)
    yield Asking("get_receipt", f"/api/v1/receipts/{things.receipt}", receipt, program=True)
    yield Asking("get_rejected_file", f"/api/v1/receipts/{things.receipt}/rejected_file", receipt, program=True)
    fills, hidden = (TABLE["does"]["receipt"][deed] for deed in ("take", "hidden"))
    yield Asking("take_hidden", f"/intake/{things.receipt}/hidden", receipt, hidden, "post")
    yield Asking(
        "take_hidden_sheet", f"/api/v1/receipts/{things.receipt}/hidden", receipt, hidden, "post", program=True
    )
    yield Asking("take_proposals", f"/intake/{things.receipt}/take", receipt, fills, "post")
    yield Asking(
        "take_proposals_in", f"/api/v1/receipts/{things.receipt}/take_proposals", receipt, fills, "post", program=True
    )
    sees, takes = _sees("request"), TABLE["does"]["request"]["take"]
    yield Asking("analysis_request", f"/review/requests/{things.request}/", sees)
    yield Asking("request_deed", f"/review/requests/{things.request}/take/", sees, takes, "post")


def askings_of(things: SimpleNamespace) -> list[Asking]:
    return [*_of_items(things.items), *_of_figures_and_trade(things), *_of_cases(things), *_of_others(things)]
