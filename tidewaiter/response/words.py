"""What the room's codes are called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext as said_now
from django.utils.translation import gettext_lazy as _

from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.refusals import BadInput


class ListWords(Mapping[str, str]):
    """The codes of a list of ours, each with its label in the reader's language."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __getitem__(self, code: str) -> str:
        return list_view(self.name).codes[code].spoken(get_language() or "en")

    def __iter__(self) -> Iterator[str]:
        return iter(list_view(self.name).codes)

    def __len__(self) -> int:
        return len(list_view(self.name).codes)

    def reader(self) -> Callable[[str], str]:
        """Reads a code, or its label in any language of the list. Raises `BadInput`."""

        def read(said: str) -> str:
            found = list_view(self.name).resolve(said)
            if found.code is None:
                raise BadInput(
                    "choice",
                    said_now("«%(said)s» is none of %(all)s.") % {"said": said[:40], "all": ", ".join(sorted(self))},
                )
            return found.code

        return read


FRAUD_KINDS = ListWords("alarm_kind")
METHODS = ListWords("payment_method")
ANSWERS = ListWords("freeze_answer")
OUTCOMES = ListWords("alarm_outcome")
GROUNDS = ListWords("preservation_ground")

FORMS = {
    "art29": _("Budapest Convention, article 29 (T-CY form)"),
    "2703f": _("18 U.S.C. 2703(f), letter to a provider"),
    "epoc-pr": _("EU preservation order certificate (EPOC-PR)"),
    "un40": _("UN Convention against Cybercrime"),
}
PAPER_LANGUAGES = ("en", "fr", "es")
"""In which texts and papers for counterparts can be had."""
ENTRY = {
    "victim": _("Victim"),
    "amount": _("Amount"),
    "currency": _("Currency"),
    "victim_country": _("Country of the victim"),
    "to_account": _("Account or wallet it went to"),
    "to_bic": _("BIC of that bank"),
    "to_bank": _("That bank"),
    "to_name": _("In whose name"),
    "from_bank": _("The victim's bank"),
    "from_bic": _("BIC of the victim's bank"),
    "uetr": _("Reference of the payment (UETR)"),
    "transferred_at": _("Transferred"),
    "detected_at": _("Detected"),
    "recall_at": _("Recall sent by the bank"),
    "zone": _("Time zone of these times"),
    "victim_contact": _("How the victim can be reached"),
}
