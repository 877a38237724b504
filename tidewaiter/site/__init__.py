"""Where the rooms are put together. Whatever starts a node loads this first: the
files it makes are its user's alone.
"""

import os

os.umask(0o077)
