"""A checklist read from its file: each step understood, or said why not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tidewaiter.foundation.decoding import read_toml
from tidewaiter.foundation.refusals import BadInput

SHIPPED = Path(__file__).with_name("scene.toml")
KINDS = ("note", "photos", "exhibits", "seals", "receipt")
RECEIPT = ("title", "text", "holder", "signed", "thing", "quantity", "seal")
_STEP = {"id", "kind", "required", "title", "help", "basis"}
MOST_STEPS = 60


@cache
def shipped() -> dict[str, Any]:
    """The checklist that comes with the program."""
    return read_checklist(SHIPPED.read_text(encoding="utf-8"))


def read_checklist(text: str) -> dict[str, Any]:
    """A checklist of its TOML text. Raises `BadInput` that names the first thing that is wrong."""
    document = read_toml(text)
    code = document.get("code")
    if not isinstance(code, str) or not code.replace("_", "").isalnum() or len(code) > 40:
        raise _wrong("code")
    steps = document.get("steps")
    if not isinstance(steps, list) or not 1 <= len(steps) <= MOST_STEPS:
        raise _wrong("steps")
    seen: set[str] = set()
    for step in steps:
        _must_be_step(step, seen)
    receipt = document.get("receipt", {})
    if not isinstance(receipt, dict) or (not receipt and any(step["kind"] == "receipt" for step in steps)):
        raise _wrong("receipt")
    for language, words in receipt.items():
        if not isinstance(words, dict) or any(not isinstance(words.get(name), str) for name in RECEIPT):
            raise _wrong(f"receipt.{language}")
    _must_be_words(document.get("title"), "title")
    return {
        "code": code,
        "title": document["title"],
        "steps": [{name: step[name] for name in step if name in _STEP} for step in steps],
        "receipt": receipt,
    }


def _must_be_step(step: Any, seen: set[str]) -> None:
    name = step.get("id") if isinstance(step, dict) else None
    if not isinstance(name, str) or not name.replace("_", "").isalnum() or name in seen or len(name) > 40:
        raise _wrong(f"steps.{name}")
    seen.add(name)
    if step.get("kind") not in KINDS or set(step) - _STEP:
        raise _wrong(f"steps.{name}.kind")
    _must_be_words(step.get("title"), f"steps.{name}.title")
    for part in ("help", "basis"):
        if part in step:
            _must_be_words(step[part], f"steps.{name}.{part}")


def _must_be_words(words: Any, where: str) -> None:
    if not isinstance(words, dict) or any(not isinstance(one, str) or not one.strip() for one in words.values()):
        raise _wrong(where)
    if "en" not in words:
        raise _wrong(where)


def _wrong(where: str) -> BadInput:
    return BadInput("checklist", _("The checklist is not understood at «%(where)s».") % {"where": where[:80]})


def said(words: Mapping[str, str], language: str = "") -> str:
    """The text of a language (the reader's where none is said), else the English one."""
    code = (language or get_language() or "en").partition("-")[0]
    return words.get(code) or words["en"]
