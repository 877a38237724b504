"""Administrations, regions, officers and their roles."""

from __future__ import annotations

from collections.abc import Set
from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Region(models.Model):
    """A region of the World Customs Organization with its Regional Intelligence Liaison Office."""

    code = models.CharField(max_length=16, primary_key=True)
    name = models.CharField(max_length=100)

    class Meta:
        db_table = "people_region"


class Administration(models.Model):
    """A country's customs administration, or `INT`, the international secretariat."""

    code = models.CharField(max_length=3, primary_key=True)
    name = models.CharField(max_length=200)
    region = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="administrations")
    time_zone = models.CharField(max_length=64, default="UTC")

    class Meta:
        db_table = "people_administration"


class Office(models.Model):
    """An office of an administration: a port, an airport, a regional bureau."""

    administration = models.ForeignKey(Administration, on_delete=models.PROTECT, related_name="offices")
    name = models.CharField(max_length=200)
    place = models.CharField(max_length=8, default="", blank=True)

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

    username = models.CharField(max_length=150, unique=True)
    name = models.CharField(max_length=200, default="", blank=True)
    email = models.EmailField(default="", blank=True)
    administration = models.ForeignKey(Administration, on_delete=models.PROTECT, related_name="officers")
    language = models.CharField(max_length=8, default="en")
    office = models.ForeignKey(Office, null=True, blank=True, on_delete=models.SET_NULL, related_name="officers")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField()
    closed_by = models.CharField(max_length=150, default="", blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_why = models.CharField(max_length=16, default="", blank=True)
    """`suspended` by a person, or `unused` by the clock."""
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
    role = models.CharField(max_length=16)
    granted_by = models.CharField(max_length=150)
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

    role = models.CharField(max_length=16, primary_key=True)
    second_factor = models.BooleanField(default=False)

    class Meta:
        db_table = "people_role_rule"


class OneTimeCode(models.Model):
    """A code by which a person chooses a password: for a new account, or after a reset. Only its digest is kept."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="codes")
    purpose = models.CharField(max_length=8)
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_one_time_code"


class Token(models.Model):
    """A key to the JSON doors. Only its digest is kept; it is shown once, when it is made."""

    ref = models.CharField(max_length=64, unique=True)
    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100, default="", blank=True)
    scope = models.CharField(max_length=8)
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.CharField(max_length=150)
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
    time_zone = models.CharField(max_length=64)

    class Meta:
        db_table = "people_shift"


class Attempts(models.Model):
    """Failed sign-ins of one account from one source, or of one source; the key is a keyed digest, never an address."""

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.IntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        db_table = "people_attempts"
