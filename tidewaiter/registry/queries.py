"""Finding what the registry holds: by kind and words, one thing with all that is said, its links and cases.

Reads go through the canonical record everywhere: things that a decision says are one are listed, found and shown once.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import F, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import case_by_ref, visible_cases
from tidewaiter.codelists.queries import code_view
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.text import fold
from tidewaiter.registry.agreements import agreed_cases
from tidewaiter.registry.indexing import key_of, keys_of_value
from tidewaiter.registry.models import (
    AgencyAgreement,
    BrokenGlass,
    Candidate,
    CaseTie,
    Decision,
    Entity,
    Link,
    Statement,
    Suspect,
)
from tidewaiter.registry.names.persons import read_person
from tidewaiter.registry.policy import (
    judges_glass,
    lets_in,
    may_annex,
    may_consult,
    sees_agreements,
    sees_red,
    visible,
    visible_links,
    visible_statements,
)
from tidewaiter.registry.vocabulary import COUNTRIES, KINDS, NAMES, ONE_SIDE, WORDS


def visible_entities(actor: Actor) -> QuerySet[Entity]:
    """The entities a person sees, each by itself."""
    return Entity.objects.filter(visible(actor))


def lasting_entities(actor: Actor) -> QuerySet[Entity]:
    """The same without what a broken glass shows for its time: what is taken away stays."""
    return Entity.objects.filter(visible(actor, lasting=True))


def listed_entities(
    actor: Actor, *, kinds: Iterable[str] = KINDS, words: str = "", listed: str | None = None
) -> QuerySet[Entity]:
    """Canonical entities of some kinds, the last changed first; `words` are found in any name or number of any member.

    `listed`: a published list, or `""` for the node's own. Raises `BadInput` for a kind that is none.
    """
    wanted = list(kinds)
    if not set(wanted) <= set(KINDS):
        raise BadInput("kind", _("There is no such kind."))
    seen = visible_entities(actor).filter(kind__in=wanted)
    if listed is not None:
        seen = seen.filter(listed=listed)
    if words.strip():
        found = seen.filter(_by_words(words[:200]))
        if not found.exists():
            found = seen.filter(_by_text(words[:200]))
        return visible_entities(actor).filter(ref__in=found.values("canonical")).order_by("-changed_at", "ref")
    return seen.filter(canonical=F("ref")).order_by("-changed_at", "ref")


def _by_words(words: str) -> Q:
    """All words by their sound, or a number as a whole."""
    numbers = keys_of_value("idNumber", words)
    found = Q(keys__key__in=list(numbers)) if numbers else Q(pk__in=[])
    sounded = [word.sound for word in read_person(words)[0] if len(word.sound) > 1][:6]
    if sounded:
        by_sound = Q()
        for sound in sounded:
            by_sound &= Q(pk__in=Entity.objects.filter(keys__key=key_of("w", sound)).values("pk"))
        found |= by_sound
    return found


def _by_text(words: str) -> Q:
    found = Q()
    for word in fold(words).split()[:6]:
        found &= Q(folded__contains=f" {word}")
    return found


def entity_named(actor: Actor, ref: str) -> Entity:
    """One entity as it is read: the canonical one. Raises `Missing` for absent and unseen alike."""
    may_consult(actor)
    found = visible_entities(actor).filter(ref=ref).first()
    if found is not None and found.canonical != found.ref:
        found = visible_entities(actor).filter(ref=found.canonical).first() or found
    if found is None:
        raise Missing("no_entity", _("There is no such record in the registry."))
    return found


def members_of(entity: Entity, actor: Actor) -> list[Entity]:
    """What is read as one with an entity, itself first, of what the person sees."""
    found = visible_entities(actor).filter(canonical=entity.canonical).order_by("ref")
    return sorted(found, key=lambda one: one.ref != entity.ref)


@dataclass(slots=True)
class Said:
    """What is said under one property: the statements by their value, and whether values contradict."""

    prop: str
    word: str
    values: list[tuple[str, list[Statement]]] = field(default_factory=list)
    contradicts: bool = False
    countries: bool = False
    """Whether its values are codes of countries."""

    def shown(self, value: str) -> str:
        """A value as it is read: a country by its name."""
        found = code_view("country", value.upper()) if self.countries else None
        return found.label(get_language() or "en") if found else value


def statements_of(members: Iterable[Entity], actor: Actor) -> list[Said]:
    """All statements about these, by property in the order of the vocabulary, equal values together."""
    rows = Statement.objects.filter(visible_statements(actor), entity__in=[one.pk for one in members])
    rows = rows.select_related("entity").order_by("pk")
    by_prop: dict[str, dict[str, list[Statement]]] = defaultdict(dict)
    for row in rows:
        by_prop[row.prop].setdefault(row.value, []).append(row)
    order = {prop: at for at, prop in enumerate(WORDS)}
    made = []
    for prop in sorted(by_prop, key=lambda one: (order.get(one, len(order)), one)):
        values = list(by_prop[prop].items())
        contradict = _contradicts(prop, [value for value, _rows in values])
        made.append(Said(prop, str(WORDS.get(prop, prop)), values, contradict, prop in COUNTRIES))
    return made


def _contradicts(prop: str, values: list[str]) -> bool:
    """Whether two values cannot both hold: two births, unless one says the same less precisely."""
    if prop not in ONE_SIDE or prop in NAMES or len(values) < 2:
        return False
    longest = max(values, key=len)
    return any(not longest.startswith(value) for value in values)


@dataclass(slots=True)
class Tied:
    """A link as one end sees it: what it is, and the other end as it is read."""

    link: Link
    other: Entity
    outward: bool


def links_of(members: Iterable[Entity], actor: Actor) -> list[Tied]:
    """Links of these to others, of what the person sees at both ends; a link between two of them is none."""
    inside = {one.pk for one in members}
    rows = (
        Link.objects.filter(visible_links(actor))
        .filter(Q(subject__in=inside) | Q(object__in=inside))
        .select_related("subject", "object")
        .order_by("pk")
    )
    ends = [row.object if row.subject_id in inside else row.subject for row in rows]
    read_as = {
        one.ref: one
        for one in visible_entities(actor).filter(
            ref__in=among([end.canonical for end in ends] + [end.ref for end in ends])
        )
    }
    found = []
    for row, end in zip(rows, ends, strict=True):
        other = read_as.get(end.canonical) or read_as.get(end.ref)
        if other is not None and end.ref in read_as and other.pk not in inside:
            found.append(Tied(row, other, row.subject_id in inside))
    return found


def cases_of(members: Iterable[Entity], actor: Actor) -> list[tuple[Case, str]]:
    """The cases in which these have part, of those the person sees, with the role."""
    roles: dict[str, str] = {}
    for one in members:
        for tie in one.case_ties.all():
            roles.setdefault(tie.case, tie.role)
    found = visible_cases(actor).filter(ref__in=list(roles)).order_by("-date", "-pk")
    return [(case, roles[case.ref]) for case in found]


def decisions_of(members: Iterable[Entity], actor: Actor) -> list[Decision]:
    """Decisions about these, the newest first, of which the person sees both sides."""
    refs = [one.pk for one in members]
    return list(
        Decision.objects.filter(Q(left__in=refs) | Q(right__in=refs))
        .filter(visible(actor, "left__"), visible(actor, "right__"))
        .select_related("left", "right")
        .order_by("-made_at", "-ref")
    )


def lists_of(actor: Actor) -> list[str]:
    """The published lists that the node holds."""
    return list(
        visible_entities(actor).exclude(listed="").order_by("listed").values_list("listed", flat=True).distinct()
    )


def agreements_seen(actor: Actor) -> QuerySet[AgencyAgreement]:
    """The agreements of the person's administration, the newest first. Raises `Missing` for who sees none."""
    if not sees_agreements(actor):
        raise Missing("no_registry", _("There is no such page."))
    found = AgencyAgreement.objects.filter(administration=actor.administration_code)
    return found.prefetch_related("members").order_by("-made_at", "-ref")


@dataclass(slots=True)
class AgreedCase:
    """A seizure as an agency gets it: what, when, where, and in what role somebody had part; no more of the case."""

    reference: str
    day: str
    form: str
    country: str
    place: str
    role: str


def agreed_cases_of(members: Iterable[Entity], actor: Actor) -> list[AgreedCase]:
    """The seizures in which these have part, of those into which the person's agreements let."""
    ties = CaseTie.objects.filter(entity__in=[one.pk for one in members]).order_by("pk")
    roles = {tie.case: tie.role for tie in ties}
    found = agreed_cases(lets_in(actor)).filter(ref__in=list(roles)).order_by("-date", "-pk")
    return [
        AgreedCase(one.reference, one.date.isoformat(), one.form, one.country, one.place, roles[one.ref])
        for one in found
    ]


def agreed_suspects_of(members: Iterable[Entity], actor: Actor) -> list[Suspect]:
    """How far suspects among these are, where an agreement lets into the suspects; without steps and sightings."""
    agreed = [one for one in lets_in(actor) if "suspects" in one.databases]
    homes = {one.administration for one in agreed}
    found = Suspect.objects.filter(entity__in=[one.pk for one in members], administration__in=homes)
    return [one for one in found if any(not deal.states or one.state in deal.states for deal in agreed)]


def content_of(left: str, right: str) -> str:
    """A digest of what two entities say, in either order: by it a decision is known again after a new import."""
    said: dict[str, list[list[str]]] = {left: [], right: []}
    for ref, prop, value in Statement.objects.filter(entity__in=[left, right]).values_list("entity", "prop", "value"):
        said[ref].append([prop, value])
    sides = sorted(hashlib.sha256(canonical(sorted(rows))).hexdigest() for rows in said.values())
    return hashlib.sha256("|".join(sides).encode()).hexdigest()


def read_as(ref: str, by: Actor) -> tuple[str, list[str]]:
    """(the ref under which the person reads something, all that they read so)."""
    one = entity_named(by, ref)
    return one.ref, sorted(member.ref for member in members_of(one, by))


def visible_candidates(by: Actor) -> QuerySet[Candidate]:
    """What the last run found, of what the person sees at both ends, the surest first."""
    seen = Candidate.objects.filter(visible(by, "left__"), visible(by, "right__"))
    if not sees_red(by):
        seen = seen.exclude(handling="RED")
    return seen.select_related("left", "right").order_by("-score", "-evidence", "pk")


def candidates_of(by: Actor, most: int = 500) -> list[Candidate]:
    """The surest of them."""
    return list(visible_candidates(by)[:most])


def annexed_case(ref: str, by: Actor) -> Case:
    """A case whose names the person may add to. Raises `Missing`, `NotAllowed`."""
    held = case_by_ref(by, ref)
    may_annex(by, held.administration)
    return held


def glass_to_judge(by: Actor) -> QuerySet[BrokenGlass]:
    """What the person judges or has judged: of their administration. Raises `Missing` for whoever judges none."""
    if not judges_glass(by):
        raise Missing("no_glass", _("There is no such page."))
    return BrokenGlass.objects.filter(administration=by.administration_code).order_by("-at")
