"""Persons, companies, conveyances as statements with their sources; links between them; decisions that two are one.

No statement is ever rewritten by a merge: an entity knows under which canonical one it is read, and that follows from
the decisions that stand (docs/decisions/0041).
"""

from __future__ import annotations

from django.db import models

from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText


class Entity(models.Model):
    """Something that statements are about. What is shown of it is read from them; `caption` is kept for lists."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    kind = MarkedChar(about="system", max_length=10)
    """`person`, `company`, `vessel`, `vehicle`, `aircraft` or `container`."""
    caption = MarkedChar(about="free", max_length=300)
    folded = MarkedText(about="free", default="", blank=True)
    """All its names in comparable words, for search."""
    canonical = MarkedChar(about="system", max_length=64)
    """The ref under which it is read: its own, unless a decision that stands says it is one with an older one."""
    administration = MarkedChar(about="system", max_length=3)
    """Whose it is."""
    listed = MarkedChar(about="system", max_length=60, default="", blank=True)
    """The published list that it stands on; empty for the node's own."""
    source_key = MarkedChar(about="free", max_length=200)
    """What its source calls it, by which it is known again."""
    handling = MarkedChar(about="system", max_length=12, default="AMBER")
    digest = MarkedChar(about="system", max_length=64, default="", blank=True)
    """Of what its source last said of it."""
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "registry_entity"
        constraints = (
            models.UniqueConstraint(fields=["administration", "listed", "source_key"], name="entity_of_source"),
        )
        indexes = (
            models.Index(fields=["canonical"], name="entities_read_as"),
            models.Index(fields=["kind", "-changed_at"], name="entities_of_kind"),
            models.Index(fields=["listed", "kind"], name="entities_of_list"),
        )


class Statement(models.Model):
    """One property, one value, and who says so. Contradicting ones stand side by side."""

    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="statements")
    prop = MarkedChar(about="system", max_length=40)
    """A property of FollowTheMoney."""
    value = MarkedChar(about="free", max_length=2000)
    original = MarkedChar(about="free", max_length=2000, default="", blank=True)
    """As it was said, where cleaning has changed it."""
    doubt = MarkedChar(about="system", max_length=40, default="", blank=True)
    """What does not hold of it: `check_digit`, `unread`."""
    source = MarkedChar(about="free", max_length=300, default="", blank=True)
    said_on = models.DateField(null=True)
    """The source's day."""
    scheme = MarkedChar(about="system", max_length=20, default="", blank=True)
    """How its grade is to be read: `4x4`, `6x6`, `3x5x2` …; as given, never put into another one."""
    grade = MarkedChar(about="free", max_length=20, default="", blank=True)
    handling = MarkedChar(about="system", max_length=12, default="AMBER")
    owner = MarkedChar(about="system", max_length=3)
    """The administration whose statement it is."""
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "registry_statement"
        indexes = (models.Index(fields=["prop", "value"], name="statements_by_value"),)


class Link(models.Model):
    """That two entities have to do with each other: how, in what role, when, and who says so."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    schema = MarkedChar(about="system", max_length=30)
    """A link of FollowTheMoney: `Ownership`, `Directorship`, `Family`, `UnknownLink` …"""
    role = MarkedChar(about="free", max_length=200, default="", blank=True)
    subject = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="links_out")
    object = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="links_in")
    begins = MarkedChar(about="free", max_length=20, default="", blank=True)
    ends = MarkedChar(about="free", max_length=20, default="", blank=True)
    share = MarkedChar(about="free", max_length=40, default="", blank=True)
    source = MarkedChar(about="free", max_length=300, default="", blank=True)
    scheme = MarkedChar(about="system", max_length=20, default="", blank=True)
    grade = MarkedChar(about="free", max_length=20, default="", blank=True)
    administration = MarkedChar(about="system", max_length=3)
    listed = MarkedChar(about="system", max_length=60, default="", blank=True)
    source_key = MarkedChar(about="free", max_length=200)
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "registry_link"
        constraints = (
            models.UniqueConstraint(fields=["administration", "listed", "source_key"], name="link_of_source"),
        )


class CaseTie(models.Model):
    """That an entity has part in a case without names, and in what role."""

    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="case_ties")
    case = MarkedChar(about="code", max_length=64)
    role = MarkedChar(about="system", max_length=40)
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "registry_case_tie"
        constraints = (models.UniqueConstraint(fields=["entity", "case", "role"], name="tied_once"),)
        indexes = (models.Index(fields=["case"], name="ties_of_case"),)


class Key(models.Model):
    """By what an entity is found when names are compared: numbers made of sounds, groups of spellings, documents."""

    entity = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="keys")
    key = models.BigIntegerField()

    class Meta:
        db_table = "registry_key"
        indexes = (models.Index(fields=["key", "entity"], name="keys_find"),)


class Decision(models.Model):
    """That two entities are one, or are not, or cannot be told; who says so and why. `apart` and `unsure` are known
    again by what the two said, so that the question does not come back.
    """

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    verdict = MarkedChar(about="system", max_length=8)
    """`one`, `apart` or `unsure`."""
    left = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="decided_left")
    right = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="decided_right")
    content = MarkedChar(about="system", max_length=64, default="", blank=True)
    """Digest of what both said when it was decided."""
    reason = MarkedChar(about="free", max_length=1000)
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()
    undone_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_reason = MarkedChar(about="free", max_length=1000, default="", blank=True)

    class Meta:
        db_table = "registry_decision"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(undone_by="", undone_at=None)
                | (~models.Q(undone_by="") & ~models.Q(undone_at=None)),
                name="undone_by_with_at",
            ),
        )
        indexes = (models.Index(fields=["content"], name="decided_before"),)


class Candidate(models.Model):
    """Two entities that may be one, found by a run; replaced as a whole by the next run."""

    left = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="candidates_left")
    right = models.ForeignKey(Entity, on_delete=models.CASCADE, related_name="candidates_right")
    score = models.FloatField()
    evidence = models.FloatField()
    why = MarkedJSON(about="free", default=list)
    handling = MarkedChar(about="system", max_length=12, default="AMBER")
    """`RED` where it was found by what is RED alone: its reasons name that."""
    found_at = models.DateTimeField()

    class Meta:
        db_table = "registry_candidate"
        constraints = (models.UniqueConstraint(fields=["left", "right"], name="candidate_once"),)
        indexes = (models.Index(fields=["-score", "-evidence"], name="candidates_ranked"),)


class Suspect(models.Model):
    """That an administration has grounds to look out for an entity: how far, who has it, what to do if met, until when.
    At its end it is reviewed, or the entity is erased.
    """

    entity = models.OneToOneField(Entity, on_delete=models.CASCADE, primary_key=True, related_name="suspect")
    administration = MarkedChar(about="system", max_length=3)
    state = MarkedChar(about="system", max_length=12)
    version = models.PositiveIntegerField(default=1)
    """Counts its steps: who decides says which one they read."""
    owner = MarkedChar(about="person", max_length=150, default="", blank=True)
    """Who has it; nobody until an investigator takes it."""
    helpers = MarkedJSON(about="person", default=list)
    """Accounts that work on it beside the owner."""
    action = MarkedChar(about="system", max_length=10, default="", blank=True)
    """What to do if met: `sighting`, `discreet`, `specific`; none while it is only signalled."""
    advice = MarkedChar(about="free", max_length=500, default="", blank=True)
    """What who meets them should know: armed, travels with a child."""
    review_on = models.DateField()
    expires_on = models.DateField()
    reminded_on = models.DateField(null=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "registry_suspect"
        indexes = (
            models.Index(fields=["administration", "state", "review_on"], name="suspects_of_state"),
            models.Index(fields=["expires_on"], name="suspects_that_end"),
            models.Index(fields=["review_on"], name="suspects_to_review"),
        )


class SuspectStep(models.Model):
    """What was decided of a suspect, when, by whom and why."""

    suspect = models.ForeignKey(Suspect, on_delete=models.CASCADE, related_name="steps")
    version = models.PositiveIntegerField()
    deed = MarkedChar(about="system", max_length=12)
    state = MarkedChar(about="system", max_length=12)
    reason = MarkedChar(about="free", max_length=1000)
    to = MarkedChar(about="free", max_length=200, default="", blank=True)
    """To whom it was handed over."""
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "registry_suspect_step"
        constraints = (models.UniqueConstraint(fields=["suspect", "version"], name="step_once"),)


class SuspectTask(models.Model):
    """Something that is to be done about a suspect, by whom and until when."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    suspect = models.ForeignKey(Suspect, on_delete=models.CASCADE, related_name="tasks")
    what = MarkedChar(about="free", max_length=300)
    to = MarkedChar(about="person", max_length=150)
    due_on = models.DateField(null=True)
    reminded = models.BooleanField(default=False)
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()
    done_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registry_suspect_task"
        indexes = (models.Index(fields=["to", "done_at", "due_on"], name="tasks_of_person"),)


class Sighting(models.Model):
    """That a suspect was met: where, when, what was seen; and what the owner made of it."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    suspect = models.ForeignKey(Suspect, on_delete=models.CASCADE, related_name="sightings")
    seen_on = models.DateField()
    place = MarkedChar(about="free", max_length=200)
    what = MarkedChar(about="free", max_length=2000)
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()
    verdict = MarkedChar(about="system", max_length=10, default="", blank=True)
    """`same`, `other` (somebody else) or `unsure`; none while nobody has assessed it."""
    note = MarkedChar(about="free", max_length=1000, default="", blank=True)
    judged_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registry_sighting"
        indexes = (models.Index(fields=["suspect", "-seen_on"], name="sightings_of"),)


class BrokenGlass(models.Model):
    """That somebody opened, in need and for a quarter of an hour, what investigators alone read; why, and whether it
    was right.
    """

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    administration = MarkedChar(about="system", max_length=3)
    by = MarkedChar(about="person", max_length=150)
    reason = MarkedChar(about="free", max_length=1000)
    at = models.DateTimeField()
    until = models.DateTimeField()
    verdict = MarkedChar(about="system", max_length=12, default="", blank=True)
    """`justified` or `unjustified`; none while nobody has judged it."""
    note = MarkedChar(about="free", max_length=1000, default="", blank=True)
    judged_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "registry_broken_glass"
        indexes = (models.Index(fields=["by", "until"], name="glass_of_person"),)


class KeptGraph(models.Model):
    """A graph that somebody drew and kept: which things, and where they stand. No name is kept with it but its title:
    whoever opens it sees of each thing what they may see of it then.
    """

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    title = MarkedChar(about="free", max_length=200)
    administration = MarkedChar(about="system", max_length=3)
    nodes = MarkedJSON(about="system", default=dict)
    """Of each thing its ref (a value has a digest) and its place: `{"NODE-01J…": [120, -40]}`."""
    begun_at = MarkedChar(about="system", max_length=64)
    """The record from which it was drawn."""
    version = models.PositiveIntegerField(default=1)
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "registry_kept_graph"
        indexes = (models.Index(fields=["administration", "-changed_at"], name="graphs_of_home"),)


class AgencyAgreement(models.Model):
    """That another agency is let into some of an administration's records, by a written agreement, until a day."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    administration = MarkedChar(about="system", max_length=3)
    """Whose records they are."""
    agency = MarkedChar(about="office", max_length=200)
    paper = MarkedChar(about="free", max_length=200)
    """What the written agreement is called."""
    databases = MarkedJSON(about="system", default=list)
    """Of `seizures` (who has part in a case), `suspects`, `companies`."""
    forms = MarkedJSON(about="system", default=list)
    """Of seizures those of these forms alone; all where none is named."""
    states = MarkedJSON(about="system", default=list)
    """Of suspects those in these states alone; all where none is named."""
    most = MarkedChar(about="system", max_length=12, default="AMBER")
    """The gravest mark that goes to them: `GREEN` or `AMBER`."""
    purposes = MarkedJSON(about="free", default=list)
    """For what its people read; they choose one of these, and write none."""
    begins_on = models.DateField()
    ends_on = models.DateField()
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()
    ended_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = MarkedChar(about="free", max_length=1000, default="", blank=True)

    class Meta:
        db_table = "registry_agency_agreement"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ended_by="", ended_at=None) | (~models.Q(ended_by="") & ~models.Q(ended_at=None)),
                name="ended_by_with_at",
            ),
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("begins_on")), name="ends_after_begins"),
        )
        indexes = (models.Index(fields=["administration", "-made_at"], name="agreements_of_home"),)


class AgencyMember(models.Model):
    """An account of an agency's people, let in by its agreement."""

    agreement = models.ForeignKey(AgencyAgreement, on_delete=models.CASCADE, related_name="members")
    username = MarkedChar(about="person", max_length=150)
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "registry_agency_member"
        constraints = (models.UniqueConstraint(fields=["agreement", "username"], name="member_once"),)
        indexes = (models.Index(fields=["username"], name="agreements_of_person"),)


class Threshold(models.Model):
    """From which score an administration is told of names; its stewards set it by what was measured."""

    administration = MarkedChar(about="system", max_length=3, primary_key=True)
    screening = models.FloatField()
    """From here a name that is screened may be meant."""
    doubles = models.FloatField()
    """From here two records are proposed as one."""
    set_by = MarkedChar(about="person", max_length=150)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "registry_threshold"
