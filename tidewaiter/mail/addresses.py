"""Whom a letter may be sent to, and how they are written: an account, `office:12`, `administration:KE`."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.parameters import whole
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.mail.models import ADMINISTRATION, OFFICE, PERSON, Addressee, Letter
from tidewaiter.mail.policy import DESK, visible
from tidewaiter.people.called import office_called
from tidewaiter.people.models import Administration, Office, Officer

_LIBRARY_ALONE = ("partner", "expert")


def people_to_write_to(actor: Actor) -> QuerySet[Officer]:
    """Colleagues of one's own administration; of others, those who read its mail, and whoever wrote to one first."""
    home = Q(administration=actor.administration_code)
    desks = Q(grants__role__in=DESK)
    wrote = Q(username__in=Letter.objects.filter(visible(actor)).exclude(by=actor.username).values("by"))
    people = Officer.objects.filter(home | desks | wrote, is_active=True)
    return people.filter(~Q(grants__role=None)).exclude(username=actor.username).distinct().order_by("username")


def offices_to_write_to(actor: Actor) -> QuerySet[Office]:
    """Offices of one's own administration: of others one writes to the administration."""
    home = Office.objects.filter(administration=actor.administration_code)
    return home.filter(officers__is_active=True).distinct().order_by("name")


def administrations_to_write_to() -> QuerySet[Administration]:
    """Those of which somebody reads the mail."""
    readers = Officer.objects.filter(is_active=True, grants__role__in=DESK)
    return Administration.objects.filter(pk__in=readers.values("administration")).order_by("name")


def addressees_of(words: Iterable[str], actor: Actor, known: Iterable[Addressee] = ()) -> list[Addressee]:
    """The addressees that words name, each once. `known` are those of the letter that is answered: they may be written
    to again. Raises `BadInput` that names the first word that is nobody, `OverLimit`.
    """
    said = list(dict.fromkeys(word.strip() for word in words if word.strip()))
    if len(said) > most("mail_addressees"):
        raise over("mail_addressees", _("Write to an office or an administration instead."))
    before = {written(one): one for one in known}
    found: dict[tuple[str, str], Addressee] = {}
    for word in said:
        one = before.get(word)
        made = Addressee(kind=one.kind, who=one.who, administration=one.administration) if one else _named(word, actor)
        if (made.kind, made.who) != (PERSON, actor.username):
            found[made.kind, made.who] = made
    if not found:
        raise BadInput("to", _("Say who it is for."))
    return list(found.values())


def _named(word: str, actor: Actor) -> Addressee:
    kind, colon, name = word.partition(":")
    if not colon:
        return _person(word, actor) or _administration(word.upper()) or _nobody(word)
    made = None
    if kind == PERSON:
        made = _person(name, actor)
    elif kind == ADMINISTRATION:
        made = _administration(name.upper())
    elif kind == OFFICE:
        made = _office(name, actor)
    return made or _nobody(word)


def _nobody(word: str) -> Addressee:
    raise BadInput(
        "to",
        _("«%(who)s» is nobody you can write to. Name a colleague's account, office:NUMBER, or administration:CODE.")
        % {"who": word[:60]},
    )


def _person(name: str, actor: Actor) -> Addressee | None:
    if name == actor.username:
        return Addressee(kind=PERSON, who=name, administration=actor.administration_code)
    found = people_to_write_to(actor).filter(username=name).first()
    if found is None or found.role_codes <= set(_LIBRARY_ALONE):
        return None
    return Addressee(kind=PERSON, who=found.username, administration=found.administration_id)


def _office(name: str, actor: Actor) -> Addressee | None:
    key = whole(name)
    found = offices_to_write_to(actor).filter(Q(pk=key) if key is not None else Q(name=name)).first()
    return Addressee(kind=OFFICE, who=str(found.pk), administration=found.administration_id) if found else None


def _administration(code: str) -> Addressee | None:
    found = administrations_to_write_to().filter(code=code).first()
    return Addressee(kind=ADMINISTRATION, who=found.code, administration=found.code) if found else None


def written(one: Addressee) -> str:
    """An addressee as it is typed."""
    return one.who if one.kind == PERSON else f"{one.kind}:{one.who}"


def people_of(addressees: Iterable[Addressee]) -> set[str]:
    """The open accounts that a letter reaches, each once."""
    rows = list(addressees)
    of = {kind: [one.who for one in rows if one.kind == kind] for kind in (PERSON, OFFICE, ADMINISTRATION)}
    reached = Q(username__in=of[PERSON]) | Q(office__in=[int(key) for key in of[OFFICE]])
    reached |= Q(administration__in=of[ADMINISTRATION], grants__role__in=DESK)
    homes = {one.administration for one in rows}
    people = Officer.objects.filter(reached, is_active=True, administration__in=homes)
    return set(people.exclude(grants__role=None).values_list("username", flat=True))


def called(one: Addressee, names: dict[str, str], offices: dict[str, str]) -> str:
    """What a page calls an addressee."""
    if one.kind == PERSON:
        return names.get(one.who, one.who)
    return offices.get(one.who, one.who) if one.kind == OFFICE else office_called(one.who)
