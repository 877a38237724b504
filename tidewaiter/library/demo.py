"""The demo's alert."""

from __future__ import annotations

from collections.abc import Callable

from tidewaiter.cases.queries import filtered, visible_cases
from tidewaiter.library.actions import Written, move, write
from tidewaiter.library.models import Item
from tidewaiter.people.queries import officer_named

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


def write_alert(_say: Callable[[str], None]) -> None:
    """Kenya warns of what its story tells, and the regional office approves."""
    if Item.objects.exists():
        return
    author = officer_named("a.wanjiru")
    cases = filtered(visible_cases(author), {"administration": ["KE"], "form": ["WPN"]}).values_list("ref", flat=True)[
        :3
    ]
    said = Written(
        kind="alert",
        topic="modus_operandi",
        texts=dict(ALERT),
        commodity="WPN",
        countries=["CL", "KE", "KR"],
        cases=list(cases),
    )
    item = write(said=said, by=author)
    move(item=item, deed="submit", by=author)
    move(item=item, deed="publish", by=officer_named("n.achieng"))
