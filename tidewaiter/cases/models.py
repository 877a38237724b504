"""Cases, version by version, their lines of goods and the findings of the checks."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText


class Case(models.Model):
    """One version of one case. `ref` and `version` together name it.

    `latest` marks the version its administration works on; `counted` the validated one that stands in the figures.
    Both are the same row except while an amendment waits (then `pending` of the counted row says in which state).
    """

    ref = MarkedChar(about="system", max_length=64)
    version = models.IntegerField()
    node = MarkedChar(about="system", max_length=64)
    administration = MarkedChar(about="system", max_length=3)
    region = MarkedChar(about="system", max_length=16, default="", blank=True)
    national_ref = MarkedChar(about="code", judged_by="forms", max_length=100)
    given_ref = MarkedChar(about="system", max_length=24, default="", blank=True)
    """The short reference that the node gave a case whose administration named none: KE/2026/0017."""
    form = MarkedChar(about="system", max_length=8)
    form_version = models.IntegerField()
    kind = MarkedChar(about="system", max_length=16)
    status = MarkedChar(about="system", max_length=16)
    latest = models.BooleanField()
    counted = models.BooleanField()
    pending = MarkedChar(about="system", max_length=16, default="", blank=True)
    wide = models.BooleanField(default=True)
    """No handling mark keeps it from other administrations."""
    date = models.DateField()
    date_precision = MarkedChar(about="system", max_length=8)
    year = models.SmallIntegerField()
    country = MarkedChar(about="system", max_length=3)
    place = MarkedChar(about="system", max_length=8, default="", blank=True)
    location_type = MarkedChar(about="system", max_length=32, default="", blank=True)
    direction = MarkedChar(about="system", max_length=32, default="", blank=True)
    mode = MarkedChar(about="system", max_length=2, default="", blank=True)
    departure = MarkedChar(about="system", max_length=3, default="", blank=True)
    destination = MarkedChar(about="system", max_length=3, default="", blank=True)
    channel = MarkedChar(about="system", max_length=16)
    worst = MarkedChar(about="system", max_length=8, default="", blank=True)
    findings_count = models.IntegerField(default=0)
    lines_count = models.IntegerField(default=0)
    main_subtype = MarkedChar(about="system", max_length=80, default="", blank=True)
    main_quantity = models.DecimalField(max_digits=32, decimal_places=12, null=True)
    main_unit = MarkedChar(about="system", max_length=8, default="", blank=True)
    block = models.BigIntegerField(null=True, db_index=True)
    """What two reports of one seizure share, as a number (`findings.duplicates`)."""
    header = MarkedJSON(about="free", judged_by="forms")
    digest = MarkedChar(about="system", max_length=64)
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()
    changed_by = MarkedChar(about="person", max_length=150)
    changed_at = models.DateTimeField()
    opened_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    opened_at = models.DateTimeField(null=True)
    reason = MarkedText(about="free", default="", blank=True)

    class Meta:
        db_table = "cases_case"
        constraints = (
            models.UniqueConstraint(fields=["ref", "version"], name="one_row_a_version"),
            models.UniqueConstraint(
                fields=["administration", "national_ref"],
                condition=Q(latest=True),
                name="one_case_a_national_ref",
            ),
            models.UniqueConstraint(
                fields=["administration", "given_ref"],
                condition=Q(latest=True) & ~Q(given_ref=""),
                name="one_case_a_given_ref",
            ),
            models.CheckConstraint(
                condition=Q(opened_by="", opened_at=None) | (~Q(opened_by="") & ~Q(opened_at=None)),
                name="opened_by_with_at",
            ),
        )
        indexes = (
            models.Index(fields=["-date", "-id"], name="case_by_date"),
            models.Index(fields=["country", "-date", "-id"], name="case_by_country"),
            models.Index(fields=["status", "latest", "-date", "-id"], name="case_by_status"),
            models.Index(fields=["main_subtype", "departure", "-id"], name="case_goods_from"),
            models.Index(fields=["departure", "destination", "-id"], name="case_route"),
            models.Index(fields=["place", "main_subtype", "-id"], name="case_goods_at"),
            models.Index(
                fields=["form", "administration", "-id"], condition=Q(counted=True, wide=True), name="case_usual"
            ),
            models.Index(
                fields=["changed_at", "id"], condition=Q(status="submitted", latest=True), name="case_waiting"
            ),
            models.Index(
                fields=["-worst", "changed_at", "id"],
                condition=Q(status="submitted", latest=True),
                name="case_waiting_grave",
            ),
            models.Index(
                fields=[
                    "latest",
                    "counted",
                    "wide",
                    "administration",
                    "region",
                    "pending",
                    "status",
                    "form",
                    "country",
                    "year",
                    "mode",
                    "worst",
                ],
                name="case_facets",
            ),
        )

    @property
    def reference(self) -> str:
        """What people call the case, and may type to find it: its administration's reference, else the short one that
        the node gave.
        """
        return self.given_ref or self.national_ref


class CaseSeries(models.Model):
    """The last number given to cases of an administration and a year that came without a reference."""

    administration = MarkedChar(about="system", max_length=3)
    year = models.SmallIntegerField()
    last = models.IntegerField(default=0)

    class Meta:
        db_table = "cases_series"
        constraints = (models.UniqueConstraint(fields=["administration", "year"], name="one_series_a_year"),)


class Line(models.Model):
    """One line of goods of one version of a case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="lines")
    number = models.IntegerField()
    subtype = MarkedChar(about="system", max_length=80)
    hs = MarkedChar(about="system", max_length=6, default="", blank=True)
    quantity = models.DecimalField(max_digits=32, decimal_places=12, null=True)
    unit = MarkedChar(about="system", max_length=8, default="", blank=True)
    value = models.DecimalField(max_digits=32, decimal_places=12, null=True)
    currency = MarkedChar(about="system", max_length=3, default="", blank=True)
    origin = MarkedChar(about="system", max_length=3, default="", blank=True)
    document = MarkedJSON(about="free", judged_by="forms")

    class Meta:
        db_table = "cases_line"


class CasePhoto(models.Model):
    """A photo of one version of a case, as its record lists it: what the wall of
    pictures and the search for like ones read.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="photos")
    number = models.IntegerField()
    digest = MarkedChar(about="free", shape="file_name", judged_by="forms", max_length=64, db_index=True)
    blurred = MarkedChar(about="system", max_length=64, default="", blank=True)
    """The copy on which faces and plates are hidden: the one that others see."""
    caption = MarkedChar(about="free", judged_by="forms", max_length=200, default="", blank=True)
    shows = MarkedChar(about="free", max_length=16, default="", blank=True)
    tags = MarkedChar(about="free", max_length=200, default="", blank=True)

    class Meta:
        db_table = "cases_photo"


class CaseFinding(models.Model):
    """What a check said of one version of a case when it was last kept."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="findings")
    code = MarkedChar(about="system", max_length=40, db_index=True)
    severity = MarkedChar(about="system", max_length=8)
    path = MarkedChar(about="system", max_length=100)
    says = MarkedJSON(about="free", default=dict)

    class Meta:
        db_table = "cases_finding"


class Return(models.Model):
    """A case that was sent back: which fields and why, and what the case said then, to show what has changed since."""

    ref = MarkedChar(about="system", max_length=64)
    version = models.IntegerField()
    administration = MarkedChar(about="system", max_length=3)
    form = MarkedChar(about="system", max_length=8)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()
    text = MarkedText(about="free", default="", blank=True)
    fields = MarkedJSON(about="free", default=list)
    """`[{"path", "code", "text"}]`: the field as files name it, a code of the list `return_reason`, words."""
    record = MarkedJSON(about="free", judged_by="forms", default=dict)
    """`{"header", "lines"}` as they stood."""

    class Meta:
        db_table = "cases_return"
        indexes = (
            models.Index(fields=["ref", "-at"], name="returns_of"),
            models.Index(fields=["administration", "at"], name="returns_to"),
        )


class FindingOutcome(models.Model):
    """What became of a finding: mended by its administration, sent back for it,
    dismissed, or validated all the same.
    """

    ref = MarkedChar(about="system", max_length=64)
    version = models.IntegerField()
    code = MarkedChar(about="system", max_length=40)
    severity = MarkedChar(about="system", max_length=8)
    path = MarkedChar(about="system", max_length=100)
    how = MarkedChar(about="system", max_length=10)
    """`mended` and `returned`: the check was right; `dismissed` and `validated`: the value was."""
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()
    reason = MarkedText(about="free", default="", blank=True)

    class Meta:
        db_table = "cases_settled"
        constraints = (models.UniqueConstraint(fields=["ref", "version", "code", "path"], name="one_end_a_finding"),)
        indexes = (models.Index(fields=["code", "how"], name="settled_by_code"),)


class CaseBatch(models.Model):
    """Cases that one file brought: those it made, changed, and found here as it says them."""

    source = MarkedChar(about="system", max_length=64, db_index=True)
    """The ref of what brought them, a receipt's."""
    administration = MarkedChar(about="code", max_length=3)
    """Whose it is: others do not narrow by it."""
    refs = MarkedJSON(about="system", default=list)

    class Meta:
        db_table = "cases_batch"


class SavedFilter(models.Model):
    """A way of narrowing the list of cases that a person has kept under a name."""

    username = MarkedChar(about="person", max_length=150)
    name = MarkedChar(about="free", max_length=60)
    query = MarkedChar(about="free", shape="query", max_length=2000)

    class Meta:
        db_table = "cases_saved_filter"
        constraints = (models.UniqueConstraint(fields=["username", "name"], name="one_filter_a_name"),)


class IdempotencyKey(models.Model):
    """A request to the JSON door that must not be done twice: who sent which key with which body, and its case."""

    username = MarkedChar(about="person", max_length=150)
    key = MarkedChar(about="system", max_length=200)
    digest = MarkedChar(about="system", max_length=64)
    ref = MarkedChar(about="system", max_length=64)
    outcome = MarkedChar(about="system", max_length=16)
    at = models.DateTimeField()

    class Meta:
        db_table = "cases_asked_once"
        constraints = (models.UniqueConstraint(fields=["username", "key"], name="asked_once"),)
        indexes = (models.Index(fields=["at"], name="asked_at"),)
