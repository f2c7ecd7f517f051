"""Messages going out, links that lead back in, and replies coming in."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.messages.lifecycle import MessageState
from portal.municipalities.scoping import ScopedModel, ScopedQuerySet


class MessageChannel(models.TextChoices):
    SMS = "sms", _("SMS")
    EMAIL = "email", _("e-mail")


class LinkPurpose(models.TextChoices):
    """What a link in a message is good for, and nothing else."""

    PROPOSAL = "proposal", _("answer a proposal")
    CONSENT = "consent", _("give or refuse a consent")
    MATCH = "match", _("see a match")
    MEETING = "meeting", _("choose or see a meeting")
    CHECK_IN = "check_in", _("say how it is going")
    HAND_OVER = "hand_over", _("say yes or no to a task being handed over")
    AGREEMENT = "agreement", _("read and confirm a task agreement")


class Link(ScopedModel):
    """One party's way to one page without an account. The address itself is signed and stored nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.ForeignKey("privacy.Party", on_delete=models.CASCADE, related_name="links")
    purpose = models.CharField(max_length=10, choices=LinkPurpose.choices)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="link_subject")]
        constraints = [
            models.CheckConstraint(condition=models.Q(purpose__in=LinkPurpose.values), name="link_purpose_known"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="link_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} link of party {self.party_id}"


# Texts about what only a coordinator may know that somebody has told.
IN_CONFIDENCE = frozenset({"concern_received"})


class MessageQuerySet(ScopedQuerySet["Message"]):
    def unsent(self) -> "MessageQuerySet":
        """Those that can still be cancelled: nobody is sending them at this moment."""
        return self.filter(state=MessageState.QUEUED)

    def given_up(self) -> "MessageQuerySet":
        """Those that did not reach anybody, newest first: an adviser calls, or sends again."""
        return self.filter(state=MessageState.FAILED).order_by("-created_at")

    def for_advisers(self) -> "MessageQuerySet":
        """Without those that tell that somebody has told a coordinator something in confidence."""
        return self.exclude(text__in=IN_CONFIDENCE)


class Message(ScopedModel):
    """One message to one party or employee. It names no other party; the address is looked up when it is sent.

    The words are those of the moment when it was written. A `{link}` in them is filled in when it is sent, so that no
    link can be read from the database.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.ForeignKey("privacy.Party", on_delete=models.CASCADE, null=True, blank=True, related_name="messages")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    channel = models.CharField(
        max_length=10,
        choices=MessageChannel.choices,
        default=MessageChannel.EMAIL,
        db_default=MessageChannel.EMAIL.value,
    )
    text = models.CharField(max_length=60, db_column="template")
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    calendar = models.TextField(blank=True, default="", db_default="")
    link = models.ForeignKey(Link, on_delete=models.CASCADE, null=True, blank=True, related_name="messages")
    # Sent only while this consent is in force.
    consent = models.ForeignKey(
        "privacy.Consent", on_delete=models.CASCADE, null=True, blank=True, related_name="messages"
    )
    # The same event never sends twice: the key names what the message tells.
    key = models.CharField(max_length=120, unique=True)
    # Messages about the same thing are cancelled together.
    about = models.CharField(max_length=80, blank=True, default="", db_default="")
    state = models.CharField(
        max_length=10,
        choices=MessageState.choices,
        default=MessageState.QUEUED,
        db_default=MessageState.QUEUED.value,
    )
    created_at = models.DateTimeField(default=timezone.now)
    send_after = models.DateTimeField(null=True, blank=True)
    # From then on it says nothing that still holds, and is cancelled instead.
    send_before = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # A code or the kind of error: never what a server said, since that may hold somebody's address.
    last_error = models.CharField(max_length=300, blank=True)
    provider_id = models.CharField(max_length=60, blank=True, default="", db_default="")

    objects = MessageQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        ordering = ["created_at"]
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(
                fields=["municipality", "send_after"],
                condition=models.Q(state__in=[MessageState.QUEUED, MessageState.SENDING]),
                name="message_on_its_way",
            ),
            models.Index(fields=["about"], condition=~models.Q(about=""), name="message_about"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=MessageState.values), name="message_state_known"),
            models.CheckConstraint(condition=models.Q(channel__in=MessageChannel.values), name="message_channel_known"),
            models.CheckConstraint(
                condition=models.Q(party=None, user__isnull=False) | models.Q(party__isnull=False, user=None),
                name="message_to_a_party_or_an_employee",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text} to {f'party {self.party_id}' if self.party_id else f'user {self.user_id}'}"

    @property
    def reference(self) -> str:
        """The idempotency key that receiving systems get: municipality and message."""
        return f"{self.municipality_id}.{self.pk}"


class Meaning(models.TextChoices):
    YES = "yes", _("yes")
    NO = "no", _("no")
    STOP = "stop", _("no more SMS")
    START = "start", _("SMS again")


class Reply(ScopedModel):
    """An SMS that a party wrote back. Not handled: an adviser reads it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.ForeignKey("privacy.Party", on_delete=models.CASCADE, related_name="replies")
    text = models.CharField(max_length=500)
    # Empty where the portal did not understand it.
    meaning = models.CharField(max_length=10, choices=Meaning.choices, blank=True)
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # The gateway's number for it: the same SMS told twice is handled once.
    provider_id = models.CharField(max_length=60, unique=True)

    class Meta:
        ordering = ["-received_at"]
        verbose_name = _("reply")
        verbose_name_plural = _("replies")

    def __str__(self) -> str:
        return f"reply of party {self.party_id}"


class NumberRoute(models.Model):
    """To whom an SMS from a number belongs. Holds no number: a keyed hash that only the portal can make.

    Not scoped: it is asked before it is known which municipality to put in force, and says nothing else.
    """

    number_hash = models.CharField(max_length=64)
    party_id = models.BigIntegerField()
    municipality_code = models.PositiveSmallIntegerField()
    last_sent_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("way back from a number")
        verbose_name_plural = _("ways back from numbers")
        constraints = [models.UniqueConstraint(fields=["number_hash", "party_id"], name="number_route_once")]

    def __str__(self) -> str:
        return f"way back to party {self.party_id}"
