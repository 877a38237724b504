"""Searches that tell their owner when a new case matches, and links that people draw between cases."""

from __future__ import annotations

from django.db import models

from tidewaiter.privacy.columns import MarkedChar


class Watch(models.Model):
    """A search that is watched: the query of the list, whose it is, and since when."""

    username = MarkedChar(about="person", max_length=150)
    name = MarkedChar(about="free", max_length=60)
    query = MarkedChar(about="free", shape="query", max_length=2000)
    made_at = models.DateTimeField()
    last_hit_at = models.DateTimeField(null=True)
    hits = models.IntegerField(default=0)

    class Meta:
        db_table = "search_watch"
        constraints = (models.UniqueConstraint(fields=["username", "name"], name="one_watch_a_name"),)


class Hit(models.Model):
    """A case of which the owner of a watch was told; nobody is told twice."""

    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="found")
    ref = MarkedChar(about="system", max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "search_hit"
        constraints = (models.UniqueConstraint(fields=["watch", "ref"], name="told_once"),)


class Link(models.Model):
    """That two cases belong together, as somebody says who saw both; whoever sees both sees the link."""

    one = MarkedChar(about="system", max_length=64)
    other = MarkedChar(about="system", max_length=64)
    """References; `one` sorts before `other`, for a link has no direction."""
    kind = MarkedChar(about="system", max_length=40)
    reason = MarkedChar(about="free", max_length=500, default="", blank=True)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "search_link"
        constraints = (
            models.UniqueConstraint(fields=["one", "other", "kind"], name="one_link_a_kind"),
            models.CheckConstraint(condition=models.Q(one__lt=models.F("other")), name="link_in_order"),
        )
        indexes = (models.Index(fields=["other"], name="link_other"),)
