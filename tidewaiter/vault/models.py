"""Files by their content."""

from __future__ import annotations

from django.db import models

from tidewaiter.privacy.columns import MarkedChar


class StoredFile(models.Model):
    """One file in the vault: the same bytes are kept once."""

    digest = MarkedChar(about="system", max_length=64, primary_key=True)
    media_type = MarkedChar(about="system", max_length=100)
    size = models.BigIntegerField()
    kept_by = MarkedChar(about="person", max_length=150)
    kept_at = models.DateTimeField()

    class Meta:
        db_table = "vault_kept"


class Stored(models.Model):
    """One thing that takes space on the node, and an administration that it is counted for (vault/storage.py).

    Bytes lie in the vault once and count for every administration that has stored them: a count that stood still
    would say that somebody else has the same picture.
    """

    kind = MarkedChar(about="system", max_length=16)
    """`vault`, `incoming`, `trade_file`, `trade_run`, `result`."""
    ref = MarkedChar(about="system", max_length=64)
    administration = MarkedChar(about="system", max_length=8)
    username = MarkedChar(about="person", max_length=150)
    size = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "vault_stored"
        constraints = (models.UniqueConstraint(fields=["kind", "ref", "administration"], name="stored_once_each"),)
        indexes = (models.Index(fields=["administration", "kind", "-size"], name="stored_largest"),)


class StoredSum(models.Model):
    """What an administration has stored altogether, kept with every change; and its own bound, where it has one."""

    administration = MarkedChar(about="system", max_length=8, primary_key=True)
    size = models.BigIntegerField(default=0)
    bound = models.BigIntegerField(null=True)

    class Meta:
        db_table = "vault_stored_sum"


class Picture(models.Model):
    """A kept file that is a picture: its size in points, and its small copy once it is made."""

    digest = MarkedChar(about="system", max_length=64, primary_key=True)
    width = models.IntegerField()
    height = models.IntegerField()
    thumbnail = MarkedChar(about="system", max_length=64, default="", blank=True)
    hashes = MarkedChar(about="system", max_length=1024, default="", blank=True)
    """Its perceptual hash upright, turned and mirrored, and the same without an even ground
    (`vault.hashing`); `-` where the file is gone.
    """
    quality = models.SmallIntegerField(default=0)
    owners = MarkedChar(about="system", max_length=400, default="", blank=True)
    """`;KE;US;`: the administrations that have brought these very bytes. Listing its digest gives nobody a picture."""
    unclaimed_since = models.DateTimeField(null=True)
    """Since when it waits to become part of something: an entry that may be given up brought it, and nobody else."""

    class Meta:
        db_table = "vault_picture"
