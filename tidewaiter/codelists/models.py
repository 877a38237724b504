"""Lists, their codes and the names of the codes in each language."""

from __future__ import annotations

from django.db import models

from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText


class CodeList(models.Model):
    """A reference list as it was last loaded."""

    name = MarkedChar(about="system", max_length=40, primary_key=True)
    title = MarkedChar(about="system", max_length=200)
    version = MarkedChar(about="system", max_length=40)
    source = MarkedText(about="system", default="")
    licence = MarkedText(about="system", default="")
    sha256 = MarkedChar(about="system", max_length=64)
    codes = models.IntegerField(default=0)
    loaded_at = models.DateTimeField()

    class Meta:
        db_table = "codelists_list"


class Load(models.Model):
    """One loading of a list: what it added, changed and retired."""

    list = models.ForeignKey(CodeList, on_delete=models.CASCADE, related_name="loads")
    version = MarkedChar(about="system", max_length=40)
    sha256 = MarkedChar(about="system", max_length=64)
    added = models.IntegerField()
    changed = models.IntegerField()
    retired = models.IntegerField()
    loaded_by = MarkedChar(about="person", max_length=150)
    loaded_at = models.DateTimeField()

    class Meta:
        db_table = "codelists_load"


class Code(models.Model):
    """One code. A retired code keeps its row with `valid_to`: old cases stay readable."""

    list = models.ForeignKey(CodeList, on_delete=models.CASCADE)
    code = MarkedChar(about="system", max_length=80)
    parent = MarkedChar(about="system", max_length=80, default="", blank=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    rank = models.IntegerField(default=0)
    data = MarkedJSON(about="system", default=dict)
    digest = MarkedChar(about="system", max_length=64)

    class Meta:
        db_table = "codelists_code"
        constraints = (models.UniqueConstraint(fields=["list", "code"], name="one_code_a_list"),)


class Label(models.Model):
    """A name of a code: the preferred one of a language, or another by which it is found."""

    code = models.ForeignKey(Code, on_delete=models.CASCADE, related_name="labels")
    list = models.ForeignKey(CodeList, on_delete=models.CASCADE)
    lang = MarkedChar(about="system", max_length=8)
    preferred = models.BooleanField()
    text = MarkedText(about="system")
    folded = MarkedChar(about="system", max_length=200)

    class Meta:
        db_table = "codelists_label"
        indexes = (models.Index(fields=["list", "folded"], name="label_folded"),)
