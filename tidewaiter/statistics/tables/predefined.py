"""Questions that are asked every month, ready to be opened; each is a table of the builder."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tidewaiter.foundation.refusals import BadInput


@dataclass(frozen=True, slots=True)
class Question:
    """A table with a name: rows, columns, measure."""

    name: str
    title: Promise
    by: str
    across: str = ""
    measure: str = "cases"

    @property
    def dimensions(self) -> list[str]:
        """Rows, and columns where there are any."""
        return [name for name in (self.by, self.across) if name]

    @property
    def query(self) -> str:
        """As the address of the builder says it."""
        return f"by={self.by}&and={self.across}&measure={self.measure}"


QUESTIONS = (
    Question("collection", _("How is the data collected?"), "channel", "commodity"),
    Question("by_region", _("What is seized in which region?"), "commodity", "region"),
    Question("by_month", _("What came when?"), "commodity", "month"),
    Question("by_country", _("Who reports what?"), "country", "commodity"),
    Question("goods", _("Which goods are seized most often?"), "subtype", "", "seizures"),
    Question("quantities", _("How much of which goods?"), "subtype", "", "quantity"),
    Question("values", _("What is it said to be worth?"), "commodity", "", "value"),
    Question("routes", _("From where to where?"), "departure", "destination"),
    Question("origins", _("Where do the goods come from?"), "origin", "commodity", "seizures"),
    Question("departures", _("From where do they leave?"), "departure", "commodity"),
    Question("destinations", _("Where are they bound?"), "destination", "commodity"),
    Question("seized_from", _("Who seizes what leaves where?"), "country", "departure"),
    Question("modes", _("How is it carried?"), "mode", "commodity"),
    Question("concealment", _("How is it hidden in which means of transport?"), "concealment", "mode"),
    Question("hidden_goods", _("How are which goods hidden?"), "concealment", "commodity"),
    Question("detection", _("Why were consignments selected?"), "detection", "commodity"),
    Question("detection_places", _("Which way of selecting works where?"), "detection", "location_type"),
    Question("locations", _("At what kind of place?"), "location_type", "commodity"),
    Question("places", _("At which places?"), "place", "commodity"),
    Question("directions", _("On the way in, out or through?"), "direction", "commodity"),
)


def question_named(name: str) -> Question:
    """The question of that name. Raises `BadInput`, with the names there are."""
    for one in QUESTIONS:
        if one.name == name:
            return one
    raise BadInput(
        "question",
        gettext("There is no question «%(name)s». Questions: %(names)s.")
        % {"name": name[:40], "names": ", ".join(one.name for one in QUESTIONS)},
    )
