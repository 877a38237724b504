"""A form's shapes are counted before they are tried, and everything that is drawn
from a form is made before it is taken.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.forms.test_forms import FISH
from tidewaiter.forms.actions import define
from tidewaiter.forms.definitions import read_common, read_definition
from tidewaiter.forms.engine import CaseReader
from tidewaiter.forms.models import FormDefinition
from tidewaiter.forms.queries import form_named
from tidewaiter.forms.shapes import has_shape, must_be_quick
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Refusal


def _shaped(shape: str) -> str:
    return f"{FISH}[[fields]]\nname = 'tag'\ntype = 'text'\nlabel = {{ en = 'Tag' }}\nshape = '{shape}'\n"


@pytest.mark.parametrize(
    "shape",
    [
        "(a+)+$",
        "(a|aa)+",
        "(a|b|ab)*c",
        "(a?b?)+",
        "((a{2,3}){2,3}){2,3}x{1,90}",
        "a*b*c*",
        "(a*)*",
        r"(\w+\s?)+",
        "(?:a{1,60000}){1,60000}",
        r"(\d)\1",
        "(?=a)b",
        "(?<!a)b",
        "(?P<x>a)(?P=x)",
        "(a)?(?(1)b|c)",
        "(){9}",
        "(((((){90}){90}){90}){90}){90}",
        "a{101}",
        "(",
        "(" * 400 + ")" * 400,
        "a" * 501,
        "(.{0,50}){3}",
    ],
)
def test_a_shape_that_could_take_too_long_is_refused_in_words(shape: str) -> None:
    began = time.monotonic()
    with pytest.raises(BadInput) as refused:
        read_definition(_shaped(shape))
    assert "`tag`: its shape cannot be used" in refused.value.sentence
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    ("shape", "text"),
    [
        (r"\d{8}|\d{12,14}", "12345678"),
        ("(IMO ?)?\\d{7}", "IMO 1234567"),
        (r"[A-Z]{1,4}(-\d{2}){1,3}", "AB-12-34"),
        ("[^ ]+@[^ ]+", "a@b"),
        (r"(AB|CD){1,5}\d*", "ABCDAB9"),
        (r"(?i)sn[- ]?\d{3,20}", "SN-1234"),
    ],
)
def test_shapes_of_identifiers_are_taken_and_fit(shape: str, text: str) -> None:
    read_definition(_shaped(shape))
    must_be_quick([shape])
    assert has_shape(shape, text)
    assert not has_shape(shape, text + " Peter Meier")


def test_every_shipped_shape_is_one_and_is_quick() -> None:
    shapes = [
        field.shape
        for path in sorted((PROJECT / "forms").glob("[A-Z]*.toml"))
        for field in read_definition(path.read_text()).fields
    ]
    every = read_common((PROJECT / "forms" / "common.toml").read_text())
    shapes = [shape for shape in [*shapes, *(field.shape for field in (*every.header, *every.line))] if shape]
    assert len(shapes) == 6
    for shape in shapes:
        read_definition(_shaped(shape))
    must_be_quick(shapes)


def test_the_trial_ends_a_shape_that_never_does() -> None:
    began = time.monotonic()
    with pytest.raises(BadInput, match="more than 2 seconds"):
        must_be_quick(["(a+)+$"])
    assert time.monotonic() - began < 15


def test_a_cell_is_measured_before_a_shape_is_tried_on_it() -> None:
    assert has_shape(r"\d*", "1" * 100)
    assert not has_shape(r"\d*", "1" * 101)


@pytest.mark.django_db
def test_a_form_that_a_former_release_took_with_such_a_shape_is_still_read_and_hangs_nobody() -> None:
    define(text=FISH, by=NODE)
    text = _shaped("(a+)+$")
    FormDefinition.objects.filter(code="ZFI").update(version=77)  # what the newest says is read from its text
    FormDefinition.objects.create(
        code="ZFI",
        version=78,
        text=text.replace("version = 1", "version = 78"),
        sha256="",
        loaded_by="x",
        loaded_at=now(),
    )
    reader = CaseReader(form_named("ZFI", 78))
    began = time.monotonic()
    cells = {"subtype": "eel", "quantity": "1", "unit": "KGM", "tag": "a" * 90 + "!"}
    line, problems = reader.line(cells)
    assert (line["fields"]["tag"], problems) == ("a" * 90 + "!", [])
    assert time.monotonic() - began < 1


@pytest.mark.parametrize(
    "change",
    [
        ("version = 1", "version = 0"),
        ("version = 1", "version = -1"),
        ("version = 1", f"version = {2**70}"),
        ("version = 1", "version = 0x" + "f" * 6000),
        ('name = "water"\ntype = "text"', 'name = "water"\ntype = "text"\nlargest = -5'),
        ('name = "water"\ntype = "text"', 'name = "water"\ntype = "text"\nlargest = 0'),
        ('name = "water"\ntype = "text"', f'name = "water"\ntype = "text"\nlargest = {2**62}'),
        ('name = "water"\ntype = "text"', 'name = "water"\ntype = "text"\nlargest = 0x' + "f" * 5000),
        ('name = "water"', 'name = "ª"'),
        ('name = "water"', 'name = "w' + "a" * 60 + '"'),
        ('name = "water"', 'name = "date"'),
        ('name = "water"', 'name = "lines"'),
        ('name = "water"', 'name = "quantity"'),
        ('name = "water"\ntype = "text"', 'name = "water"\ntype = "text"\nblock = "nosuch"'),
        ('name = "water"\ntype = "text"', 'name = "water"\ntype = "text"\nwhen = { nosuch = ["x"] }'),
        ('label = { en = "Water" }', 'label = { en = "Wa\\u0001ter" }'),
    ],
)
@pytest.mark.django_db
def test_what_would_break_later_is_refused_now(change: tuple[str, str]) -> None:
    assert change[0] in FISH
    with pytest.raises(Refusal) as refused:
        define(text=FISH.replace(*change, 1), by=NODE)
    assert isinstance(refused.value, BadInput)
    assert not FormDefinition.objects.filter(code="ZFI").exists()


@pytest.mark.django_db
def test_a_form_without_an_example_says_so_where_one_is_asked_for(tmp_path: Path) -> None:
    from django.core.management import call_command
    from django.core.management.base import CommandError

    define(text=FISH, by=NODE)
    with pytest.raises(CommandError, match="has no example of its own"):
        call_command("example", "ZFI", output=tmp_path / "x.xml", format="json")
