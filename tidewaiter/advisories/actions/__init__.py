"""Deeds of the room (DESIGN.md §3: `warn`, `revoke`, `sight`, and those of collections and readers)."""

from tidewaiter.advisories.actions.collections import let_read as let_read
from tidewaiter.advisories.actions.collections import no_longer_read as no_longer_read
from tidewaiter.advisories.actions.collections import open_collection as open_collection
from tidewaiter.advisories.actions.fetching import fetch_all as fetch_all
from tidewaiter.advisories.actions.fetching import fetch_subscription as fetch_subscription
from tidewaiter.advisories.actions.fetching import subscribe as subscribe
from tidewaiter.advisories.actions.fetching import unsubscribe as unsubscribe
from tidewaiter.advisories.actions.importing import bring as bring
from tidewaiter.advisories.actions.importing import take_objects as take_objects
from tidewaiter.advisories.actions.reaching import Seen as Seen
from tidewaiter.advisories.actions.reaching import acknowledge as acknowledge
from tidewaiter.advisories.actions.reaching import read_warning_of as read_warning_of
from tidewaiter.advisories.actions.reaching import sight as sight
from tidewaiter.advisories.actions.reaching import withdraw_sighting as withdraw_sighting
from tidewaiter.advisories.actions.storing import add_objects as add_objects
from tidewaiter.advisories.actions.storing import delete_object as delete_object
from tidewaiter.advisories.actions.warnings import amend_draft as amend_draft
from tidewaiter.advisories.actions.warnings import decline as decline
from tidewaiter.advisories.actions.warnings import draft_warning as draft_warning
from tidewaiter.advisories.actions.warnings import publish_warning as publish_warning
from tidewaiter.advisories.actions.warnings import revise as revise
from tidewaiter.advisories.actions.warnings import revoke as revoke
from tidewaiter.advisories.actions.warnings import warn as warn
