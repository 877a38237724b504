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

    class Meta:
        db_table = "people_administration"


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
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField()

    objects = OfficerManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"

    class Meta:
        db_table = "people_officer"

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


class Grant(models.Model):
    """A role given to an officer."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=16)
    granted_by = models.CharField(max_length=150)
    granted_at = models.DateTimeField()

    class Meta:
        db_table = "people_grant"
        constraints = (models.UniqueConstraint(fields=["officer", "role"], name="one_grant_a_role"),)
