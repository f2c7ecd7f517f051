"""Parties, how to reach them, what they have consented to and what was shown to whom."""

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.municipalities.grants import AppendOnly
from portal.municipalities.scoping import ScopedModel, ScopedQuerySet


class PartyKind(models.TextChoices):
    VOLUNTEER = "volunteer", _("volunteer")
    HOUSEHOLD = "household", _("newcomer household")
    COORDINATOR = "coordinator", _("coordinator")


class Channel(models.TextChoices):
    """How somebody wants to be reached."""

    SMS = "sms", _("by SMS")
    EMAIL = "email", _("by e-mail")
    PHONE = "phone", _("by telephone: somebody calls")


class Party(ScopedModel):
    """Someone who can be written to and can consent. One account may be volunteer and newcomer at once (000:119)."""

    kind = models.CharField(max_length=12, choices=PartyKind.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="parties"
    )
    language = models.CharField(max_length=10, default="da")
    # Empty: whatever suits its kind and the addresses that it has.
    channel = models.CharField(max_length=10, choices=Channel.choices, blank=True, default="", db_default="")
    # STOP came from its phone: no SMS until START.
    sms_stopped_at = models.DateTimeField(null=True, blank=True)
    # After a death or a return nothing automatic is ever written again.
    silent_since = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="party_once_per_kind"),
            models.CheckConstraint(condition=models.Q(channel__in=["", *Channel.values]), name="party_channel_known"),
            models.CheckConstraint(condition=models.Q(kind__in=PartyKind.values), name="party_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ContactField(models.TextChoices):
    """The fields that one party may let another see."""

    NAME = "name", _("name")
    PHONE = "phone", _("phone number")
    EMAIL = "email", _("e-mail address")


class ContactDetails(models.Model):
    """Name and addresses, apart from what matching reads. They leave only through `privacy.disclosure`."""

    party = models.OneToOneField(Party, on_delete=models.CASCADE, primary_key=True, related_name="contact_details")
    name = models.CharField(max_length=150)
    phone = models.CharField(max_length=30, blank=True)
    email = models.EmailField(blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact details")
        verbose_name_plural = _("contact details")

    def __str__(self) -> str:
        return f"contact details of party {self.party_id}"


class Purpose(models.TextChoices):
    """Why details are shown; a consent names one."""

    MATCHING = "matching", _("so that you can be suggested to each other, without name or address")
    MATCH = "match", _("so that you can reach each other as a match")
    MOVE = "move", _("so that an adviser in another municipality can take over")
    HAND_OVER = "hand_over", _("so that a department of the municipality can take care of a task")


class GivenHow(models.TextChoices):
    OWN_SCREEN = "own_screen", _("on their own screen")
    OWN_PHONE = "own_phone", _("on their own phone, by a link")
    SMS = "sms", _("by SMS")
    ADVISER_SCREEN = "adviser_screen", _("on the adviser's screen")
    TELEPHONE = "telephone", _("by telephone, read aloud")


class ConsentState(models.TextChoices):
    IN_FORCE = "in_force", _("in force")
    PAUSED = "paused", _("held back for now")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired")


class ConsentQuerySet(ScopedQuerySet["Consent"]):
    def active(self, at: datetime) -> "ConsentQuerySet":
        """Those in force at a moment: neither withdrawn, nor held back, nor expired."""
        return self.lasting(at).filter(paused_at__isnull=True)

    def lasting(self, at: datetime) -> "ConsentQuerySet":
        """Those in force or held back: what a withdrawal takes back."""
        return self.filter(withdrawn_at__isnull=True, expires_at__gt=at)


class Consent(AppendOnly):
    """One party lets one other see named fields, for one purpose, until a date. Only its withdrawal is ever added,
    and that it is held back for a while.

    A consent to matching has no recipient yet and shows no contact field: it lets the party be suggested at all.
    A consent to a move names an adviser instead of a party, one to a hand-over a department; that one shows no contact
    field either: the department is told which household, and which kind of task.
    """

    CHANGEABLE = ("withdrawn_at", "paused_at")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="consents")
    recipient = models.ForeignKey(
        Party, on_delete=models.CASCADE, null=True, blank=True, related_name="consents_received"
    )
    adviser = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    department = models.ForeignKey(
        "municipalities.Department", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    fields = ArrayField(models.CharField(max_length=10, choices=ContactField.choices), blank=True)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    # The very words that were agreed to, in the language that they were read in.
    text = models.ForeignKey("languages.Text", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=10)
    given_how = models.CharField(max_length=20, choices=GivenHow.choices)
    given_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("given_at")), name="consent_expires_later"
            ),
            models.CheckConstraint(
                condition=~models.Q(fields=[]) | models.Q(purpose__in=[Purpose.MATCHING, Purpose.HAND_OVER]),
                name="consent_names_fields",
            ),
            models.CheckConstraint(
                condition=models.Q(recipient=None, adviser=None, department=None, purpose=Purpose.MATCHING)
                | models.Q(recipient__isnull=False, adviser=None, department=None, purpose=Purpose.MATCH)
                | models.Q(recipient=None, adviser__isnull=False, department=None, purpose=Purpose.MOVE)
                | models.Q(recipient=None, adviser=None, department__isnull=False, purpose=Purpose.HAND_OVER),
                name="consent_names_a_recipient",
            ),
            models.CheckConstraint(
                condition=~models.Q(party=models.F("recipient")), name="consent_between_two_parties"
            ),
        ]

    def __str__(self) -> str:
        return f"consent of party {self.party_id} to party {self.recipient_id}"

    def state_at(self, now: datetime) -> ConsentState:
        """Where the consent stands in `portal.privacy.lifecycle.CONSENT` at a moment."""
        if self.withdrawn_at is not None:
            return ConsentState.WITHDRAWN
        if self.expires_at <= now:
            return ConsentState.EXPIRED
        return ConsentState.PAUSED if self.paused_at is not None else ConsentState.IN_FORCE


class Disclosure(AppendOnly):
    """What was shown to whom, under which consent: the log that the person can read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    consent = models.ForeignKey(Consent, on_delete=models.CASCADE, related_name="disclosures")
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="disclosures")
    recipient = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="disclosures_received")
    fields = ArrayField(models.CharField(max_length=10, choices=ContactField.choices))
    at = models.DateTimeField(default=timezone.now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        verbose_name = _("disclosure")
        verbose_name_plural = _("disclosures")

    def __str__(self) -> str:
        return f"party {self.party_id} shown to party {self.recipient_id}"
