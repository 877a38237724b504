"""What is refused comes back in its page: the reason at the field, what was typed kept."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from lxml import html

from tests.conftest import PASSWORD
from tests.making import case_in
from tidewaiter.cases.actions import draft, submit
from tidewaiter.cases.models import Case
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.site.given_back import fill


def _signed(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _submitted(people: SimpleNamespace) -> Case:
    ref = draft(cases=[case_in()], by=people.contact, channel="page").refs[0]
    submit(cases=Case.objects.filter(ref=ref), by=people.contact)
    return Case.objects.get(ref=ref)


@pytest.mark.django_db
def test_a_return_that_says_nothing_comes_back_with_the_reason_at_the_field(people: SimpleNamespace) -> None:
    case, client = _submitted(people), _signed(people.reviewer)
    page = f"/review/case/{case.ref}/"
    tree = html.fromstring(client.get(page).content)
    form = next(form for form in tree.forms if form.action.endswith("/return_case/"))
    said = [(name, value) for name, value in form.form_values() if name not in ("say", "path", "code")]
    body = QueryDict(mutable=True)
    for name, value in said:
        body.appendlist(name, value)
    for name in ("path", "code", "say"):
        body.setlist(name, ["", "", ""])
    body.setlist("say", ["", "which terminal?", ""])
    answer = client.post(
        form.action,
        body.urlencode(),
        content_type="application/x-www-form-urlencoded",
        headers={"referer": f"http://testserver{page}"},
    )
    assert answer.status_code == 422
    tree = html.fromstring(answer.content)
    form = next(form for form in tree.forms if form.action.endswith("/return_case/"))
    why = form.xpath(".//textarea[@name='reason']")[0]
    assert why.get("aria-invalid") == "true"
    assert "autofocus" in why.attrib
    told = form.xpath(".//*[@role='alert']")[0]
    assert why.get("aria-describedby") == told.get("id")
    assert told.text == "Say why: the colleagues on the other side need it."
    assert [one.get("value") or "" for one in form.xpath(".//input[@name='say']")] == ["", "which terminal?", ""]
    assert tree.xpath("//h1"), "it is the page of the queue"
    case.refresh_from_db()
    assert case.status == "submitted"


@pytest.mark.django_db
def test_without_a_page_before_or_from_elsewhere_the_refusal_has_its_own_page(people: SimpleNamespace) -> None:
    case, client = _submitted(people), _signed(people.reviewer)
    said = {"version": "1", "digest": case.digest}
    for came in ("", "https://elsewhere.example/review/", f"http://testserver/cases/{case.ref}/return_case/"):
        answer = client.post(f"/review/case/{case.ref}/return_case/", said, headers={"referer": came} if came else {})
        assert answer.status_code == 422
        assert "Say why" in answer.content.decode()
        assert "<textarea" not in answer.content.decode()


@pytest.mark.django_db
def test_an_invitation_that_is_refused_keeps_what_was_typed(people: SimpleNamespace) -> None:
    client = _signed(people.reviewer)
    answer = client.post(
        "/review/requests/",
        {"subject": "", "question": "What of <pumps>?"},
        headers={"referer": "http://testserver/review/requests/"},
    )
    assert answer.status_code in (400, 403)
    asker = _signed(people.contact)
    answer = asker.post(
        "/review/requests/",
        {"subject": "", "question": "What of <pumps>?"},
        headers={"referer": "http://testserver/review/requests/"},
    )
    assert answer.status_code == 400
    tree = html.fromstring(answer.content)
    assert tree.xpath("//textarea[@name='question']")[0].text.strip() == "What of <pumps>?"
    assert tree.xpath("//*[@role='alert']")[0].text_content().strip() == "Say what the question is about, and ask it."


PAGE = """<p>é
<form method="post" action="/a/"><input type="hidden" name="k" value="1"><input name="x" value="old"></form>
<details><form method="post" action="/a/"><input type="hidden" name="k" value="2"><input name="x" value='"old"'>
<select name="s"><option value="1" selected>one</option><option value="2">two</option></select>
<select name="m" multiple><option value="1">one</option><option value="2">two</option></select>
<input type="checkbox" name="c" value="1" checked><input type="checkbox" name="c" value="2">
<input type="password" name="p"><textarea name="t">
was</textarea><button name="deed" value="go">Go</button></form></details>"""


def test_the_form_that_was_sent_is_filled_and_no_other() -> None:
    posted = QueryDict("k=2&x=%3Cnew%3E&s=2&m=1&m=2&c=2&p=secret&t=a%26b")
    filled = fill(PAGE, "/a/", "/page/", posted, Refusal("none", "No, <because>."))
    assert filled is not None
    tree = html.fromstring(filled)
    first, second = tree.forms
    assert first.fields["x"] == "old"
    assert second.fields["x"] == "<new>"
    assert second.fields["s"] == "2"
    assert list(second.inputs["m"].value) == ["1", "2"]
    assert [box.checked for box in second.inputs["c"]] == [False, True]
    assert second.fields["t"] == "a&b"
    assert second.fields["p"] in (None, "")
    assert tree.xpath("//details/@open") == [""] or tree.xpath("//details/@open") == ["open"]
    assert second.xpath(".//*[@role='alert']")[0].text_content() == "No, <because>."
    assert not first.xpath(".//*[@role='alert']")
    assert "autofocus" in second.inputs["x"].attrib


def test_a_page_without_the_form_gives_nothing_back() -> None:
    assert fill(PAGE, "/b/", "/page/", QueryDict("x=1"), BadInput("x", "No.")) is None
