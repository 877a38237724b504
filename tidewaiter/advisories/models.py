"""Collections and who reads them; warnings in versions with their indicators; sightings; whom a warning has reached;
and the store of STIX objects from which the TAXII door is served.
"""

from __future__ import annotations

import uuid

from django.db import models

from tidewaiter.advisories import states
from tidewaiter.privacy.columns import MarkedChar, MarkedJSON, MarkedText


class Collection(models.Model):
    """What a group shares: its warnings, and the STIX objects that its machines fetch (a collection of TAXII 2.1)."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4)
    """As TAXII names it."""
    code = MarkedChar(about="system", max_length=40, unique=True)
    """Of the group: the collection's alias."""
    title = MarkedChar(about="office", max_length=200)
    description = MarkedText(about="free", default="", blank=True)
    last_added = models.DateTimeField(null=True)
    """When the last object was added: the next one is later, if only by a microsecond."""
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "advisories_collection"


class Reader(models.Model):
    """Whom a collection is for, up to which mark, and whether they publish in it."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="readers")
    kind = MarkedChar(about="system", max_length=16)
    """`person`, `administration` or `sector`."""
    value = MarkedChar(about="person", max_length=150)
    """An account, the code of an administration, or `customs`, `experts`, `partners`."""
    ceiling = MarkedChar(about="system", max_length=12)
    rank = models.PositiveSmallIntegerField()
    """Of the ceiling, from the widest mark (0) to the narrowest (4)."""
    writes = models.BooleanField(default=False)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "advisories_reader"
        constraints = (models.UniqueConstraint(fields=["collection", "kind", "value"], name="one_reader_a_collection"),)
        indexes = (models.Index(fields=["kind", "value"], name="readers_by_value"),)


class Advisory(models.Model):
    """An early warning, as it stands now; what it said before is in its versions."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    collection = models.ForeignKey(Collection, on_delete=models.PROTECT, related_name="advisories")
    number = MarkedChar(about="system", max_length=32, default="", blank=True)
    """What people call it (`EW-2026-031`), given when it is published."""
    administration = MarkedChar(about="system", max_length=3)
    node = MarkedChar(about="system", max_length=64, default="", blank=True)
    """The node, or the subscription, that it came from; empty for what was written or brought here."""
    report_id = MarkedChar(about="system", max_length=100, unique=True)
    """The STIX id of its report."""
    ours = models.BooleanField(default=True)
    """Whether this node writes its STIX objects; those of an imported one stay as they came."""
    state = MarkedChar(about="system", max_length=20, default=states.DRAFT)
    version = models.PositiveIntegerField(default=0)
    """Of what is published; 0 for a draft."""
    draft = models.PositiveIntegerField(default=1)
    """Counted with every change, published or not: what a decision must name."""
    kind = MarkedChar(about="system", max_length=20)
    fraud = MarkedChar(about="system", max_length=32, default="", blank=True)
    title = MarkedChar(about="free", max_length=200)
    summary = MarkedText(about="free")
    language = MarkedChar(about="system", max_length=8, default="en")
    countries = MarkedJSON(about="system", default=list)
    likely = MarkedJSON(about="system", default=list)
    """Countries that it concerns, and those that it is likely to reach next."""
    systems = MarkedJSON(about="system", default=list)
    systems_note = MarkedChar(about="free", max_length=300, default="", blank=True)
    techniques = MarkedJSON(about="system", default=list)
    """Of MITRE ATT&CK and of attck4fraud."""
    vulnerabilities = MarkedJSON(about="system", default=list)
    """CVE numbers."""
    countermeasures = MarkedJSON(about="free", default=list)
    """Texts, in the order of their effect."""
    tlp = MarkedChar(about="system", max_length=12)
    rank = models.PositiveSmallIntegerField()
    pap = MarkedChar(about="system", max_length=8)
    confidence = MarkedChar(about="system", max_length=8)
    valid_until = models.DateField(null=True)
    answer_by = models.DateTimeField(null=True)
    urgent = models.BooleanField(default=False)
    reason = MarkedChar(about="free", max_length=1000, default="", blank=True)
    """Why it was revoked or declined."""
    origin = MarkedChar(about="system", max_length=64, default="", blank=True)
    """The case or the alarm that it was drafted from: shown at home alone, never sent."""
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    published_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "advisories_advisory"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(published_by="", published_at=None)
                | (~models.Q(published_by="") & ~models.Q(published_at=None)),
                name="advisory_published_by_with_at",
            ),
            models.UniqueConstraint(
                fields=["collection", "number"], condition=~models.Q(number=""), name="advisory_numbered_once"
            ),
        )
        indexes = (models.Index(fields=["state", "-changed_at"], name="advisories_newest"),)

    @property
    def called(self) -> str:
        """What people call it; a draft by its ref."""
        return self.number or self.ref


class Version(models.Model):
    """One published version of a warning: what it said, and what was changed."""

    advisory = models.ForeignKey(Advisory, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    deed = MarkedChar(about="system", max_length=16)
    """`publish`, `revise` or `revoke`."""
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()
    note = MarkedChar(about="free", max_length=300, default="", blank=True)
    said = MarkedJSON(about="indicator", default=dict)
    """Each field as it stood, texts as they were judged."""

    class Meta:
        db_table = "advisories_version"
        constraints = (models.UniqueConstraint(fields=["advisory", "number"], name="one_version_a_number"),)


class Indicator(models.Model):
    """What a machine or a person can look for."""

    advisory = models.ForeignKey(Advisory, on_delete=models.CASCADE, related_name="indicators")
    number = models.PositiveSmallIntegerField()
    kind = MarkedChar(about="system", max_length=16)
    value = MarkedChar(about="indicator", max_length=500)
    """As it is, never shown so: pages and texts give it defanged."""
    checked = MarkedChar(about="system", max_length=24, default="well_formed")
    """What was found when it was checked."""
    confidence = MarkedChar(about="system", max_length=8, default="medium")
    stix_id = MarkedChar(about="system", max_length=100)
    added_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    reason = MarkedChar(about="free", max_length=300, default="", blank=True)

    class Meta:
        db_table = "advisories_indicator"
        constraints = (
            models.UniqueConstraint(fields=["advisory", "kind", "value"], name="one_indicator_a_warning"),
            models.UniqueConstraint(fields=["advisory", "number"], name="indicator_numbered_once"),
        )
        indexes = (models.Index(fields=["kind", "value"], name="indicators_by_value"),)


class Sighting(models.Model):
    """That somebody has seen it: a country or a sector, never a victim."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    advisory = models.ForeignKey(Advisory, on_delete=models.CASCADE, related_name="sightings")
    indicator = models.ForeignKey(Indicator, null=True, on_delete=models.SET_NULL, related_name="sightings")
    stix_id = MarkedChar(about="system", max_length=100, unique=True)
    node = MarkedChar(about="system", max_length=64, default="", blank=True)
    administration = MarkedChar(about="system", max_length=3)
    sector = MarkedChar(about="system", max_length=16, default="customs")
    seen_from = models.DateTimeField()
    seen_until = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    how = MarkedChar(about="system", max_length=16, default="other")
    note = MarkedChar(about="free", max_length=300, default="", blank=True)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()
    withdrawn_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "advisories_sighting"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(withdrawn_by="", withdrawn_at=None)
                | (~models.Q(withdrawn_by="") & ~models.Q(withdrawn_at=None)),
                name="sighting_withdrawn_by_with_at",
            ),
        )
        indexes = (models.Index(fields=["advisory", "-at"], name="sightings_newest"),)


class Reach(models.Model):
    """A country, or an organisation's account, that a warning is for: whether it is reached, and what it said."""

    advisory = models.ForeignKey(Advisory, on_delete=models.CASCADE, related_name="reaches")
    party = MarkedChar(about="person", max_length=150)
    """The code of an administration, or an account that is of none."""
    is_person = models.BooleanField(default=False)
    told_at = models.DateTimeField()
    read_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    read_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)
    """The newest version that was read."""
    state = MarkedChar(about="system", max_length=16, default=states.TOLD)
    said_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    said_at = models.DateTimeField(null=True)
    note = MarkedChar(about="free", max_length=300, default="", blank=True)

    class Meta:
        db_table = "advisories_reach"
        constraints = (
            models.UniqueConstraint(fields=["advisory", "party"], name="one_reach_a_party"),
            models.CheckConstraint(
                condition=models.Q(read_by="", read_at=None) | (~models.Q(read_by="") & ~models.Q(read_at=None)),
                name="reach_read_by_with_at",
            ),
            models.CheckConstraint(
                condition=models.Q(said_by="", said_at=None) | (~models.Q(said_by="") & ~models.Q(said_at=None)),
                name="reach_said_by_with_at",
            ),
        )


class StixObject(models.Model):
    """One version of one STIX object in a collection, as it is given out."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="objects_kept")
    stix_id = MarkedChar(about="system", max_length=120)
    type = MarkedChar(about="system", max_length=60)
    spec_version = MarkedChar(about="system", max_length=8, default="2.1")
    version = models.DateTimeField()
    """`modified`, else `created`, else when it came."""
    version_said = MarkedChar(about="system", max_length=40)
    """The same as the object writes it."""
    date_added = models.DateTimeField()
    """Strictly increasing in its collection: a client that asks for what came after the last one it saw misses none."""
    rank = models.PositiveSmallIntegerField()
    """Of its mark: who sees less than this does not find it."""
    is_first = models.BooleanField(default=True)
    is_last = models.BooleanField(default=True)
    """Whether it is the oldest, or the newest, version of its object here."""
    body = MarkedText(about="indicator")
    """JSON. What was published on purpose; texts that people wrote are judged before."""
    came = models.BooleanField(default=False)
    """Whether it came from outside; what this node writes is changed by deeds alone."""
    digest = MarkedChar(about="system", max_length=64)
    """Of the body: tells the same version with another content."""
    by = MarkedChar(about="person", max_length=150)

    class Meta:
        db_table = "advisories_object"
        constraints = (
            models.UniqueConstraint(fields=["collection", "date_added"], name="object_added_alone"),
            models.UniqueConstraint(fields=["collection", "stix_id", "version"], name="object_version_once"),
        )
        indexes = (models.Index(fields=["collection", "is_last", "date_added"], name="objects_newest"),)


class Taking(models.Model):
    """What one client has taken of a collection: the last `date_added` that was given to it."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="takings")
    client = MarkedChar(about="person", max_length=200)
    until = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        db_table = "advisories_taking"
        constraints = (models.UniqueConstraint(fields=["collection", "client"], name="one_taking_a_client"),)


class Upload(models.Model):
    """What a client sent by TAXII, and what became of each object: a status resource."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4)
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="uploads")
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()
    outcome = MarkedJSON(about="indicator", default=dict)
    """`{"successes": […], "failures": […]}` as TAXII words them."""

    class Meta:
        db_table = "advisories_upload"


class Subscription(models.Model):
    """A collection of another server that this node fetches by itself into one of its own."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    collection = models.ForeignKey(Collection, on_delete=models.CASCADE, related_name="subscriptions")
    address = MarkedChar(about="indicator", max_length=500)
    """Of the foreign collection, without a query."""
    ceiling = MarkedChar(about="system", max_length=12, default="AMBER")
    """What comes without a mark is kept under this one."""
    secret = MarkedText(about="system", default="", blank=True)
    """The token or `name:password`, sealed under the node's key."""
    scheme = MarkedChar(about="system", max_length=8, default="bearer")
    reached = MarkedChar(about="system", max_length=40, default="", blank=True)
    """`date_added` of the last object that was fetched, as the server said it."""
    fetched_at = models.DateTimeField(null=True)
    failed = MarkedChar(about="system", max_length=300, default="", blank=True)
    failed_at = models.DateTimeField(null=True)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()

    class Meta:
        db_table = "advisories_subscription"
        constraints = (models.UniqueConstraint(fields=["collection", "address"], name="one_subscription_an_address"),)
