"""What programs send to the experts' room and get from it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ninja import Schema
from pydantic import Field


class ParagraphOut(Schema):
    """A paragraph of a mandate."""

    number: int
    title: str
    text: str


class GroupIn(Schema):
    """A group as it is opened."""

    code: str = Field(..., max_length=32)
    title: str = Field(..., max_length=200)
    begins_on: str = Field(..., max_length=40)
    ends_on: str = Field("", max_length=40)
    purpose: str = Field("", max_length=20_000)
    reports_to: str = Field("", max_length=200)
    confirmed_on: str = Field("", max_length=40)
    updated_on: str = Field("", max_length=40)
    paragraphs: list[dict[str, str]] = Field([], max_length=99, description="`title` and `text` of each")
    parent: str = Field("", max_length=32)
    terms: str = Field("", max_length=20_000, description="what members promise; the node's own where nothing is said")


class GroupDeedIn(Schema):
    """A deed's fields, as its page has them; each is named in the guide of the room."""

    fields: dict[str, Any] = Field({}, max_length=60)


class GroupDoneOut(Schema):
    """What came of a deed."""

    ref: str
    deed: str


class GroupRowOut(Schema):
    """A group as it is listed."""

    code: str
    title: str
    parent: str | None
    begins_on: date
    ends_on: date | None
    standing: str
    accepted: bool
    terms_version: int


class GroupMemberOut(Schema):
    """A member, of those that the person sees."""

    username: str
    country: str
    agency: str
    sector: str
    standing: str
    office: str


class GroupPointOut(Schema):
    """An action point."""

    ref: str
    reference: str
    text: str
    owner: str
    due_on: date
    done_at: datetime | None


class GroupThingOut(Schema):
    """Something of a group by its ref and title."""

    ref: str
    title: str
    state: str = ""
    at: datetime | None = None


class WorkLineOut(Schema):
    """A line of the work plan."""

    ref: str
    title: str
    paragraph: int
    owner: str
    due_on: date
    state: str


class RecommendationOut(Schema):
    """A recommendation and where the committee is with it."""

    ref: str
    reference: str
    text: str
    paragraph: int
    state: str
    on: date | None


class GroupOut(GroupRowOut):
    """A group with all that the person sees of it; before its terms are accepted nothing but these."""

    terms: str
    reports_to: str = ""
    paragraphs: list[ParagraphOut] = []
    members: list[GroupMemberOut] = []
    work: list[WorkLineOut] = []
    action_points: list[GroupPointOut] = []
    recommendations: list[RecommendationOut] = []
    meetings: list[GroupThingOut] = []
    polls: list[GroupThingOut] = []
    threads: list[GroupThingOut] = []
    practice: list[GroupThingOut] = []
    reports: list[GroupThingOut] = []
    rounds: list[GroupThingOut] = []


class MeetingOut(Schema):
    """A meeting."""

    ref: str
    group: str
    number: int
    title: str
    begins_at: datetime
    ends_at: datetime
    place: str
    state: str
    agenda: list[str]
    decisions: list[str]
    come: int
    came: int


class GroupReportOut(Schema):
    """A report with its chapters and frozen figures."""

    ref: str
    group: str
    kind: str
    titles: dict[str, str]
    year: int
    state: str
    figures: dict[str, Any]
    item: str
    sections: list[dict[str, Any]]


class RoundOut(Schema):
    """A round of a questionnaire: how many answer, the regions once it is closed, the answers that one sees."""

    ref: str
    group: str
    title: str
    questionnaire: str
    version: int
    closes_on: date
    closed_at: datetime | None
    invited: int
    answered: int
    regions: list[dict[str, Any]]
    responses: list[GroupThingOut]


class DomainScoreOut(Schema):
    """A domain of a country's profile."""

    domain: str
    now: Decimal | None
    was: Decimal | None
    region: Decimal | None
    papers: int
    asked: int
    answered: int


class NeedsPlanOut(Schema):
    """A line of a country's plan."""

    ref: str
    domain: str
    gap: str
    kind: str
    what: str
    owner: str
    cost: Decimal | None
    currency: str
    donor: str
    by_day: date
    state: str


class AnswersOut(Schema):
    """A country's answers, its profile and its plan."""

    ref: str
    round: str
    country: str
    lead: str
    state: str
    answers: dict[str, str]
    profile: list[DomainScoreOut]
    plan: list[NeedsPlanOut]


class SaidInThreadOut(Schema):
    """Something said in a thread."""

    by: str
    at: datetime
    text: str


class QuestionnaireIn(Schema):
    """A questionnaire's file."""

    toml: str = Field(..., max_length=500_000)


class QuestionnaireOut(Schema):
    """A questionnaire that is in use."""

    code: str
    version: int
    questions: int
