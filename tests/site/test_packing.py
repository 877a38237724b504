"""What goes over the line is packed, named by its content, and no more than pages use."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.templatetags.static import static
from django.test import Client

from tests.conftest import PASSWORD, PROJECT
from tidewaiter.site.packing import packed

OPENS = {"Accept-Encoding": "gzip, br"}


@pytest.mark.django_db
def test_a_page_comes_packed_to_who_can_open_it(people: SimpleNamespace) -> None:
    client = Client()
    client.post("/accounts/login/", {"login": people.officer.username, "password": PASSWORD})
    plain, small = client.get("/cases/"), client.get("/cases/", headers=OPENS)
    assert "Content-Encoding" not in plain
    assert small["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in small["Vary"]
    assert len(small.content) < len(plain.content) / 3
    assert b'<main class="tw-main"' in gzip.decompress(small.content)


@pytest.mark.django_db
def test_lengths_of_one_page_differ_so_that_they_tell_nothing() -> None:
    """BREACH reads secrets out of lengths: the sign against forged requests is another one each time, and each answer
    is longer by chance.
    """
    answers = [Client().get("/accounts/login/", headers=OPENS).content for _ in range(12)]
    signs = {re.findall(rb'csrfmiddlewaretoken" value="(\w+)"', gzip.decompress(one))[0] for one in answers}
    assert len(signs) == 12
    assert len({len(one) for one in answers}) > 3


def test_a_download_and_a_picture_go_as_they_are() -> None:
    request = HttpRequest()
    request.META["HTTP_ACCEPT_ENCODING"] = "gzip"
    for answer in (
        StreamingHttpResponse([b"a" * 5000], content_type="text/csv"),
        HttpResponse(b"a" * 5000, content_type="image/png"),
    ):
        assert "Content-Encoding" not in packed(lambda _request, said=answer: said)(request)


def test_files_are_named_by_their_content_packed_and_kept() -> None:
    address = static("tidewaiter.css")
    assert re.fullmatch(r"/static/tidewaiter\.[0-9a-f]{12}\.css", address)
    answer = Client().get(address, headers=OPENS)
    assert answer["Content-Encoding"] in ("br", "gzip")
    assert answer["Cache-Control"] == "max-age=31536000, public, immutable"
    sheet = gzip.decompress(b"".join(Client().get(address, headers={"Accept-Encoding": "gzip"})))
    assert re.search(rb"fonts/ibm-plex-sans-latin-400-normal\.[0-9a-f]{12}\.woff2", sheet)


def test_style_sheets_have_what_pages_use_and_no_more() -> None:
    """A class that a template began or ceased to use: `make generated`."""
    asked = [sys.executable, "-c", "import json, prune_styles; print(json.dumps(prune_styles.served()))"]
    done = subprocess.run(asked, cwd=PROJECT / "tools", capture_output=True, text=True, check=True)
    for name, text in json.loads(done.stdout).items():
        assert (PROJECT / name).read_text(encoding="utf-8") == text, f"{name}: run `make generated`"
