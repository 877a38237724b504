"""One box, watch lists, similar cases and photos; and that none of them shows what a person may not see."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import PASSWORD
from tests.making import case_in
from tests.search.scenes import CHANGES, as_jpeg, families, scene
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case, CasePhoto
from tidewaiter.cases.photos.case_photos import add_photos, blur_photo
from tidewaiter.cases.search_index import bring_up_to_date
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.notices.models import Notice
from tidewaiter.people.actions import make_token
from tidewaiter.search.actions import look_for_watchers, watch
from tidewaiter.search.models import Watch
from tidewaiter.search.pictures import photos_like
from tidewaiter.search.similar import reasons, similar_to
from tidewaiter.vault.actions import hashes_of_file, keep_picture, read
from tidewaiter.vault.hashing import NEAR, as_words, distances
from tidewaiter.vault.models import Picture

pytestmark = pytest.mark.django_db


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _validated(people: SimpleNamespace, ref: str, by: Any = None, **changes: Any) -> Case:
    made = draft(cases=[case_in(national_ref=ref, **changes)], by=by or people.contact, channel="page").refs[0]
    one = Case.objects.filter(ref=made, latest=True)
    submit(cases=one, by=by or people.contact)
    validate(cases=one, by=people.secretariat, unopened="test")
    return one.get()


def _photographed(people: SimpleNamespace, tmp_path: Path, ref: str, seed: int, **changes: Any) -> Case:
    case = Case.objects.get(
        ref=draft(cases=[case_in(national_ref=ref, **changes)], by=people.contact, channel="page").refs[0]
    )
    path = tmp_path / f"{seed}.jpg"
    path.write_bytes(as_jpeg(scene(seed)))
    add_photos(case=case, files=[path], by=people.contact, caption=f"Crate {seed}", shows="concealment")
    return Case.objects.get(ref=case.ref, latest=True)


@pytest.mark.both_databases
def test_the_box_finds_a_coded_case_in_any_language_and_a_photo_by_its_caption(
    people: SimpleNamespace, tmp_path: Path
) -> None:
    _photographed(people, tmp_path, "S-1", 1)
    client = _client(people.contact)
    for said in ("pistola", "Crate", "Mombasa", "S-1"):
        page = client.get("/search/", {"q": said}).content.decode()
        assert "S-1" in page, said
        assert "Crate 1" in page, said
    assert "S-1" not in _client(people.american).get("/search/", {"q": "pistola"}).content.decode()
    assert client.get("/search/", {"q": "nothing-like-it"}).status_code == 200


@pytest.mark.both_databases
def test_a_watch_tells_its_owner_once_of_each_case_that_comes_into_sight(people: SimpleNamespace) -> None:
    watch(name="Chile", query="departure=CL&q=pistola", by=people.american)
    with pytest.raises(BadInput):
        watch(name="All", query="", by=people.american)
    with pytest.raises(BadInput):
        watch(name="Bad", query="since=soon", by=people.american)
    made = draft(cases=[case_in(national_ref="W-1")], by=people.contact, channel="page").refs[0]
    assert look_for_watchers() == 0, "a draft of Kenya is nobody else's business"
    one = Case.objects.filter(ref=made, latest=True)
    submit(cases=one, by=people.contact)
    validate(cases=one, by=people.secretariat, unopened="test")
    _validated(people, "W-2", handling="RED")
    _validated(people, "W-3", route=[{"role": "departure", "country": "BR"}, {"role": "destination", "country": "KE"}])
    assert look_for_watchers() == 1
    assert look_for_watchers() == 0
    notice = Notice.objects.get(to=people.american.username, deed="search.matched")
    assert (notice.ref, notice.number) == (made, 1)
    page = _client(people.american).get("/search/?watch=Chile").content.decode()
    assert "W-1" in page
    assert "W-2" not in page


def test_watches_by_page_by_program_and_by_command(people: SimpleNamespace, capsys: Any) -> None:
    client = _client(people.contact)
    assert client.post("/search/watch/", {"name": "Rifles", "query": "q=rifle"}).status_code == 302
    _token, text = make_token(officer=people.contact, scope="write", by=people.contact)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    answer = program.post("/api/v1/watches", {"name": "Knives", "query": "q=knife"}, content_type="application/json")
    assert answer.status_code == 201
    assert [row["name"] for row in program.get("/api/v1/watches").json()] == ["Knives", "Rifles"]
    call_command("watch_search", "Parts", "q=slide", by="contact.ke", format="json")
    assert len(json.loads(capsys.readouterr().out)) == 3
    assert program.delete("/api/v1/watches/Knives").status_code == 204
    assert client.post("/search/watch/", {"name": "Rifles", "deed": "drop"}).status_code == 302
    assert Watch.objects.filter(username=people.contact.username).count() == 1


@pytest.mark.both_databases
def test_similar_cases_are_found_with_reasons_and_only_those_one_may_see(people: SimpleNamespace, capsys: Any) -> None:
    hidden = {"place": "cargo", "method": "hidden_in_goods", "note": "soldered behind a bulkhead"}
    cover = {"description": "pump housings", "hs": "841391"}
    first = _validated(people, "A-1", concealment=hidden, cover_load=cover)
    like = _validated(people, "A-2", concealment=hidden, cover_load=cover, date="2026-06-01")
    marked = _validated(people, "A-3", concealment=hidden, cover_load=cover, date="2026-07-01", handling="RED")
    other = [{"role": "departure", "country": "BR"}, {"role": "destination", "country": "KE"}]
    _validated(
        people,
        "A-4",
        route=other,
        date="2026-08-01",
        lines=[{"subtype": "knife", "quantity": "3", "unit": "H87"}],
        place="",
        location_type="airport",
        conveyance={"mode": "4"},
    )
    bring_up_to_date()
    found = similar_to(first, people.american)
    assert [one.case.ref for one in found] == [like.ref]
    assert "Departure: Chile" in reasons(found[0], "en")
    assert "Salida: Chile" not in reasons(found[0], "en")
    assert {one.case.ref for one in similar_to(first, people.contact)} == {like.ref, marked.ref}
    client = _client(people.american)
    page = client.get(f"/search/similar/{first.ref}/").content.decode()
    assert "A-2" in page
    assert "A-3" not in page
    assert "<html" not in client.get(f"/search/similar/{first.ref}/", headers={"HX-Request": "true"}).content.decode()
    page = client.get("/search/compare/", {"one": first.ref, "other": like.ref}).content.decode()
    assert "2026-06-01" in page
    assert client.get("/search/compare/", {"one": first.ref, "other": marked.ref}).status_code == 404
    call_command("similar_cases", first.ref, by="american.us", format="json")
    assert json.loads(capsys.readouterr().out)[0]["ref"] == like.ref


def test_the_measure_of_likeness_finds_families_of_cases(people: SimpleNamespace) -> None:
    """Precision at 5 on a made set: of the five most like cases, how many are of the same family."""
    made = families(7, 30, 6)
    cases = []
    for _family, document in made:
        country = {name: value for name, value in document.items() if name != "form"}
        cases.append(case_in(**country))
    refs = draft(cases=cases, by=people.contact, channel="csv").refs
    bring_up_to_date()
    family_of = dict(zip(refs, [family for family, _document in made], strict=True))
    here = {case.ref: case for case in Case.objects.filter(ref__in=refs, latest=True)}
    shares = []
    for ref in refs[::3]:
        found = similar_to(here[ref], people.contact, 5)
        shares.append(sum(family_of[one.case.ref] == family_of[ref] for one in found) / 5)
    precision = sum(shares) / len(shares)
    print(
        f"similar cases: precision at 5 is {precision:.2f} over {len(shares)} cases of 30 families of 6; by chance 0.03"
    )
    assert precision > 0.6


# ---------- photos


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("change", CHANGES)
def test_a_photo_is_found_again_whatever_was_done_to_it(
    people: SimpleNamespace, tmp_path: Path, change: str, seed: int
) -> None:
    import numpy as np

    from tidewaiter.vault.hashing import SIDE, hashes_of, nearest

    def hashed(picture: Any) -> str:
        picture = picture.convert("RGB")
        picture.thumbnail((SIDE, SIDE))
        return hashes_of(np.asarray(picture.convert("L")))[0]

    known = [hashed(scene(n)) for n in range(1, 30)]
    lengths = np.array([len(text) // 64 for text in known])
    found = nearest(as_words("".join(known)), np.cumsum(lengths) - lengths, hashed(CHANGES[change](scene(seed))))
    assert int(found.argmin()) == seed - 1
    assert found[seed - 1] <= NEAR
    others = np.delete(found, seed - 1)
    assert others.min() > NEAR, "no other picture is taken for it"


@settings(max_examples=25, deadline=None)
@given(st.integers(100, 10_000), st.integers(100, 10_000))
def test_unrelated_pictures_are_far_apart(one: int, other: int) -> None:
    import numpy as np

    from tidewaiter.vault.hashing import hashes_of

    if one == other:
        return
    first, second = (hashes_of(np.asarray(scene(seed, (256, 192)).convert("L")))[0] for seed in (one, other))
    assert distances(np.stack([as_words(first)]), second[:64])[0] > NEAR - 10


@pytest.mark.both_databases
def test_like_photos_are_found_by_page_program_and_command_among_those_one_may_see(
    people: SimpleNamespace, tmp_path: Path, capsys: Any
) -> None:
    first, second = _photographed(people, tmp_path, "P-1", 1), _photographed(people, tmp_path, "P-2", 2)
    for case in (first, second):
        one = Case.objects.filter(pk=case.pk)
        submit(cases=one, by=people.contact)
        validate(cases=one, by=people.secretariat, unopened="test")
    _photographed(people, tmp_path, "P-3", 3)
    asked = tmp_path / "asked.jpg"
    asked.write_bytes(as_jpeg(CHANGES["turned by 90"](scene(1)), 60))
    client = _client(people.american)
    upload = {"picture": SimpleUploadedFile("x.jpg", asked.read_bytes())}
    page = client.post("/search/like/", upload).content.decode()
    assert "P-1" in page
    assert "P-2" not in page
    third = tmp_path / "third.jpg"
    third.write_bytes(as_jpeg(scene(3)))
    assert (
        "P-3"
        not in client.post(
            "/search/like/", {"picture": SimpleUploadedFile("x.jpg", third.read_bytes())}
        ).content.decode()
    )
    assert client.post("/search/like/", {"picture": SimpleUploadedFile("x.jpg", b"no picture")}).status_code == 400
    digest = CasePhoto.objects.get(case__national_ref="P-3").digest
    assert client.get("/search/like/", {"photo": digest}).status_code == 404
    assert Picture.objects.count() == 3, "what is only asked about is not kept"
    _token, text = make_token(officer=people.american, scope="read", by=people.american)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    answer = program.post("/api/v1/photos/like", asked.read_bytes(), content_type="image/jpeg").json()
    assert [(row["ref"], row["likeness"] > 90) for row in answer] == [(first.ref, True)]
    assert {row["ref"] for row in program.get("/api/v1/photos").json()["photos"]} == {first.ref, second.ref}
    call_command("similar_photos", str(asked), by="contact.ke", format="json")
    assert json.loads(capsys.readouterr().out)[0]["ref"] == first.ref


@pytest.mark.both_databases
def test_the_wall_shows_what_one_may_see_and_narrows(people: SimpleNamespace, tmp_path: Path) -> None:
    _photographed(people, tmp_path, "P-1", 1)
    client = _client(people.contact)
    assert "P-1" in client.get("/cases/photos/").content.decode()
    assert "P-1" in client.get("/cases/photos/?form=WPN&shows=concealment&q=Crate").content.decode()
    assert "P-1" not in client.get("/cases/photos/?shows=goods").content.decode()
    assert "P-1" not in _client(people.american).get("/cases/photos/").content.decode()
    assert client.get("/cases/photos/?year=soon").status_code == 400


def test_hidden_faces_stay_hidden_from_others_and_the_original_with_its_owner(
    people: SimpleNamespace, tmp_path: Path
) -> None:
    case = _photographed(people, tmp_path, "P-1", 1)
    digest = case.header["photos"][0]["file"]
    owner = _client(people.contact)
    assert owner.get(f"/cases/{case.ref}/photos/{digest}/blur/").status_code == 200
    answer = owner.post(f"/cases/{case.ref}/photos/{digest}/blur/", {"box": ["10 10 40,5 50", "", "60 60 20 20"]})
    assert answer.status_code == 302
    for bad in ("1 2 3", "a b c d", "120 0 10 10"):
        assert owner.post(f"/cases/{case.ref}/photos/{digest}/blur/", {"box": [bad]}).status_code == 400
    one = Case.objects.filter(ref=case.ref, latest=True)
    submit(cases=one, by=people.contact)
    validate(cases=one, by=people.secretariat, unopened="test")
    hidden = one.get().header["photos"][0]["blurred"]
    original, copy = read(digest), read(hidden)
    assert original != copy
    stranger = _client(people.american)
    address = f"/cases/{case.ref}/photos/{digest}.jpg"
    assert b"".join(stranger.get(address)) == copy
    assert b"".join(owner.get(address)) == original
    small = Picture.objects.get(digest=hidden).thumbnail
    assert b"".join(stranger.get(f"{address}?small=1")) == read(small or Picture.objects.get(digest=hidden).thumbnail)
    from PIL import Image

    path = tmp_path / "copy.jpg"
    path.write_bytes(copy)
    with Image.open(path) as drawn:
        part = drawn.convert("RGB").crop(
            (int(drawn.width * 0.62), int(drawn.height * 0.62), int(drawn.width * 0.78), int(drawn.height * 0.78))
        )
        few = len(set(part.resize((4, 4), Image.Resampling.BOX).get_flattened_data()))
        assert few <= 16


def test_another_pictures_digest_opens_nothing(people: SimpleNamespace, tmp_path: Path) -> None:
    case = _photographed(people, tmp_path, "P-1", 1)
    digest = case.header["photos"][0]["file"]
    mine = Case.objects.get(
        ref=draft(
            cases=[case_in(national_ref="U-1", country="US", place="USJFK", photos=[{"file": digest}])],
            by=people.american,
            channel="page",
        ).refs[0]
    )
    thief = _client(people.american)
    assert thief.get(f"/cases/{mine.ref}/photos/{digest}.jpg").status_code == 404
    assert thief.get(f"/cases/{mine.ref}/photos/{digest}.jpg?small=1").status_code == 404
    assert "U-1" not in thief.get("/cases/photos/").content.decode()
    assert thief.get("/search/like/", {"photo": digest}).status_code == 404
    own = tmp_path / "own.jpg"
    own.write_bytes(as_jpeg(scene(9)))
    add_photos(case=mine, files=[own], by=people.american)
    kept = Case.objects.get(ref=mine.ref, latest=True).header["photos"][-1]["file"]
    named = case_in(national_ref="U-1", country="US", place="USJFK", photos=[{"file": kept, "blurred": digest}])
    draft(cases=[named], by=people.american, channel="page")
    one = Case.objects.filter(ref=mine.ref, latest=True)
    submit(cases=one, by=people.american)
    validate(cases=one, by=people.secretariat, unopened="test")
    friend = _client(people.chilean)
    assert friend.get(f"/cases/{mine.ref}/photos/{kept}.jpg").status_code == 404, "nor as the hidden copy of one's own"
    mine = one.get()
    with pytest.raises(Missing):
        blur_photo(case=mine, digest=digest, boxes=[(0, 0, 1, 1)], by=people.american)
    path = tmp_path / "1.jpg"
    keep_picture(path=path, by=people.american, owner="US")
    listed = case_in(national_ref="U-1", country="US", place="USJFK", photos=[{"file": digest}])
    draft(cases=[listed], by=people.american, channel="page")
    assert thief.get(f"/cases/{mine.ref}/photos/{digest}.jpg").status_code == 200, "who has the very file has it"


def test_a_picture_with_nothing_in_it_is_like_none(people: SimpleNamespace, tmp_path: Path) -> None:
    from PIL import Image

    path = tmp_path / "wall.jpg"
    path.write_bytes(as_jpeg(Image.new("RGB", (640, 480), "grey")))
    hashes, quality = hashes_of_file(path=path)
    assert quality == 0
    case = Case.objects.get(ref=draft(cases=[case_in()], by=people.contact, channel="page").refs[0])
    add_photos(case=case, files=[path], by=people.contact)
    assert photos_like(hashes, people.contact) == []
    page = _client(people.contact).post("/search/like/", {"picture": SimpleUploadedFile("x.jpg", path.read_bytes())})
    assert "it has too few details" in page.content.decode()
    _token, text = make_token(officer=people.contact, scope="read", by=people.contact)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    answer = program.post("/api/v1/photos/like", path.read_bytes(), content_type="image/jpeg")
    assert (answer.status_code, answer.json()["code"]) == (422, "too_few_details")
    with pytest.raises(CommandError, match="too few details"):
        call_command("similar_photos", str(path), by="contact.ke", format="table")
