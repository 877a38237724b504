"""A model of selection and its file: all that scoring needs, as JSON without code and without a value in clear."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from tidewaiter.foundation.decoding import NotJson, read_json
from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.trade.risk.features import Known, Layout
from tidewaiter.trade.risk.risk_profiles import Profile, Recent
from tidewaiter.trade.risk.unseen_values import Met

FORMAT = "tidewaiter selection 1"


@dataclass(slots=True)
class Model:
    """All that scoring needs, and the card that says what it is."""

    layout: Layout
    salt: str
    known: Known
    illicit: str
    """Trees as JSON."""
    worth: str
    """Trees of ln(1 + revenue) of illicit rows, or nothing."""
    steps: tuple[list[float], list[float]]
    """Raw score → calibrated probability, in steps."""
    baseline: dict[str, list[float]]
    """Shares of bands and commonest values in the training data, by column: what drift is held against."""
    card: JsonObject = field(default_factory=dict)
    met: Met = field(default_factory=Met)
    """The values that the training data held."""

    def text(self) -> str:
        """The model as JSON: no code in it, no value of a row in clear."""
        return json.dumps(
            {
                "format": FORMAT,
                "card": self.card,
                "layout": self.layout.said(),
                "salt": self.salt,
                "rate": self.known.rate,
                "profiles": [one.said() for one in self.known.profiles],
                "recents": [one.said() for one in self.known.recents],
                "illicit": json.loads(self.illicit),
                "worth": json.loads(self.worth) if self.worth else None,
                "steps": self.steps,
                "baseline": self.baseline,
                "met": self.met.said(),
            }
        )


def read_model(path: Path) -> Model:
    """A model from its file. Raises `BadInput` for what is none."""
    try:
        said = read_json(bytes_of(path, "json_document_bytes"), limit="json_document_bytes", nan=True)
        if said["format"] != FORMAT:
            raise BadInput(
                "model",
                _("%(name)s was made by another version (%(format)s). Train it again.")
                % {"name": path.name, "format": str(said["format"])[:40]},
            )
        return Model(
            Layout(**said["layout"]),
            said["salt"],
            Known(
                [Profile.read(one) for one in said["profiles"]],
                [Recent.read(one) for one in said["recents"]],
                said["rate"],
            ),
            json.dumps(said["illicit"]),
            json.dumps(said["worth"]) if said["worth"] else "",
            (said["steps"][0], said["steps"][1]),
            said["baseline"],
            said["card"],
            Met.read(said.get("met", {})),
        )
    except (OSError, UnicodeError, ValueError, KeyError, TypeError, AttributeError, NotJson) as error:
        raise BadInput("model", _("%(name)s is no model.") % {"name": path.name}) from error
