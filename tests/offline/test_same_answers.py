"""The same thousand records, read and checked by the node and by the browser: no difference."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route, sync_playwright

from tests.offline.answers import ALONE, answers, records
from tidewaiter.offline.packs import packs_for

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
APP = Path(__file__).resolve().parents[2] / "tidewaiter" / "offline" / "app"
READ = """async ([asked, alone]) => {
  const { defs, load } = await import("/app/definitions.js");
  const { readRecord, formNamed } = await import("/app/form.js");
  const { runChecks } = await import("/app/checks.js");
  const pack = async (name) => (await fetch(`/packs/${name}.json`)).json();
  load(await pack("definitions"));
  defs.fold = (await pack("folding")).blocks;
  defs.packs = new Map();
  for (const name of ["countries", "units", "goods", "lists"]) {
    for (const list of (await pack(name)).lists) { defs.packs.set(list.name, list); }
  }
  defs.packs.set("unlocode", await pack("places"));
  const today = new Date().toISOString().slice(0, 10);
  return asked.map((record) => {
    const { header, lines, problems, unread } = readRecord(record);
    const findings = runChecks(header, lines, formNamed(record.form), today).filter((one) => alone.includes(one.code));
    return { header, lines, unread, problems: problems.map((one) => [one.path, one.code]),
             findings: findings.map((one) => [one.code, one.severity, one.path]) };
  });
}"""
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (Debian: apt-get install chromium)"),
]


def _read_in_browser(asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the desk's own scripts say, from the packs of an administration of Kenya."""
    packs = {name: pack.content for name, pack in packs_for("KE", "en").items()}

    def served(route: Route) -> None:
        path = route.request.url.split("/", 3)[3]
        if path.startswith("app/"):
            route.fulfill(body=(APP / path[4:]).read_bytes(), content_type="text/javascript")
        elif path.startswith("packs/"):
            route.fulfill(body=packs[path[6:-5]], content_type="application/json")
        else:
            route.fulfill(body="<!doctype html><title>desk</title>", content_type="text/html")

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.route("**/*", served)
        page.goto("http://desk.test/")
        said: list[dict[str, Any]] = page.evaluate(READ, [asked, sorted(ALONE)])
        browser.close()
    return said


def _without(answer: dict[str, Any], left: set[str]) -> str:
    """An answer without the places that the device has left to the node, and what follows from them."""
    header = {name: value for name, value in answer["header"].items() if name != "place" or "place" not in left}
    legs = []
    for leg in header.pop("route", []):
        gone = any(path.startswith(f"route.{leg['role']}") for path in left)
        kept = {name: value for name, value in leg.items() if name != "place" or not gone}
        legs += [kept] if len(kept) > 1 else []
    told = ("place_mismatch", "route_conflict") if left else ()
    said = {
        "header": {**header, **({"route": legs} if legs else {})},
        "lines": answer["lines"],
        "problems": sorted(one for one in answer["problems"] if one[0] not in left),
        "findings": sorted(one for one in answer["findings"] if one[0] not in told),
    }
    return json.dumps(said, sort_keys=True, ensure_ascii=False)


def test_a_thousand_records_are_read_alike_by_the_node_and_by_the_browser() -> None:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    asked = records(1_000)
    ours, theirs = answers(asked), _read_in_browser(asked)
    different = [
        (record, one, other)
        for record, one, other in zip(asked, ours, theirs, strict=True)
        if _without(one, set(other["unread"])) != _without(other, set(other["unread"]))
    ]
    assert len(asked) == 1_000
    assert different == [], f"{len(different)} differ; the first: {different[0]}"
    right = sum(not one["problems"] for one in ours)
    assert 100 < right < 900, "the records hold right ones and wrong ones"
    codes = {code for one in ours for _path, code in one["problems"]}
    assert len(codes) > 25
    assert {code for one in ours for code, _gravity, _path in one["findings"]} == ALONE
    left = sum(bool(one["unread"]) for one in theirs)
    assert left < 450, "places are left to the node where they are of other regions alone"
