"""The WSGI application that `serve` runs."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tidewaiter.site.settings")
application = get_wsgi_application()

from tidewaiter.site.warming import warm  # noqa: E402 -- the settings must stand first

warm()
