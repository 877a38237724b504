"""Settings for the checker of types alone: the rooms of every shape at once, which no node has."""

from tidewaiter.site.settings import *  # noqa: F403 -- the checker reads the names where they stand
from tidewaiter.site.settings import INSTALLED_APPS as OF_THIS_SHAPE
from tidewaiter.site.shapes import PLATES, packages_of

INSTALLED_APPS = list(dict.fromkeys([*OF_THIS_SHAPE, *(room for shape in PLATES for room in packages_of(shape))]))
