"""The ASGI application that `serve` runs: Django's WSGI application behind a front that waits for it."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from tidewaiter.foundation.scratch import stay_inside, sweep
from tidewaiter.site.binding import must_be_one_node

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tidewaiter.site.settings")
stay_inside(Path(settings.FILE_UPLOAD_TEMP_DIR))
sweep()  # what a web process that was killed has left: the web server starts them again by itself
_pages = get_wsgi_application()
must_be_one_node()

from tidewaiter.site import keyring, leash  # noqa: E402 -- the settings must stand first
from tidewaiter.site.front import Front  # noqa: E402
from tidewaiter.site.running import is_stopping  # noqa: E402
from tidewaiter.site.warming import warm  # noqa: E402

keyring.must_be_there()
leash.hold()
application = Front(_pages, lambda: is_stopping(Path(settings.TIDEWAITER_HOME)))
warm()
