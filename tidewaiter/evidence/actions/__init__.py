"""Deeds of the room (DESIGN.md §3: `seize`, `hand_over`, `seal`, `dispose`, and those beside them)."""

from tidewaiter.evidence.actions.custody import decline as decline
from tidewaiter.evidence.actions.custody import hand_over as hand_over
from tidewaiter.evidence.actions.custody import move as move
from tidewaiter.evidence.actions.custody import take as take
from tidewaiter.evidence.actions.custody import take_all as take_all
from tidewaiter.evidence.actions.exhibits import lift_hold as lift_hold
from tidewaiter.evidence.actions.exhibits import mark as mark
from tidewaiter.evidence.actions.exhibits import put_under_hold as put_under_hold
from tidewaiter.evidence.actions.exhibits import seize as seize
from tidewaiter.evidence.actions.exhibits import value as value
from tidewaiter.evidence.actions.files import allow_look as allow_look
from tidewaiter.evidence.actions.files import ask_to_look as ask_to_look
from tidewaiter.evidence.actions.files import open_file as open_file
from tidewaiter.evidence.actions.reading import look_at as look_at
from tidewaiter.evidence.actions.reading import read_party as read_party
from tidewaiter.evidence.actions.seals import seal as seal
from tidewaiter.evidence.actions.seals import unseal as unseal
from tidewaiter.evidence.actions.storage import decide as decide
from tidewaiter.evidence.actions.storage import keep_store as keep_store
from tidewaiter.evidence.actions.storage import pack as pack
from tidewaiter.evidence.actions.storage import tell_of_due as tell_of_due
from tidewaiter.evidence.actions.storage import unpack as unpack
from tidewaiter.evidence.actions.tests import correct as correct
from tidewaiter.evidence.actions.tests import measure as measure
from tidewaiter.evidence.actions.tests import sample as sample
from tidewaiter.evidence.actions.tests import write_test as write_test
