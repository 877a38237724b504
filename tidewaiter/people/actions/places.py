"""Deeds of stewards: administrations, offices, regions, who reviews whom, what a role demands."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.text import read_name
from tidewaiter.ledger.actions import record
from tidewaiter.people import policy
from tidewaiter.people.actions.accounts import end_sessions
from tidewaiter.people.effects import effects_of
from tidewaiter.people.four_eyes import must_be_two, must_not_become
from tidewaiter.people.models import Administration, Cover, Office, Officer, Region, RoleRule
from tidewaiter.people.queries import held

_region = re.compile(r"[A-Z][A-Z0-9_]{1,15}")


def name_region(*, code: str, name: str, by: Actor) -> Region:
    """Adds a region, or renames one. Raises a refusal."""
    policy.must_be_steward(by)
    if not _region.fullmatch(code):
        raise BadInput("region", _("A region's code has 2 to 16 capital letters, digits or underscores."))
    name = read_name(name, 200)
    if not name:
        raise BadInput("name", _("Give a name."))
    with transaction.atomic():
        region, _made = Region.objects.update_or_create(code=code, defaults={"name": name[:100]})
        record(by=by, deed="people.region_named", ref=f"region:{code}")
    return region


def place_administration(*, code: str, region: str, time_zone: str, name: str, by: Actor) -> Administration:
    """Says of an administration its name, its region (or none) and its time zone. Raises a refusal.

    Cases that are here keep the region they were filed in until they are amended.
    """
    policy.must_be_steward(by)
    if time_zone not in available_timezones():
        raise BadInput(
            "time_zone",
            _("«%(zone)s» is not a time zone; they are named like Africa/Nairobi.") % {"zone": time_zone[:60]},
        )
    if region and not Region.objects.filter(code=region).exists():
        raise BadInput("region", _("There is no region «%(code)s».") % {"code": region[:20]})
    name = read_name(name, 200)
    if not name:
        raise BadInput("name", _("Give a name."))
    with transaction.atomic():
        home = Administration.objects.select_for_update(of=("self",)).filter(code=code).first()
        if home is None:
            raise Missing("no_administration", _("There is no such administration."))
        must_be_two(by, effects_of("place_administration", changes=(home.region_id or "") != region))
        home.region = Region.objects.filter(code=region).first() if region else None
        home.time_zone, home.name = time_zone, name[:200]
        home.save()
        record(
            by=by,
            deed="people.administration_placed",
            ref=f"administration:{code}",
            detail={"region": region, "time_zone": time_zone},
        )
    return home


def add_office(*, administration: str, name: str, place: str = "", by: Actor) -> Office:
    """Adds an office. Raises a refusal."""
    policy.must_be_steward(by)
    name = read_name(name, 200)
    if not name:
        raise BadInput("name", _("Give a name."))
    with transaction.atomic():
        home = Administration.objects.filter(code=administration).first()
        if home is None:
            raise Missing("no_administration", _("There is no such administration."))
        office, made = Office.objects.get_or_create(administration=home, name=name[:200], defaults={"place": place[:8]})
        if not made:
            raise Refusal("taken", _("There is an office of this name already."))
        record(by=by, deed="people.office_added", ref=f"office:{office.pk}", detail={"administration": home.code})
    return office


def rename_office(*, office: Office, name: str, place: str, by: Actor) -> None:
    """Gives an office another name or place. Raises a refusal."""
    policy.must_be_steward(by)
    name = read_name(name, 200)
    if not name:
        raise BadInput("name", _("Give a name."))
    with transaction.atomic():
        others = Office.objects.filter(administration=office.administration_id, name=name).exclude(pk=office.pk)
        if others.exists():
            raise Refusal("taken", _("There is an office of this name already."))
        Office.objects.filter(pk=office.pk).update(name=name[:200], place=place[:8])
        record(by=by, deed="people.office_renamed", ref=f"office:{office.pk}")


def cover(*, officer: Officer, regions: list[str], by: Actor) -> None:
    """Says which regions a reviewer reviews; none means the region of their own administration. Raises a refusal."""
    with transaction.atomic():
        policy.may_steward(by, held(officer))
        must_be_two(by, effects_of("cover"))
        known = set(Region.objects.filter(code__in=regions).values_list("code", flat=True))
        if unknown := set(regions) - known:
            raise BadInput("region", _("There is no region «%(code)s».") % {"code": min(unknown)[:20]})
        if regions and "reviewer" not in officer.role_codes:
            raise Refusal("no_reviewer", _("Give the role of a reviewer first."))
        Cover.objects.filter(officer=officer).delete()
        Cover.objects.bulk_create([Cover(officer=officer, region_id=code) for code in sorted(known)])
        record(by=by, deed="people.covered", ref=f"officer:{officer.username}", detail={"regions": sorted(known)})


def demand_second_factor(*, roles: list[str], by: Actor) -> None:
    """Demands a second factor of everybody with one of these roles, and of nobody else. Raises a refusal."""
    policy.must_be_steward(by)
    if unknown := set(roles) - set(policy.ROLES):
        raise BadInput("role", _("There is no role «%(role)s».") % {"role": min(unknown)[:40]})
    with transaction.atomic():
        before = set(RoleRule.objects.select_for_update().filter(second_factor=True).values_list("role", flat=True))
        must_be_two(by, effects_of("demand_second_factor", changes=bool(before - set(roles))))
        RoleRule.objects.all().delete()
        RoleRule.objects.bulk_create([RoleRule(role=role, second_factor=True) for role in sorted(set(roles))])
        record(by=by, deed="people.second_factor_demanded", ref="roles", detail={"roles": sorted(set(roles))})


def drop_second_factor(*, officer: Officer, by: Actor) -> None:
    """Takes away a lost second factor; the person sets up a new one at the next sign-in. Raises a refusal."""
    with transaction.atomic():
        fresh = held(officer)
        policy.may_steward(by, fresh)
        must_not_become(by, fresh)
        must_be_two(by, effects_of("drop_second_factor", roles=fresh.role_codes))
        gone, _by_kind = Authenticator.objects.filter(user_id=officer.pk).delete()
        if not gone:
            raise Missing("no_second_factor", _("The account has no second factor."))
        end_sessions(officer=officer)
        record(by=by, deed="people.second_factor_dropped", ref=f"officer:{officer.username}")
