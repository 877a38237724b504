"""What is kept of sign-in by a provider: rules of its groups, who an account is to it, sessions there."""

from __future__ import annotations

from django.db import models

from tidewaiter.privacy.columns import MarkedChar, MarkedJSON


class ClaimRule(models.Model):
    """What a steward has said of a group that a provider of sign-in names: whoever is in it has this role here."""

    ref = MarkedChar(about="system", max_length=64, unique=True)
    provider = MarkedChar(about="system", max_length=32)
    """Its id in the file of providers."""
    value = MarkedChar(about="office", max_length=200)
    """The group, as the provider writes it."""
    role = MarkedChar(about="system", max_length=16)
    administration = models.ForeignKey("people.Administration", on_delete=models.PROTECT, related_name="claim_rules")
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "people_claim_rule"
        constraints = (models.UniqueConstraint(fields=["provider", "value", "role"], name="one_rule_a_claim"),)


class Identity(models.Model):
    """Who an account is to a provider of sign-in, and the roles that it has from there."""

    officer = models.ForeignKey("people.Officer", on_delete=models.CASCADE, related_name="identities")
    provider = MarkedChar(about="system", max_length=32)
    subject_key = MarkedChar(about="system", max_length=64)
    """A keyed digest of the provider's own name for the person (`sub`); nothing where a file brought the account before
    the person ever came."""
    roles = MarkedJSON(about="system", default=list)
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_identity"
        constraints = (
            models.UniqueConstraint(fields=["officer", "provider"], name="one_identity_a_provider"),
            models.UniqueConstraint(
                fields=["provider", "subject_key"], condition=~models.Q(subject_key=""), name="one_account_a_subject"
            ),
        )


class ProviderSession(models.Model):
    """A session at a provider under which somebody signed in here: it ends there, they are signed out here."""

    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="provider_sessions")
    sid_key = MarkedChar(about="system", max_length=64)
    """A keyed digest of the provider's name for the session (`sid`)."""
    at = models.DateTimeField()

    class Meta:
        db_table = "people_provider_session"
        indexes = (
            models.Index(fields=["sid_key"], name="provider_sessions_named"),
            models.Index(fields=["at"], name="provider_sessions_oldest"),
        )
