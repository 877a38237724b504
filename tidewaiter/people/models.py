"""Administrations, regions, officers and their roles."""

from __future__ import annotations

from collections.abc import Set
from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from tidewaiter.people.provider_models import ClaimRule as ClaimRule
from tidewaiter.people.provider_models import Identity as Identity
from tidewaiter.people.provider_models import ProviderSession as ProviderSession
from tidewaiter.privacy.columns import MarkedChar, MarkedEmail, MarkedJSON, MarkedText


class Region(models.Model):
    """A region of the World Customs Organization with its Regional Intelligence Liaison Office."""

    code = MarkedChar(about="system", max_length=16, primary_key=True)
    name = MarkedChar(about="place", max_length=100)

    class Meta:
        db_table = "people_region"


class Administration(models.Model):
    """A country's customs administration, or `INT`, the international secretariat."""

    code = MarkedChar(about="system", max_length=3, primary_key=True)
    name = MarkedChar(about="office", max_length=200)
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="administrations")
    time_zone = MarkedChar(about="system", max_length=64, default="UTC")

    class Meta:
        db_table = "people_administration"


class Office(models.Model):
    """An office of an administration: a port, an airport, a regional bureau."""

    administration = models.ForeignKey(Administration, on_delete=models.PROTECT, related_name="offices")
    name = MarkedChar(about="office", max_length=200)
    place = MarkedChar(about="system", max_length=8, default="", blank=True)

    class Meta:
        db_table = "people_office"
        constraints = (models.UniqueConstraint(fields=["administration", "name"], name="one_office_a_name"),)


class OfficerManager(BaseUserManager["Officer"]):
    """Finds officers for Django's sign-in."""

    def get_by_natural_key(self, username: str | None) -> Officer:
        """The account of that name."""
        return self.get(username=username)


class Officer(AbstractBaseUser):
    """A person with an account on this node."""

    username = MarkedChar(about="person", max_length=150, unique=True)
    name = MarkedChar(about="person", max_length=200, default="", blank=True)
    email = MarkedEmail(about="person", default="", blank=True)
    administration = models.ForeignKey(Administration, on_delete=models.PROTECT, related_name="officers")
    language = MarkedChar(about="system", max_length=8, default="en")
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.SET_NULL, related_name="officers")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField()
    closed_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_why = MarkedChar(about="system", max_length=16, default="", blank=True)
    """`suspended` by a person, `unused` by the clock, `provider` where a ministry's sign-in names no role any more."""
    used_at = models.DateTimeField(null=True)
    """The last day on which the account did anything, by page or by token."""
    reminded_at = models.DateTimeField(null=True)
    compact = models.BooleanField(default=False)
    """Whether tables stand close, as this person likes them."""
    digest = models.BooleanField(default=True)
    """Whether notices that nobody has read yet are gathered into one message a day."""

    objects = OfficerManager()
    door = "page"

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    class Meta:
        db_table = "people_officer"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(closed_by="", closed_at=None)
                | (~models.Q(closed_by="") & ~models.Q(closed_at=None)),
                name="closed_by_with_at",
            ),
            models.CheckConstraint(
                condition=~models.Q(username="node") | models.Q(is_active=False), name="nobody_is_node"
            ),
        )

    @property
    def display_name(self) -> str:
        """The name shown to colleagues."""
        return self.name or self.username

    @property
    def administration_code(self) -> str:
        """The administration's code."""
        return self.administration_id

    @cached_property
    def region_code(self) -> str:
        """The region of the administration; empty for `INT`."""
        return self.administration.region_id or ""

    @cached_property
    def role_codes(self) -> Set[str]:
        """The roles granted."""
        return frozenset(self.grants.values_list("role", flat=True))

    @cached_property
    def reviewed_regions(self) -> Set[str]:
        """The regions this person reviews: those a steward has named, else the region of their own administration."""
        if "reviewer" not in self.role_codes:
            return frozenset()
        named = frozenset(self.covers.values_list("region_id", flat=True))
        return named or frozenset({self.region_code} - {""})


class Grant(models.Model):
    """A role given to an officer."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="grants")
    role = MarkedChar(about="system", max_length=16)
    granted_by = MarkedChar(about="person", max_length=150)
    granted_at = models.DateTimeField()

    class Meta:
        db_table = "people_grant"
        constraints = (models.UniqueConstraint(fields=["officer", "role"], name="one_grant_a_role"),)


class Cover(models.Model):
    """A region that a reviewer looks after, where it is not (only) the region of their own administration."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="covers")
    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="covers")

    class Meta:
        db_table = "people_cover"
        constraints = (models.UniqueConstraint(fields=["officer", "region"], name="one_cover_a_region"),)


class RoleRule(models.Model):
    """What a steward demands of everybody with a role."""

    role = MarkedChar(about="system", max_length=16, primary_key=True)
    second_factor = models.BooleanField(default=False)

    class Meta:
        db_table = "people_role_rule"


class OneTimeCode(models.Model):
    """A code by which a person chooses a password: for a new account, or after a reset. Only its digest is kept."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="codes")
    purpose = MarkedChar(about="system", max_length=8)
    digest = MarkedChar(about="system", max_length=64, unique=True)
    made_by = MarkedChar(about="person", max_length=150)
    confirmed_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    """The other steward who confirmed it, where two were needed."""
    door = MarkedChar(about="system", max_length=100, default="page")
    """By which its maker came in: what they may still do is asked again when the code is used."""
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_one_time_code"


class Token(models.Model):
    """A key to the JSON doors. Only its digest is kept; it is shown once, when it is made."""

    ref = MarkedChar(about="system", max_length=64, unique=True)
    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="tokens")
    name = MarkedChar(about="free", max_length=100, default="", blank=True)
    scope = MarkedChar(about="system", max_length=8)
    digest = MarkedChar(about="system", max_length=64, unique=True)
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_token"


class Shift(models.Model):
    """A weekly turn of duty, in the wall-clock time of its zone; one that ends before it starts ends the next day."""

    administration = models.ForeignKey(Administration, on_delete=models.CASCADE, related_name="shifts")
    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="shifts")
    weekday = models.SmallIntegerField()
    """Monday is 0."""
    starts = models.TimeField()
    ends = models.TimeField()
    time_zone = MarkedChar(about="system", max_length=64)
    office = models.ForeignKey(Office, null=True, on_delete=models.CASCADE, related_name="shifts")
    """The office whose rota it is; nothing for the administration's own."""
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    """The first and the last day on which a turn may begin, by the calendar of its zone."""
    every = models.SmallIntegerField(default=1)
    """Weeks from one turn to the next, counted from the week of `since`."""
    in_turn = MarkedJSON(about="person", default=list)
    """Accounts that take it one after the other, the first in the week of `since`; nobody named: `officer` always."""

    class Meta:
        db_table = "people_shift"


class Swap(models.Model):
    """One turn of one day that somebody else takes, or that falls away."""

    shift = models.ForeignKey(Shift, on_delete=models.CASCADE, related_name="swaps")
    day = models.DateField()
    """The day on which the turn begins, by the calendar of its zone."""
    officer = models.ForeignKey(Officer, null=True, on_delete=models.CASCADE, related_name="swaps")
    """Who takes it; nobody where it falls away."""
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "people_swap"
        constraints = (models.UniqueConstraint(fields=["shift", "day"], name="one_swap_a_turn"),)


class Handover(models.Model):
    """What somebody on duty leaves for the next."""

    administration = models.ForeignKey(Administration, on_delete=models.CASCADE, related_name="handovers")
    office = models.ForeignKey(Office, null=True, on_delete=models.CASCADE, related_name="handovers")
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()
    text = MarkedText(about="free")

    class Meta:
        db_table = "people_handover"
        indexes = (models.Index(fields=["administration", "-at"], name="handovers_newest"),)


class ContactPoint(models.Model):
    """A contact point of a country that answers at its hours, and when somebody last tried it."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    country = MarkedChar(about="system", max_length=3)
    name = MarkedChar(about="free", max_length=200)
    phone = MarkedChar(about="indicator", max_length=40, default="", blank=True)
    email = MarkedChar(about="indicator", max_length=200, default="", blank=True)
    """Published by the point itself, so that others reach it."""
    languages = MarkedJSON(about="system", default=list)
    opens = models.TimeField(null=True)
    closes = models.TimeField(null=True)
    """Both empty: around the clock, every day."""
    weekdays = MarkedJSON(about="system", default=list)
    """Days with hours, Monday is 0; none named: every day."""
    time_zone = MarkedChar(about="system", max_length=64, default="UTC")
    tested_at = models.DateTimeField(null=True)
    tested_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    outcome = MarkedChar(about="system", max_length=16, default="", blank=True)
    """Of the last test call: `answered`, `late`, `no_answer`, `wrong`."""
    kept_by = MarkedChar(about="person", max_length=150)
    kept_at = models.DateTimeField()
    due_told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_contact_point"
        constraints = (
            models.UniqueConstraint(fields=["country", "name"], name="one_contact_point_a_name"),
            models.CheckConstraint(
                condition=models.Q(tested_by="", tested_at=None)
                | (~models.Q(tested_by="") & ~models.Q(tested_at=None)),
                name="tested_by_with_at",
            ),
        )


class Attempts(models.Model):
    """Failed sign-ins of one account from one source, or of one source; the key is a keyed digest, never an address."""

    key = MarkedChar(about="system", max_length=64, primary_key=True)
    failures = models.IntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        db_table = "people_attempts"


class SignIn(models.Model):
    """A sign-in, or a try that was refused: stewards look through them, each person sees those of their own account.

    Of the source only a keyed digest and its network are kept, of a name that no account has only a keyed digest.
    """

    at = models.DateTimeField()
    officer = models.ForeignKey(Officer, null=True, on_delete=models.CASCADE, related_name="sign_ins")
    name_key = MarkedChar(about="system", max_length=64, default="", blank=True)
    source_key = MarkedChar(about="system", max_length=64)
    network = MarkedChar(about="system", max_length=64)
    """The network of the source: `203.0.113.0/24`, `2001:db8:7::/48`."""
    outcome = MarkedChar(about="system", max_length=16)
    """One of `sign_ins.OUTCOMES`."""
    method = MarkedChar(about="system", max_length=32, default="", blank=True)
    """What was shown: `password`, `password+totp`, `passkey`, `code`."""
    device_known = models.BooleanField(default=False)
    """Whether the browser had signed in to this account before."""

    class Meta:
        db_table = "people_sign_in"
        indexes = (
            models.Index(fields=["officer", "-at"], name="sign_ins_of_officer"),
            models.Index(fields=["source_key", "outcome", "-at"], name="sign_ins_from_source"),
            models.Index(fields=["-at"], name="sign_ins_newest"),
        )


class Proposal(models.Model):
    """A steward's gravest deed that waits for another steward, or was decided."""

    ref = MarkedChar(about="system", max_length=64, unique=True)
    deed = MarkedChar(about="system", max_length=32)
    subject = MarkedChar(about="person", max_length=150)
    data = MarkedJSON(about="person", default=dict)
    asked_by = MarkedChar(about="person", max_length=150)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    outcome = MarkedChar(about="system", max_length=16, default="", blank=True)
    """Nothing while it waits; `confirmed`, `declined`, or `done` for what the asker did afterwards."""
    decided_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_proposal"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(decided_by="", decided_at=None, outcome="")
                | (~models.Q(decided_by="") & ~models.Q(decided_at=None) & ~models.Q(outcome="")),
                name="decided_by_with_at",
            ),
            models.CheckConstraint(
                condition=~models.Q(decided_by=models.F("asked_by")) | ~models.Q(outcome__in=["confirmed", "done"]),
                name="confirmed_by_another",
            ),
        )
