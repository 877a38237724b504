"""Needs assessment: questionnaires, rounds that freeze a version, what countries answer, and what follows."""

from __future__ import annotations

from django.db import models

from tidewaiter.experts import states
from tidewaiter.experts.models.groups import Group
from tidewaiter.experts.models.pairs import who_with_when
from tidewaiter.privacy.columns import MarkedChar, MarkedText

DIGITS, PLACES = 14, 2


class Questionnaire(models.Model):
    """One version of a questionnaire, as it was loaded."""

    code = MarkedChar(about="system", max_length=32)
    version = models.PositiveIntegerField()
    text = MarkedText(about="system")
    sha256 = MarkedChar(about="system", max_length=64)
    loaded_by = MarkedChar(about="person", max_length=150)
    loaded_at = models.DateTimeField()

    class Meta:
        db_table = "experts_questionnaire"
        constraints = (models.UniqueConstraint(fields=["code", "version"], name="one_version_a_questionnaire"),)


class Round(models.Model):
    """A questionnaire sent to countries: its version is frozen here, whatever becomes of the questionnaire."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="rounds")
    title = MarkedChar(about="free", max_length=200)
    code = MarkedChar(about="system", max_length=32)
    version = models.PositiveIntegerField()
    frozen = MarkedText(about="system")
    """The text of the questionnaire as it stood when the round was opened."""
    after = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="followed_by")
    """The round that it follows up."""
    closes_on = models.DateField()
    opened_by = MarkedChar(about="person", max_length=150)
    opened_at = models.DateTimeField()
    closed_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    closed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "experts_round"
        constraints = (who_with_when("closed_by", "closed_at", "round_closed_by_with_at"),)


class Response(models.Model):
    """What one country answers to a round."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="responses")
    country = MarkedChar(about="system", max_length=3)
    region = MarkedChar(about="system", max_length=16, default="", blank=True)
    lead = MarkedChar(about="person", max_length=150)
    """The member who hands it in, and gives sections to colleagues."""
    state = MarkedChar(about="system", max_length=16, default=states.INVITED)
    changed_at = models.DateTimeField()
    submitted_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    submitted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "experts_response"
        constraints = (
            models.UniqueConstraint(fields=["round", "country"], name="one_response_a_country"),
            who_with_when("submitted_by", "submitted_at", "needs_submitted_by_with_at"),
        )


class Answer(models.Model):
    """The answer to one question: a code, so that languages mix; words only where words were asked."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    question = MarkedChar(about="system", max_length=60)
    value = MarkedText(about="free")
    lang = MarkedChar(about="system", max_length=8)
    """In which language the page stood when it was answered."""
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "experts_answer"
        constraints = (models.UniqueConstraint(fields=["response", "question"], name="one_answer_a_question"),)


class Share(models.Model):
    """A section that the lead has given to a colleague."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="shares")
    domain = MarkedChar(about="system", max_length=60)
    username = MarkedChar(about="person", max_length=150)
    given_by = MarkedChar(about="person", max_length=150)
    given_at = models.DateTimeField()

    class Meta:
        db_table = "experts_share"
        constraints = (models.UniqueConstraint(fields=["response", "domain"], name="one_share_a_domain"),)


class Evidence(models.Model):
    """A paper that an answer rests on: what it is called and where it lies; the paper itself stays with the country."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="evidence")
    question = MarkedChar(about="system", max_length=60)
    title = MarkedChar(about="free", max_length=200)
    where = MarkedChar(about="free", max_length=300, default="", blank=True)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "experts_evidence"


class PlanLine(models.Model):
    """What is done about a gap of a country: by whom, for how much, with whose money, until when."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="plan")
    domain = MarkedChar(about="system", max_length=60)
    gap = MarkedChar(about="free", max_length=300)
    kind = MarkedChar(about="system", max_length=12)
    what = MarkedChar(about="free", max_length=300)
    owner = MarkedChar(about="office", max_length=200)
    cost = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=PLACES)
    currency = MarkedChar(about="system", max_length=3, default="USD")
    donor = MarkedChar(about="office", max_length=200, default="", blank=True)
    by_day = models.DateField()
    state = MarkedChar(about="system", max_length=16, default=states.PROPOSED)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()
    agreed_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    agreed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "experts_plan_line"
        constraints = (who_with_when("agreed_by", "agreed_at", "plan_agreed_by_with_at"),)
