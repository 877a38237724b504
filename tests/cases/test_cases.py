"""Cases: states, versions, and who sees what."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from lxml import html

from tests.conftest import PASSWORD
from tests.making import as_shown, case_in
from tidewaiter.cases import policy, states
from tidewaiter.cases.actions import draft, open_case, return_case, submit, validate, withdraw
from tidewaiter.cases.facets import facets_of
from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import case_by_ref, filtered, page_of, visible_cases
from tidewaiter.foundation.refusals import Missing, NotAllowed, Refusal
from tidewaiter.ledger.queries import history


def _kept(people: SimpleNamespace, **changes: object) -> Case:
    outcome = draft(cases=[case_in(**changes)], by=people.contact, channel="page")
    return Case.objects.get(ref=outcome.refs[0], latest=True)


def _only(case: Case) -> object:
    return Case.objects.filter(pk=case.pk)


def _validated(people: SimpleNamespace, **changes: object) -> Case:
    case = _kept(people, **changes)
    submit(cases=_only(case), by=people.contact)
    case.refresh_from_db()
    open_case(case=case, by=people.reviewer)
    assert validate(cases=_only(case), by=people.reviewer) == (1, {})
    case.refresh_from_db()
    return case


def _sees(person: object, case: Case) -> bool:
    try:
        case_by_ref(person, case.ref)
    except Missing:
        return False
    return True


@pytest.mark.both_databases
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "seen_by"),
    [
        ("draft", {"officer", "contact", "own_reviewer", "analyst", "secretariat", "steward"}),
        ("returned", {"officer", "contact", "own_reviewer", "analyst", "secretariat", "steward"}),
        ("submitted", {"officer", "contact", "own_reviewer", "reviewer", "analyst", "secretariat", "steward"}),
        (
            "validated",
            {
                "officer",
                "contact",
                "own_reviewer",
                "reviewer",
                "far_reviewer",
                "american",
                "chilean",
                "analyst",
                "secretariat",
                "steward",
            },
        ),
    ],
)
def test_who_sees_a_case_in_each_state(people: SimpleNamespace, status: str, seen_by: set[str]) -> None:
    case = _kept(people)
    if status != "draft":
        submit(cases=_only(case), by=people.contact)
        case.refresh_from_db()
    if status == "returned":
        return_case(case=case, reason="Why 9?", by=people.reviewer)
    if status == "validated":
        validate(cases=_only(case), by=people.reviewer, unopened="test")
    assert {name for name, person in vars(people).items() if _sees(person, case)} == seen_by
    for name, person in vars(people).items():
        total, counts = facets_of(person, {})
        assert total == visible_cases(person).count() == sum(counts["form"].values()) == (1 if name in seen_by else 0)


@pytest.mark.both_databases
@pytest.mark.django_db
@pytest.mark.parametrize("mark", policy.NARROW_MARKS)
def test_a_handling_mark_narrows_who_sees(people: SimpleNamespace, mark: str) -> None:
    case = _validated(people, handling=mark)
    seen = {name for name, person in vars(people).items() if _sees(person, case)}
    assert seen == {"officer", "contact", "own_reviewer", "reviewer", "analyst", "secretariat", "steward"}


@pytest.mark.both_databases
@pytest.mark.django_db
def test_an_amended_case_stands_in_the_figures_until_the_new_version_is_validated(people: SimpleNamespace) -> None:
    case = _validated(people)
    outcome = draft(
        cases=[case_in(lines=[{"subtype": "magazine", "quantity": "70", "unit": "H87"}])],
        by=people.contact,
        channel="page",
    )
    assert outcome.words == ["changed"]
    assert outcome.refs == [case.ref]
    assert case_by_ref(people.contact, case.ref).version == 2
    assert case_by_ref(people.reviewer, case.ref).version == 2, "the reviewer has the new version to review"
    assert case_by_ref(people.chilean, case.ref).version == 1, "others keep the validated one"
    assert [row.version for row in visible_cases(people.reviewer)] == [2]
    assert [row.version for row in Case.objects.filter(counted=True)] == [1]
    new = case_by_ref(people.reviewer, case.ref)
    return_case(case=new, reason="Seven or seventy?", by=people.reviewer)
    assert case_by_ref(people.reviewer, case.ref).version == 1, "a returned amendment is its administration's again"
    submit(cases=Case.objects.filter(ref=case.ref, latest=True), by=people.contact)
    validate(cases=Case.objects.filter(ref=case.ref, latest=True), by=people.reviewer, unopened="test")
    assert [row.version for row in Case.objects.filter(counted=True)] == [2]
    assert case_by_ref(people.chilean, case.ref).version == 2


@pytest.mark.both_databases
@pytest.mark.django_db
def test_the_same_again_changes_nothing_and_a_draft_is_mended_in_place(people: SimpleNamespace) -> None:
    case = _kept(people)
    assert draft(cases=[case_in()], by=people.contact, channel="csv").words == ["unchanged"]
    assert draft(cases=[case_in(direction="export")], by=people.officer, channel="page").words == ["changed"]
    now = Case.objects.get(ref=case.ref)
    assert (now.version, now.direction, now.made_by) == (1, "export", case.made_by)


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_withdrawn_case_is_at_its_end(people: SimpleNamespace) -> None:
    case = _validated(people)
    withdraw(case=case, reason="Entered twice.", by=people.contact)
    assert not Case.objects.filter(counted=True).exists()
    assert not _sees(people.chilean, case)
    assert draft(cases=[case_in(direction="export")], by=people.contact, channel="page").words == ["withdrawn"]
    with pytest.raises(Refusal):
        withdraw(case=Case.objects.get(pk=case.pk), reason="again", by=people.contact)


@pytest.mark.django_db
def test_nobody_files_for_another_country_but_the_secretariat(people: SimpleNamespace) -> None:
    with pytest.raises(NotAllowed):
        draft(cases=[case_in()], by=people.chilean, channel="page")
    with pytest.raises(NotAllowed):
        draft(cases=[case_in()], by=people.reviewer, channel="page")
    assert draft(cases=[case_in()], by=people.steward, channel="page").words == ["accepted"]
    assert Case.objects.get().administration == "KE"


@pytest.mark.django_db
def test_a_reviewer_never_validates_their_own_country_nor_another_region(people: SimpleNamespace) -> None:
    case = _kept(people)
    submit(cases=_only(case), by=people.contact)
    assert validate(cases=_only(case), by=people.own_reviewer, unopened="x") == (0, {"own_country": 1})
    assert validate(cases=_only(case), by=people.far_reviewer, unopened="x") == (0, {"other_region": 1})
    assert validate(cases=_only(case), by=people.contact, unopened="x") == (0, {"role": 1})
    assert validate(cases=_only(case), by=people.reviewer) == (0, {"unopened": 1})
    assert validate(cases=_only(case), by=people.secretariat, unopened="x") == (1, {})


@pytest.mark.django_db
def test_findings_that_must_be_settled_hold_a_case_back(people: SimpleNamespace) -> None:
    from tidewaiter.cases.queries import context_for
    from tidewaiter.checks.checks import run_checks
    from tidewaiter.forms.queries import form_named

    wrong = case_in(lines=[{"subtype": "pistol", "quantity": "2", "unit": "KGM"}])
    wrong.findings = run_checks(wrong.header, wrong.lines, context_for(form_named("WPN"), set()))
    assert [(finding.code, finding.severity) for finding in wrong.findings] == [("unit_not_allowed", "stop")]
    draft(cases=[wrong], by=people.contact, channel="page")
    assert submit(cases=Case.objects.all(), by=people.contact) == (0, {"findings": 1})


@pytest.mark.both_databases
@pytest.mark.django_db
def test_every_deed_says_who_when_and_which_version(people: SimpleNamespace) -> None:
    case = _validated(people)
    said = [(entry.deed, entry.by, entry.version) for entry in history(case.ref)]
    assert said == [
        ("cases.drafted", people.contact.username, 1),
        ("cases.submitted", people.contact.username, 1),
        ("cases.opened", people.reviewer.username, 1),
        ("cases.validated", people.reviewer.username, 1),
    ]


@pytest.mark.both_databases
@pytest.mark.django_db
def test_pages_of_the_list_hold_every_case_once(people: SimpleNamespace) -> None:
    cases = [case_in(national_ref=f"KE-{n}", date=f"2026-0{1 + n % 9}-01") for n in range(25)]
    draft(cases=cases, by=people.contact, channel="csv")
    seen, cursor = [], ""
    while True:
        page = page_of(visible_cases(people.contact), cursor, size=7)
        seen += [case.national_ref for case in page.cases]
        cursor = page.next_cursor
        if not cursor:
            break
    assert sorted(seen) == sorted(case.national_ref for case in cases)
    assert filtered(visible_cases(people.contact), {"since": ["2026-05-01"], "form": ["WPN"]}).count() == sum(
        n % 9 >= 4 for n in range(25)
    )


@pytest.mark.django_db
def test_the_table_of_moves_is_kept_to_by_the_policy(people: SimpleNamespace) -> None:
    by = {
        "submit": people.contact,
        "amend": people.contact,
        "withdraw": people.contact,
        "validate": people.reviewer,
        "return_case": people.reviewer,
    }
    for deed, person in by.items():
        for status in states.STATES:
            case = Case(status=status, latest=True, administration="KE", region="ESA", worst="")
            assert policy.allowed(deed, case, person) == (status in states.MOVES[deed]), (deed, status)


@pytest.mark.django_db
def test_the_deeds_on_the_page_are_kept_to_by_the_server(people: SimpleNamespace, client: Client) -> None:
    case = _kept(people)
    submit(cases=_only(case), by=people.contact)
    assert client.login(username=people.chilean.username, password=PASSWORD)
    assert client.get(f"/cases/{case.ref}/").status_code == 404
    assert client.post(f"/cases/{case.ref}/validate/").status_code == 404
    assert client.login(username=people.contact.username, password=PASSWORD)
    assert client.post(f"/cases/{case.ref}/validate/").status_code == 403
    assert client.login(username=people.reviewer.username, password=PASSWORD)
    shown = as_shown(client, f"/cases/{case.ref}/")
    assert client.post(f"/cases/{case.ref}/return_case/", {"reason": " ", **shown}).status_code == 422
    assert client.post(f"/cases/{case.ref}/validate/", shown).status_code == 302
    assert Case.objects.get(pk=case.pk).status == "validated"


@pytest.mark.both_databases
@pytest.mark.django_db
def test_the_rule_of_who_sees_is_one_rule_in_the_database_and_in_the_facets(people: SimpleNamespace) -> None:
    import itertools

    case = _kept(people)
    combinations = list(
        itertools.product(
            (True, False),
            (True, False),
            (True, False),
            (("KE", "ESA"), ("US", "AMC")),
            ("", "submitted", "returned"),
            states.STATES,
        )
    )
    copies = []
    for n, (latest, counted, wide, (administration, region), pending, status) in enumerate(combinations):
        copy = Case.objects.get(pk=case.pk)
        copy.pk, copy.ref, copy.national_ref = None, f"{case.ref}-{n}", f"C-{n}"
        copy.latest, copy.counted, copy.wide, copy.administration, copy.region, copy.pending, copy.status = (
            latest,
            counted,
            wide,
            administration,
            region,
            pending,
            status,
        )
        copies.append(copy)
    Case.objects.bulk_create(copies)
    for name, person in vars(people).items():
        sees = policy.visible_rule(person).predicate(policy.SEEN_BY)
        found = set(visible_cases(person).values_list("ref", flat=True)) - {case.ref}
        expected = {copy.ref for copy in copies if sees(_about(copy))}
        assert found == expected, name
        stands = policy.validated_rule(person).predicate(policy.SEEN_BY)
        standing = set(Case.objects.filter(policy.validated(person)).values_list("ref", flat=True)) - {case.ref}
        assert standing == {copy.ref for copy in copies if stands(_about(copy))}, name
        marks = policy.marks_seen(person)
        for copy in copies:  # an index that is asked for the marks may show too much, never too little
            mine = policy.marks_of(copy.latest, copy.counted, copy.wide, copy.administration, copy.region, copy.status)
            assert copy.ref not in found | standing or marks is None or set(marks) & set(mine), (name, _about(copy))


def _about(case: Case) -> tuple[bool, bool, bool, str, str, str, str]:
    return case.latest, case.counted, case.wide, case.administration, case.region, case.pending, case.status


class CaseLife(RuleBasedStateMachine):
    """Whatever is done in whatever order: one latest version, at most one counted, never seen twice."""

    people: SimpleNamespace
    refs = Bundle("refs")

    @rule(target=refs, n=st.integers(0, 2), quantity=st.integers(1, 4), by=st.sampled_from(["contact", "officer"]))
    def file(self, n: int, quantity: int, by: str) -> str:
        lines = [{"subtype": "pistol", "quantity": str(quantity), "unit": "H87"}]
        return draft(
            cases=[case_in(national_ref=f"N{n}", lines=lines)], by=getattr(self.people, by), channel="page"
        ).refs[0]

    @rule(ref=refs)
    def submit(self, ref: str) -> None:
        submit(cases=Case.objects.filter(ref=ref, latest=True), by=self.people.contact)

    @rule(ref=refs)
    def validate(self, ref: str) -> None:
        validate(cases=Case.objects.filter(ref=ref, latest=True), by=self.people.reviewer, unopened="x")

    @rule(ref=refs, deed=st.sampled_from([return_case, withdraw]))
    def end(self, ref: str, deed: object) -> None:
        person = self.people.reviewer if deed is return_case else self.people.contact
        try:
            deed(case=Case.objects.get(ref=ref, latest=True), reason="because", by=person)  # type: ignore[operator]
        except Refusal:
            return

    @invariant()
    def each_case_stands_once(self) -> None:
        for ref in Case.objects.values_list("ref", flat=True).distinct():
            versions = Case.objects.filter(ref=ref)
            assert versions.filter(latest=True).count() == 1
            assert versions.filter(counted=True).count() <= 1
            latest = versions.get(latest=True)
            assert (latest.counted) == (latest.status == "validated")
            counted = versions.filter(counted=True, latest=False).first()
            assert counted is None or counted.pending == latest.status
        for person in vars(self.people).values():
            refs = list(visible_cases(person).values_list("ref", flat=True))
            assert len(refs) == len(set(refs))


class TestCaseLife(TestCase):
    """Runs the machine in transactions of their own."""

    def test_any_order_of_deeds(self) -> None:
        from django.db import transaction
        from hypothesis.stateful import run_state_machine_as_test

        from tests.conftest import PASSWORD as password
        from tidewaiter.foundation.actors import NODE
        from tidewaiter.people.actions import add_officer

        wanted = {
            "officer": ("KE", "officer"),
            "contact": ("KE", "contact"),
            "reviewer": ("UG", "reviewer"),
            "chilean": ("CL", "contact"),
        }
        people = SimpleNamespace(
            **{
                key: add_officer(username=f"life.{key}", administration=home, role=role, password=password, by=NODE)
                for key, (home, role) in wanted.items()
            }
        )

        class Machine(CaseLife):
            def __init__(self) -> None:
                super().__init__()
                self.people = people
                self._point = transaction.savepoint_create()

            def teardown(self) -> None:
                transaction.savepoint_rollback(self._point)

        run_state_machine_as_test(Machine, settings=settings(max_examples=15, stateful_step_count=12, deadline=None))


@pytest.mark.django_db
def test_a_case_of_the_simple_form_is_mended_as_one(people: SimpleNamespace, client: Client) -> None:
    case = _kept(people, conveyance={"mode": "1", "container": "MSCU1234567"})
    assert client.login(username=people.officer.username, password=PASSWORD)
    page = html.fromstring(client.get(f"/cases/{case.ref}/edit/").content)
    form = next(one for one in page.forms if one.get("data-careful") is not None)
    said: dict[str, object] = {}
    for name, value in form.form_values():
        said[name] = [*said.get(name, []), value]  # type: ignore[misc] -- lists alone are put in
    said |= {"conveyance.container": "CSQU3054383", "deed": "submit"}
    assert client.post(f"/cases/{case.ref}/edit/", said).status_code == 302, "nothing of the long form is asked"
    case = Case.objects.get(ref=case.ref, latest=True)
    assert (case.status, case.header["conveyance"]["container"]) == ("submitted", "CSQU3054383")
