"""Operations, who takes part, and what is written there: under the operation's own key, never in the clear.

What stands in the clear beside it is what clocks and figures need: who wrote when, by which template, to which
countries, until when an answer is owed (docs/decisions/0045).
"""

from __future__ import annotations

from django.db import models

from tidewaiter.operations import states
from tidewaiter.privacy.columns import MarkedChar, MarkedJSON


class Operation(models.Model):
    """A joint operation, or a project without an end date."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    title = MarkedChar(about="free", max_length=200)
    kind = MarkedChar(about="free", max_length=80)
    """What sort of operation it is, in a word or two."""
    phase = MarkedChar(about="system", max_length=16, default=states.PLANNED)
    owner = MarkedChar(about="system", max_length=3)
    """The administration that opened it."""
    unit = MarkedChar(about="office", max_length=120, default="", blank=True)
    """The operational co-ordination unit (OCU): where it sits."""
    countries = MarkedJSON(about="system", default=list)
    agencies = MarkedJSON(about="office", default=list)
    languages = MarkedJSON(about="system", default=list)
    starts = models.DateField(null=True)
    ends = models.DateField(null=True)
    """Nothing for a project: it lives by a yearly renewal."""
    renew_by = models.DateField(null=True)
    waiting_days = models.PositiveSmallIntegerField()
    test = models.BooleanField(default=False)
    key_print = MarkedChar(about="system", max_length=16)
    """A fingerprint of the key: enough to tell a wrong one, not to guess it."""
    last_number = models.PositiveIntegerField(default=0)
    last_event = models.PositiveIntegerField(default=0)
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()
    phase_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    hold_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    """Who has put it under legal hold: nothing of it is destroyed until that is lifted."""
    hold_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)
    asked_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    """Who asked for its destruction (or opening again): another person must confirm."""
    asked_what = MarkedChar(about="system", max_length=16, default="", blank=True)
    asked_at = models.DateTimeField(null=True)
    destroyed_at = models.DateTimeField(null=True)
    counts = MarkedJSON(about="system", default=dict)
    """What there was, in numbers, taken when it was sealed."""

    class Meta:
        db_table = "operations_operation"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(hold_by="", hold_at=None) | (~models.Q(hold_by="") & ~models.Q(hold_at=None)),
                name="operation_hold_by_with_at",
            ),
            models.CheckConstraint(
                condition=models.Q(asked_by="", asked_at=None) | (~models.Q(asked_by="") & ~models.Q(asked_at=None)),
                name="operation_asked_by_with_at",
            ),
            models.CheckConstraint(
                condition=models.Q(waiting_days__gte=1) | models.Q(test=True), name="operation_waits_unless_test"
            ),
        )


class Membership(models.Model):
    """That somebody takes part, from their yes to an invitation until they leave or are removed."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="members")
    username = MarkedChar(about="person", max_length=150)
    administration = MarkedChar(about="system", max_length=3)
    part = MarkedChar(about="system", max_length=16)
    """`coordinator`, `participant` or `observer`."""
    agency = MarkedChar(about="system", max_length=16, default="customs")
    """`customs`, `police`, `organisation` or `private`, which reads no names."""
    invited_by = MarkedChar(about="person", max_length=150)
    invited_at = models.DateTimeField()
    joined_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    here_at = models.DateTimeField(null=True)
    """When one of their streams or pages last said that they are here."""
    read_to = models.PositiveIntegerField(default=0)
    """The last number that stood on a page they looked at, for the line «new since you were here»."""

    class Meta:
        db_table = "operations_membership"
        constraints = (
            models.UniqueConstraint(
                fields=["operation", "username"], condition=models.Q(ended_at=None), name="operation_one_part"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_by="", ended_at=None) | (~models.Q(ended_by="") & ~models.Q(ended_at=None)),
                name="operation_ended_by_with_at",
            ),
        )


class MessageTemplate(models.Model):
    """A version of a template of one operation; the latest one that is not retired is written by."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="templates")
    code = MarkedChar(about="system", max_length=32)
    version = models.PositiveSmallIntegerField()
    definition = models.BinaryField()
    """Under the operation's key: words of co-ordinators stand in it."""
    retired = models.BooleanField(default=False)
    made_by = MarkedChar(about="person", max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "operations_template"
        constraints = (
            models.UniqueConstraint(fields=["operation", "code", "version"], name="operation_template_version"),
        )


class Message(models.Model):
    """One message; its content, as it was first written, lies under the operation's key."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="messages")
    number = models.PositiveIntegerField()
    template = MarkedChar(about="system", max_length=32)
    template_version = models.PositiveSmallIntegerField()
    by = MarkedChar(about="person", max_length=150)
    administration = MarkedChar(about="system", max_length=3)
    to = MarkedJSON(about="person", default=list)
    """Countries, `OCU`, or accounts (`@name`); nothing: everybody in the room."""
    at = models.DateTimeField()
    reply_to = models.PositiveIntegerField(null=True)
    urgent = models.BooleanField(default=False)
    training = models.BooleanField(default=False)
    """Written in the training phase: wiped when the operation goes live."""
    content = models.BinaryField()
    withdrawn_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    case_ref = MarkedChar(about="system", max_length=64, default="", blank=True)
    """The record that its owner has made of it."""

    class Meta:
        db_table = "operations_message"
        constraints = (
            models.UniqueConstraint(fields=["operation", "number"], name="operation_message_number"),
            models.CheckConstraint(
                condition=models.Q(withdrawn_by="", withdrawn_at=None)
                | (~models.Q(withdrawn_by="") & ~models.Q(withdrawn_at=None)),
                name="operation_withdrawn_by_with_at",
            ),
        )


class Correction(models.Model):
    """What a message says since it was corrected; the original and every correction stay beside each other."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="corrections")
    number = models.PositiveSmallIntegerField()
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()
    content = models.BinaryField()

    class Meta:
        db_table = "operations_correction"
        constraints = (models.UniqueConstraint(fields=["message", "number"], name="operation_correction_number"),)


class Attachment(models.Model):
    """A file of a message or a draft: its name and its bytes lie under the operation's key, the bytes in a file."""

    ref = MarkedChar(about="system", max_length=64, primary_key=True)
    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="attachments")
    number = models.PositiveIntegerField(null=True)
    """The message's; nothing while it hangs on a draft."""
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()
    size = models.PositiveBigIntegerField()
    about = models.BinaryField()
    """Name, type and digest."""
    words = models.BinaryField(null=True)
    """What it says, in comparable form, for search; nothing until the clock has read it. Never of a restricted one."""
    likeness = models.BinaryField(null=True)
    """What a picture looks like (PDQ digests), empty for what is none; nothing until somebody has looked, which is when
    a list knows pictures. Never of a restricted one.
    """
    restricted = models.BooleanField(default=False)
    """Of abuse and the like: no preview, no export, opened by two people."""

    class Meta:
        db_table = "operations_attachment"
        indexes = (models.Index(fields=["operation", "number"], name="attachments_of_message"),)


class Look(models.Model):
    """That somebody asked to open a restricted file, who let them, and that they did."""

    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="looks")
    asked_by = MarkedChar(about="person", max_length=150)
    asked_at = models.DateTimeField()
    allowed_by = MarkedChar(about="person", max_length=150, default="", blank=True)
    allowed_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "operations_look"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(allowed_by="", allowed_at=None)
                | (~models.Q(allowed_by="") & ~models.Q(allowed_at=None)),
                name="operation_allowed_by_with_at",
            ),
            models.CheckConstraint(
                condition=~models.Q(allowed_by=models.F("asked_by")), name="operation_look_needs_another"
            ),
        )


class Receipt(models.Model):
    """That somebody has read a message, and when they acknowledged it."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="receipts")
    number = models.PositiveIntegerField()
    username = MarkedChar(about="person", max_length=150)
    administration = MarkedChar(about="system", max_length=3)
    read_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "operations_receipt"
        constraints = (models.UniqueConstraint(fields=["operation", "number", "username"], name="operation_read_once"),)


class Owed(models.Model):
    """An answer, or an acknowledgement, that a country owes (`""`: whoever is first), and whether it came."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="owed")
    number = models.PositiveIntegerField()
    administration = MarkedChar(about="system", max_length=3, default="", blank=True)
    what = MarkedChar(about="system", max_length=8)
    """`reply` or `ack`."""
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)
    met_by = models.PositiveIntegerField(null=True)
    """The number of the message that answers; nothing for an acknowledgement."""
    rung = models.PositiveSmallIntegerField(default=0)
    """How often people were called, each time more of them."""
    rung_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "operations_owed"
        constraints = (
            models.UniqueConstraint(
                fields=["operation", "number", "administration", "what"], name="operation_owed_once"
            ),
        )
        indexes = (models.Index(fields=["met_at", "due_at"], name="owed_by_time"),)


class Draft(models.Model):
    """What somebody has begun to write; theirs alone."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="drafts")
    username = MarkedChar(about="person", max_length=150)
    template = MarkedChar(about="system", max_length=32)
    at = models.DateTimeField()
    content = models.BinaryField()

    class Meta:
        db_table = "operations_draft"
        constraints = (
            models.UniqueConstraint(fields=["operation", "username", "template"], name="operation_one_draft"),
        )


class Event(models.Model):
    """What happened in a room, in its order: what streams replay. It tells where to look, never what is said."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    kind = MarkedChar(about="system", max_length=16)
    number = models.PositiveIntegerField(null=True)
    about = MarkedChar(about="person", max_length=150, default="", blank=True)
    """Of `left`, the account whose access ended."""
    at = models.DateTimeField()

    class Meta:
        db_table = "operations_event"
        constraints = (models.UniqueConstraint(fields=["operation", "seq"], name="operation_event_seq"),)


class Taken(models.Model):
    """That an owner has taken its data, or has given them up."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="taken")
    administration = MarkedChar(about="system", max_length=3)
    by = MarkedChar(about="person", max_length=150)
    at = models.DateTimeField()
    given_up = models.BooleanField(default=False)
    messages = models.PositiveIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    sha256 = MarkedChar(about="system", max_length=64, default="", blank=True)

    class Meta:
        db_table = "operations_taken"
        constraints = (models.UniqueConstraint(fields=["operation", "administration"], name="operation_taken_once"),)


class Share(models.Model):
    """A part of the key of a sealed room: who holds it. Until they have taken it, it lies here sealed."""

    operation = models.ForeignKey(Operation, on_delete=models.CASCADE, related_name="shares")
    holder = MarkedChar(about="person", max_length=150)
    waiting = models.BinaryField(null=True)
    taken_at = models.DateTimeField(null=True)
    print = MarkedChar(about="system", max_length=64)
    """A digest of the share: a wrong one is told before anything is opened."""

    class Meta:
        db_table = "operations_share"
        constraints = (models.UniqueConstraint(fields=["operation", "holder"], name="operation_one_share"),)


class HashList(models.Model):
    """A list of digests of files that are known: pictures of abuse and the like. It is the node's, not a room's."""

    name = MarkedChar(about="office", max_length=100)
    source = MarkedChar(about="office", max_length=200, default="", blank=True)
    size = models.PositiveIntegerField()
    loaded_by = MarkedChar(about="person", max_length=150)
    loaded_at = models.DateTimeField()
    ready = models.BooleanField(default=False)
    """Whether all of it has been read: until then it is asked for nothing."""

    class Meta:
        db_table = "operations_hash_list"
        constraints = (
            models.UniqueConstraint(fields=["name"], condition=models.Q(ready=True), name="operation_one_hash_list"),
        )


class KnownHash(models.Model):
    """One digest of a list: MD5, SHA-1 or SHA-256 by its length, in small hexadecimal letters."""

    list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="hashes")
    digest = MarkedChar(about="system", max_length=64)

    class Meta:
        db_table = "operations_known_hash"
        constraints = (models.UniqueConstraint(fields=["digest", "list"], name="operation_hash_once"),)


class KnownPicture(models.Model):
    """One PDQ digest of a list, in small hexadecimal letters: what a picture looks like."""

    list = models.ForeignKey(HashList, on_delete=models.CASCADE, related_name="pictures")
    digest = MarkedChar(about="system", max_length=64)

    class Meta:
        db_table = "operations_known_picture"
        constraints = (models.UniqueConstraint(fields=["digest", "list"], name="operation_picture_once"),)
