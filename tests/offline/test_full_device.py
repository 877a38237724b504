"""A device without room: a photo is refused by name, text finds room, and freezing is done whole or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Route, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
APP = Path(__file__).resolve().parents[2] / "tidewaiter" / "offline" / "app"
FULL = """() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (value, ...more) {
    if (window.__full && (value.sealed?.byteLength ?? 0) > window.__full) {
      this.transaction.abort();
      throw new DOMException("no room", "QuotaExceededError");
    }
    return put.call(this, value, ...more);
  };
}"""
TRY = """async () => {
  const store = await import("/app/store.js"), said = {}, sealed = (size) => new Uint8Array(size);
  await store.holdRoom();
  said.held = Boolean(await store.get("meta", "ballast"));
  await store.put("queue", { id: "waits", seq: 1, sealed: sealed(10) });
  window.__full = 50_000;
  try { await store.putPhoto({ id: "photo", sealed: sealed(90_000) }); } catch (error) { said.photo = error.name; }
  await store.put("drafts", { id: "draft", sealed: sealed(3_000) });
  await store.put("photos", { id: "loose", sealed: sealed(10) });
  const items = [{ id: "case", sealed: sealed(100) }, { id: "large", sealed: sealed(90_000) }];
  try { await store.freeze("draft", ["loose"], items); } catch (error) { said.frozen = error.name; }
  for (const name of ["queue", "drafts", "photos"]) { said[name] = (await store.all(name)).map((one) => one.id); }
  said.released = !(await store.get("meta", "ballast"));
  return said;
}"""


def served(route: Route) -> None:
    """The desk's scripts under /app/, and an empty page at any other address."""
    path = route.request.url.rpartition("/app/")[2]
    if "/app/" in route.request.url:
        route.fulfill(body=(APP / path).read_bytes(), content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html><title>desk</title>", content_type="text/html")


@pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (Debian: apt-get install chromium)")
def test_a_device_without_room_loses_nothing() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.route("**/*", served)
        page.goto("http://localhost:9/")
        page.evaluate(FULL)
        said = page.evaluate(TRY)
        browser.close()
    assert said == {
        "held": True,
        "photo": "QuotaExceededError",
        "frozen": "QuotaExceededError",
        "queue": ["waits"],
        "drafts": ["draft"],
        "photos": ["loose"],
        "released": True,
    }
