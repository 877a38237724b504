"""Files by their content."""

from __future__ import annotations

from django.db import models


class Kept(models.Model):
    """One file in the vault: the same bytes are kept once."""

    digest = models.CharField(max_length=64, primary_key=True)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    kept_by = models.CharField(max_length=150)
    kept_at = models.DateTimeField()

    class Meta:
        db_table = "vault_kept"


class Picture(models.Model):
    """A kept file that is a picture: its size in points, and its small copy once it is made."""

    digest = models.CharField(max_length=64, primary_key=True)
    width = models.IntegerField()
    height = models.IntegerField()
    thumbnail = models.CharField(max_length=64, default="", blank=True)
    hashes = models.CharField(max_length=512, default="", blank=True)
    """Its perceptual hash upright, turned and mirrored (`vault.hashing`); `-` where the file is gone."""
    quality = models.SmallIntegerField(default=0)
    owners = models.CharField(max_length=400, default="", blank=True)
    """`;KE;US;`: the administrations that have brought these very bytes. Listing its digest gives nobody a picture."""

    class Meta:
        db_table = "vault_picture"
