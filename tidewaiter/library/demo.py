"""The demo's library: the alert of its story, and what demo/world_library.toml has."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from tidewaiter.cases.queries import filtered, visible_cases
from tidewaiter.library.actions import Written, move, write
from tidewaiter.library.models import Item
from tidewaiter.library.policy import allowed, audiences, is_of_a_nation
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import officer_named

EDITOR = "r.lindgren"
EDITOR_AT_HOME = "e.kariuki"
ALERT = {
    "en": (
        "Pistol parts in cast pump housings",
        (
            "Three administrations found finished pistol slides and barrels inside pump housings. This story is"
            " invented.\n\n## What to look for\n\n- Cast pump housings that weigh 5 to 10 % more than declared.\n- A"
            " second transhipment that costs more than the goods are worth.\n- Solder or fresh paint on the inner"
            " bulkhead.\n\n## What to do\n\nScan before you open. Photograph the housing from inside with a scale."
            " Enter the case within two days."
        ),
    ),
    "fr": (
        "Pièces de pistolet dans des corps de pompe",
        (
            "Trois administrations ont trouvé des glissières et des canons finis dans des corps de pompe. Cette"
            " histoire est inventée.\n\n## Que chercher\n\n- Des corps de pompe qui pèsent 5 à 10 % de plus que"
            " déclaré.\n- Un second transbordement plus cher que la marchandise."
        ),
    ),
    "es": (
        "Piezas de pistola en cuerpos de bomba",
        (
            "Tres administraciones hallaron correderas y cañones acabados dentro de cuerpos de bomba. Esta historia es"
            " inventada.\n\n## Qué buscar\n\n- Cuerpos de bomba que pesan del 5 al 10 % más de lo declarado.\n- Un"
            " segundo transbordo más caro que la mercancía."
        ),
    ),
}
"""The demo's alert, by language: (title, text)."""


def fill_library(_say: Callable[[str], None]) -> None:
    """People write, regional offices and the editor publish; one item waits, one went back. Nothing where there is any
    already.
    """
    if Item.objects.exists():
        return
    _write_alert()
    path = Path(settings.DEMO_FOLDER) / "world_library.toml"
    here = set(Officer.objects.values_list("username", flat=True))
    for said in tomllib.loads(path.read_text(encoding="utf-8"))["item"]:
        if said["by"] in here:
            _publish(said)


def _write_alert() -> None:
    """Kenya warns of what its story tells, and the regional office approves."""
    author = officer_named("a.wanjiru")
    seen = visible_cases(author)
    own = filtered(seen, {"national_ref": ["KE-2026-0418"]})
    like = filtered(seen, {"form": ["WPN"], "departure": ["CL"], "status": ["validated"]}).order_by("-date", "-pk")[:3]
    said = Written(
        kind="alert",
        topic="modus_operandi",
        texts=dict(ALERT),
        commodity="WPN",
        countries=["CL", "KE", "KR"],
        cases=[case.ref for case in (*own, *like)],
    )
    item = write(said=said, by=author)
    move(item=item, deed="submit", by=author)
    move(item=item, deed="publish", by=_approver("n.achieng"))


def _editor() -> Officer:
    """Of the secretariat, or of the country whose node it is."""
    return officer_named(EDITOR if Officer.objects.filter(username=EDITOR).exists() else EDITOR_AT_HOME)


def _approver(regional: str) -> Officer:
    """Who approves: the regional office; within a nation, which has none, the editor of the secretariat."""
    return _editor() if is_of_a_nation() else officer_named(regional)


def _publish(said: dict[str, Any]) -> None:
    author = officer_named(said["by"])
    chosen = {"form": [said["commodity"]], "status": ["validated"]} if said.get("cases") else {}
    found = filtered(visible_cases(author), chosen).exclude(administration="US").order_by("-date", "-pk")
    partners: list[str] = []
    if is_of_a_nation() and said["audience"] == "partners":
        agencies = Officer.objects.filter(grants__role="partner", administration_id=author.administration_id)
        partners = sorted(agencies.values_list("username", flat=True))
    written = Written(
        kind=said["kind"],
        topic=said.get("topic", ""),
        texts={lang: (said[lang][0], said[lang][1]) for lang in ("en", "fr", "es") if lang in said},
        commodity=said.get("commodity", ""),
        countries=said.get("countries", []),
        audience="agencies" if partners else said["audience"] if said["audience"] in audiences() else "members",
        partners=partners,
        handling=said["handling"],
        cases=list(found.values_list("ref", flat=True)[: said.get("cases", 0)]),
    )
    item = write(said=written, by=author)
    item = move(item=item, deed="submit", by=author)
    if "to" in said:
        approver = _approver(said["to"])
        if allowed("publish", item, approver):
            move(item=item, deed="publish", by=approver)
    elif "back" in said:
        editor = _editor()
        move(item=item, deed="send_back", by=editor, reason=said["back"])
