"""What `init` makes: the collection of the node's experts, so that warnings have a place from the first day."""

from __future__ import annotations

from django.conf import settings

from tidewaiter.advisories.actions import let_read, open_collection
from tidewaiter.advisories.models import Collection
from tidewaiter.advisories.policy import ADMINISTRATION, INT, SECTOR
from tidewaiter.foundation.actors import NODE

CODE = "experts"


def prepare() -> None:
    """Opens it where it is not there. On a central node it is for the role `expert` and the secretariat; on a node of
    a nation also for its customs officers.
    """
    if Collection.objects.filter(code=CODE).exists():
        return
    made = open_collection(code=CODE, title="Electronic crime experts", by=NODE)
    let_read(collection=made, kind=SECTOR, value="experts", ceiling="AMBER+STRICT", writes=True, by=NODE)
    let_read(collection=made, kind=ADMINISTRATION, value=INT, ceiling="RED", writes=True, by=NODE)
    if settings.HOLDS_NAMES:
        let_read(collection=made, kind=SECTOR, value="customs", ceiling="AMBER+STRICT", writes=True, by=NODE)
