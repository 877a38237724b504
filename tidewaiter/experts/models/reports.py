"""Insight and annual reports with their sections, and recommendations to the committee."""

from __future__ import annotations

from django.db import models

from tidewaiter.experts import states
from tidewaiter.experts.models.groups import Group, Paragraph
from tidewaiter.experts.models.pairs import who_with_when
from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText


class Report(models.Model):
    """A report of a group: sections by authors around figures that are frozen once."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="reports")
    kind = MarkedChar(about="system", max_length=12)
    """`insight` on a single topic, or `annual`."""
    titles = MarkedJSON(about="free", default=dict)
    """By language."""
    year = models.PositiveSmallIntegerField()
    state = MarkedChar(about="system", max_length=16, default=states.BEGUN)
    figures = MarkedJSON(about="system", default=dict)
    """Numbers and codes alone, as they stood when they were frozen."""
    frozen_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    frozen_at = models.DateTimeField(null=True)
    item = MarkedChar(about="system", max_length=64, default="", blank=True)
    """The item of the library under which it was delivered."""
    begun_by = MarkedChar(about="person", max_length=150)
    begun_at = models.DateTimeField()
    moved_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    moved_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "experts_report"
        constraints = (
            who_with_when("frozen_by", "frozen_at", "report_frozen_by_with_at"),
            who_with_when("moved_by", "moved_at", "report_moved_by_with_at"),
        )

    def title(self, lang: str) -> str:
        """Its title in a language, else in English, else in any."""
        return self.titles.get(lang) or self.titles.get("en") or next(iter(self.titles.values()), "")


class Section(models.Model):
    """A chapter of a report and who writes it; its texts stand side by side by language."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="sections")
    number = models.PositiveSmallIntegerField()
    titles = MarkedJSON(about="free", default=dict)
    texts = MarkedJSON(about="free", default=dict)
    author = MarkedChar(about="person", max_length=150)
    written_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    written_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "experts_section"
        constraints = (
            models.UniqueConstraint(fields=["report", "number"], name="section_numbered_once"),
            who_with_when("written_by", "written_at", "section_written_by_with_at"),
        )


class Recommendation(models.Model):
    """What a group recommends to its committee, and where the committee is with it (`R-26-4`)."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="recommendations")
    report = models.ForeignKey(Report, null=True, on_delete=models.SET_NULL, related_name="recommendations")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    text = MarkedText(about="free")
    paragraph = models.ForeignKey(Paragraph, on_delete=models.PROTECT, related_name="recommendations")
    state = MarkedChar(about="system", max_length=16, default=states.DRAFTED)
    on = models.DateField(null=True)
    """The day of the committee's session that takes it, or took it."""
    note = MarkedChar(about="free", max_length=300, default="", blank=True)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "experts_recommendation"
        constraints = (
            models.UniqueConstraint(fields=["group", "year", "number"], name="recommendation_numbered_once"),
        )

    @property
    def reference(self) -> str:
        """What people call it."""
        return f"R-{self.year % 100:02d}-{self.number}"
