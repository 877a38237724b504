"""Run in a process of its own: `python -m tests.people.cookies USERNAME PASSWORD` signs in
and prints every cookie that was set.
"""

from __future__ import annotations

import sys

import django

django.setup()

from django.test import Client  # noqa: E402

if __name__ == "__main__":
    client = Client(SERVER_NAME="tidewaiter.example.org", headers={"X-Forwarded-Proto": "https"})
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": sys.argv[1], "password": sys.argv[2]})
    client.post("/language/", {"language": "fr"})
    for cookie in client.cookies.values():
        print(cookie.OutputString())
