"""Deeds of sign-in by a provider: rules of claims, people who arrive, people whom a file brings or ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor, Node
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed, Refusal
from tidewaiter.foundation.text import read_name
from tidewaiter.ledger.actions import record
from tidewaiter.people import policy
from tidewaiter.people.actions.accounts import check_account, close, end_sessions, give
from tidewaiter.people.effects import effects_of
from tidewaiter.people.four_eyes import must_be_two
from tidewaiter.people.models import ClaimRule, Grant, Identity, Officer, ProviderSession
from tidewaiter.people.names import is_free
from tidewaiter.people.queries import held
from tidewaiter.people.sign_on import Rights, Said, checked, provider_named, rights_of, session_key, subject_key


def map_claim(*, provider: str, value: str, role: str, administration: str, by: Actor) -> ClaimRule:
    """Says that whoever the provider puts into the group has this role in this administration. Raises a refusal.

    Of those who are here already it is asked at their next sign-in, or with the next file.
    """
    policy.must_be_steward(by)
    provider_named(provider)
    value = read_name(value, 200)
    if not value:
        raise BadInput("value", _("Give the group's name as the provider writes it."))
    home = check_account(username="anybody", administration=administration, role=role)
    with transaction.atomic():
        must_be_two(by, effects_of("grant", role=role))
        if ClaimRule.objects.filter(provider=provider, value=value, role=role).exists():
            raise Refusal("taken", _("This group has this role already: end that rule first."))
        made = ClaimRule.objects.create(
            ref=new_ref("CL"),
            provider=provider,
            value=value,
            role=role,
            administration=home,
            made_by=by.username,
            made_at=now(),
        )
        detail = {"provider": provider, "value": value, "role": role, "administration": home.code}
        record(by=by, deed="people.claim_mapped", ref=made.ref, detail=detail)
    return made


def unmap_claim(*, ref: str, by: Actor) -> None:
    """Ends a rule; whoever has the role by it loses it at the next sign-in or with the next file. Raises a refusal."""
    policy.must_be_steward(by)
    with transaction.atomic():
        rule = ClaimRule.objects.select_for_update().filter(ref=ref).first()
        if rule is None:
            raise Missing("no_rule", _("There is no such rule."))
        must_be_two(by, effects_of("revoke", role=rule.role))
        rule.delete()
        detail = {"provider": rule.provider, "value": rule.value, "role": rule.role}
        record(by=by, deed="people.claim_unmapped", ref=ref, detail=detail)


def link_identity(*, officer: Officer, provider: str, subject: str, by: Actor) -> Identity:
    """Says who an account that is here is to a provider: its person signs in there from now on. Raises a refusal."""
    provider_named(provider)
    if not subject.strip():
        raise BadInput("subject", _("Give the provider's own name for the person («sub»)."))
    with transaction.atomic():
        fresh = held(officer)
        policy.may_steward(by, fresh)
        must_be_two(by, effects_of("resume", roles=fresh.role_codes))
        key = subject_key(provider, subject.strip())
        if Identity.objects.filter(provider=provider, subject_key=key).exclude(officer=fresh).exists():
            raise Refusal("taken", _("Somebody else signs in so."))
        made, _new = Identity.objects.update_or_create(
            officer=fresh, provider=provider, defaults={"subject_key": key}, create_defaults=_first(key)
        )
        record(by=by, deed="people.identity_linked", ref=f"officer:{fresh.username}", detail={"provider": provider})
    return made


def unlink_identity(*, officer: Officer, provider: str, by: Actor) -> None:
    """Ends an account's sign-in by a provider, with the sessions that are open. Raises a refusal."""
    with transaction.atomic():
        fresh = held(officer)
        policy.may_steward(by, fresh)
        gone, _tables = Identity.objects.filter(officer=fresh, provider=provider).delete()
        if not gone:
            raise Missing("no_identity", _("This account does not sign in by that provider."))
        end_sessions(officer=fresh)
        record(by=by, deed="people.identity_unlinked", ref=f"officer:{fresh.username}", detail={"provider": provider})


def arrive(*, provider: str, said: Said, sid: str = "", by: Actor | None = None) -> Officer:
    """Somebody comes from a provider: their account, with the roles that the steward's rules give their groups.

    An account is made where there is none; roles that came from the provider follow it, those that were given by hand
    stay. Raises `NotAllowed` that says why nobody is let in: no role, a closed account, a name that is another's.
    """
    by = by or Node(f"provider:{provider}")
    with transaction.atomic():
        rules = list(ClaimRule.objects.filter(provider=provider))
        rights = rights_of(rules, said.groups)
        identity = _identity(provider, said) or _first_time(provider, said, rights, by)
        officer = _followed(identity, said, rights, by)
    if not officer.is_active:
        raise NotAllowed("closed", _("This account is closed. Your contact point or the node's steward opens it."))
    if sid:
        ProviderSession.objects.create(identity=identity, sid_key=session_key(provider, sid), at=now())
    return officer


def _identity(provider: str, said: Said) -> Identity | None:
    """Who the person is here; by name alone where the provider keeps names, or a file has brought them."""
    known = Identity.objects.select_for_update().select_related("officer__administration").filter(provider=provider)
    key = subject_key(provider, said.subject)
    found = known.filter(subject_key=key).first() if key else None
    if found is None and provider_named(provider).usernames_are_its_own:
        found = known.filter(officer__username=said.username, subject_key="").first()
        if found is not None and key:
            found.subject_key = key
    if found is not None:
        found.seen_at = now()
        found.save(update_fields=["subject_key", "seen_at"])
    return found


def _first(key: str) -> dict[str, object]:
    return {"subject_key": key, "made_at": now()}


def _first_time(provider: str, said: Said, rights: Rights, by: Actor) -> Identity:
    """Makes the account, or takes the one of that name where the provider keeps names. Raises `NotAllowed`."""
    if not rights.roles:
        raise NotAllowed(
            "no_role",
            _("Your provider let you in, but no group of yours has a role on this node. Ask the node's steward."),
        )
    officer = Officer.objects.filter(username=said.username).first()
    if officer is None:
        officer = _made(said, rights, by)
    elif not provider_named(provider).usernames_are_its_own or officer.administration_id != rights.administration:
        raise NotAllowed(
            "name_taken",
            _("There is an account «%(name)s» on this node already. If it is yours, the steward links it.")
            % {"name": said.username},
        )
    elif officer.identities.filter(provider=provider).exclude(subject_key="").exists():
        raise NotAllowed("name_taken", _("Somebody else signs in as «%(name)s».") % {"name": said.username})
    key = subject_key(provider, said.subject)
    identity, _new = Identity.objects.get_or_create(officer=officer, provider=provider, defaults=_first(key))
    record(by=by, deed="people.identity_linked", ref=f"officer:{officer.username}", detail={"provider": provider})
    return identity


def _made(said: Said, rights: Rights, by: Actor) -> Officer:
    home = check_account(username=said.username, administration=rights.administration, role=min(rights.roles))
    if not is_free(said.username):
        raise NotAllowed(
            "name_taken",
            _("An account on this node looks like «%(name)s»: the steward settles it.") % {"name": said.username},
        )
    officer = Officer(
        username=said.username,
        administration=home,
        name=read_name(said.name, 200),
        email=said.email,
        date_joined=now(),
    )
    officer.set_unusable_password()
    officer.save()
    record(by=by, deed="people.added", ref=f"officer:{said.username}", detail={"administration": home.code})
    return officer


def _followed(identity: Identity, said: Said, rights: Rights, by: Actor) -> Officer:
    """Brings name, address and roles to what the provider says. A person whom nothing is left to is closed."""
    officer = held(identity.officer)
    has = set(Grant.objects.filter(officer=officer).values_list("role", flat=True))
    by_hand = has - set(identity.roles)
    wanted = rights.roles if said.active else set()
    if wanted and officer.administration_id != rights.administration:
        raise NotAllowed(
            "other_administration",
            _("Your groups are of another administration than your account: ask the node's steward."),
        )
    policy.must_go_together(by_hand | wanted)
    for role in sorted(wanted - has):
        give(officer=officer, role=role, by=by)
    _taken(officer, set(identity.roles) - wanted, by)
    identity.roles = sorted((wanted - by_hand) | (set(identity.roles) & wanted))
    identity.save(update_fields=["roles"])
    changed = {
        name: value
        for name, value in (("name", read_name(said.name, 200)), ("email", said.email))
        if value and getattr(officer, name) != value
    }
    if changed:
        Officer.objects.filter(pk=officer.pk).update(**changed)
    stays = bool(wanted) or (said.active and bool(by_hand))
    if officer.is_active and not stays:
        close(officers=[officer], why="provider", by=by)
    elif not officer.is_active and stays and officer.closed_why == "provider":
        Officer.objects.filter(pk=officer.pk).update(
            is_active=True, closed_by="", closed_at=None, closed_why="", reminded_at=None, used_at=now()
        )
        record(by=by, deed="people.resumed", ref=f"officer:{officer.username}")
    return Officer.objects.select_related("administration").get(pk=officer.pk)


def _taken(officer: Officer, roles: set[str], by: Actor) -> None:
    """Takes roles that the provider names no more; the last open steward of the node keeps theirs."""
    for role in sorted(roles):
        if role == "steward":
            policy.not_the_last_steward(officer)
        if Grant.objects.filter(officer=officer, role=role).delete()[0]:
            record(by=by, deed="people.revoked", ref=f"officer:{officer.username}", detail={"role": role})


def end_provider_sessions(*, provider: str, subject: str = "", sid: str = "", by: Actor | None = None) -> int:
    """The provider has signed a person out: their sessions here end too. Gives how many.

    By the session's name where that is said alone, else every session of the person.
    """
    by = by or Node(f"provider:{provider}")
    people = Officer.objects.filter(identities__provider=provider)
    if subject:
        people = people.filter(identities__subject_key=subject_key(provider, subject))
    else:
        key = session_key(provider, sid)
        people = people.filter(identities__provider_sessions__sid_key=key)
    ended = 0
    with transaction.atomic():
        for officer in people.distinct():  # one person
            ended += end_sessions(officer=officer)
            ProviderSession.objects.filter(identity__officer=officer, identity__provider=provider).delete()
            record(by=by, deed="people.signed_out", ref=f"officer:{officer.username}", detail={"sessions": ended})
    return ended


@dataclass(slots=True)
class Brought:
    """What a file of people came to: how many each way, and each line that was refused, with why."""

    made: int = 0
    changed: int = 0
    same: int = 0
    closed: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)


def bring_people(*, provider: str, rows: Sequence[tuple[int, Said]], whole: bool, by: Actor) -> Brought:
    """Makes, changes and closes accounts as a provider's file says: (line, person) each; `whole` closes the accounts of
    the provider that the file does not name. Lines that cannot be done are told and leave nothing. Raises a refusal.
    """
    policy.must_be_steward(by)
    its = provider_named(provider)
    if not rows and whole:
        raise BadInput("empty", _("The file names nobody: as a whole list it would close every account of it."))
    answer = Brought()
    acting = by if isinstance(by, Node) else Node(f"provider:{provider}")
    with transaction.atomic():
        rules = list(ClaimRule.objects.filter(provider=provider))
        known = _known(provider)
        named: set[int] = set()
        for line, said in rows:
            try:
                with transaction.atomic():
                    _bring_one(its.id, said, rules, known, named, answer, acting)
            except Refusal as refusal:
                answer.refused.append((line, said.username, refusal.sentence))
                if (there := known.get(subject_key(provider, said.subject) or said.username)) is not None:
                    named.add(there.pk)
        gone = [one for one in {one.pk: one for one in known.values()}.values() if one.pk not in named]
        if whole:
            for identity in gone:
                _ended(identity, answer, acting)
        detail = {"provider": provider, "rows": len(rows), "made": answer.made, "closed": answer.closed}
        record(by=by, deed="people.brought", ref=f"provider:{provider}", detail=detail)
    return answer


def _known(provider: str) -> dict[str, Identity]:
    """Everybody of the provider by its key, and by name where it has none."""
    rows = Identity.objects.filter(provider=provider).select_related("officer")
    return {one.subject_key or one.officer.username: one for one in rows}


def _bring_one(
    provider: str,
    said: Said,
    rules: list[ClaimRule],
    known: dict[str, Identity],
    named: set[int],
    answer: Brought,
    by: Actor,
) -> None:
    checked(said)
    if not said.subject and not provider_named(provider).usernames_are_its_own:
        raise BadInput(
            "subject", _("The line has no subject, and the provider's usernames are not said to be its own.")
        )
    rights = rights_of(rules, said.groups)
    identity = known.get(subject_key(provider, said.subject)) or known.get(said.username)
    if identity is None:
        if not said.active:
            answer.same += 1
            return
        identity = _first_time(provider, said, rights, by)
        answer.made += 1
    else:
        named.add(identity.pk)
        if _is_as_said(identity, said, rights):
            answer.same += 1
            return
        answer.changed += 1
    named.add(identity.pk)
    was_open = identity.officer.is_active
    officer = _followed(identity, said, rights, by)
    if was_open and not officer.is_active:
        answer.changed -= 1
        answer.closed += 1


def _is_as_said(identity: Identity, said: Said, rights: Rights) -> bool:
    officer = identity.officer
    stands = (officer.name, officer.email) == (read_name(said.name, 200) or officer.name, said.email or officer.email)
    return stands and officer.is_active and said.active and sorted(rights.roles) == identity.roles


def _ended(identity: Identity, answer: Brought, by: Actor) -> None:
    if not identity.officer.is_active:
        return
    _followed(identity, Said(identity.officer.username, active=False), Rights(), by)
    answer.closed += 1


def forget_provider_sessions() -> int:
    """What the clock does: sessions at providers that nobody can have any more go. Gives how many."""
    oldest = now() - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    gone, _tables = ProviderSession.objects.filter(at__lt=oldest).delete()
    return gone
