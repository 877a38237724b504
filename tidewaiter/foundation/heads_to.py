"""Where heads of the ledger are sent, as a setting says it; read before there are any settings."""

from __future__ import annotations

from pathlib import Path

from tidewaiter.foundation.refusals import BadInput

MAILTO = "mailto:"


def where_to(said: str, home: Path) -> str:
    """What `TIDEWAITER_HEADS_TO` names: an absolute folder outside the data folder, or `mailto:` and one address; or
    nothing.

    Raises `BadInput` for anything else.
    """
    if said.startswith(MAILTO):
        name, at, host = said.removeprefix(MAILTO).partition("@")
        if not (name and at and host) or any(sign in said for sign in " ,;?&\r\n"):
            raise BadInput("heads_to", f"TIDEWAITER_HEADS_TO is «{said[:80]}»: give mailto: and one address.")
        return said
    if said and not Path(said).is_absolute():
        raise BadInput(
            "heads_to", f"TIDEWAITER_HEADS_TO is «{said[:80]}»: give the whole path of a folder, or mailto:ADDRESS."
        )
    if said and home in (folder := Path(said).resolve(), *folder.parents):
        raise BadInput(
            "heads_inside",
            f"TIDEWAITER_HEADS_TO is {folder}, inside the data folder: heads kept there prove nothing. Name one"
            " outside it.",
        )
    return said
