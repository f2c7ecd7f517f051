"""The life of a message, from the outbox to the one who reads it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.lifecycle import ADVISER, NOBODY, PORTAL, State, Table, Transition


class MessageState(models.TextChoices):
    QUEUED = "queued", _("waiting to be sent")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("arrived")
    FAILED = "failed", _("could not be sent")
    CANCELLED = "cancelled", _("cancelled before it was sent")


MESSAGE = Table(
    name="message",
    states=(
        State("queued", (PORTAL,)),
        State("sending", (PORTAL,)),
        # Mail servers say nothing more; a delivery report of an SMS may still come.
        State("sent", (NOBODY,)),
        State("delivered", (NOBODY,)),
        State("failed", (ADVISER,)),
        State("cancelled", (NOBODY,)),
    ),
    transitions=(
        Transition("queued", "claim", "sending"),
        Transition("queued", "cancel", "cancelled"),
        Transition("queued", "unreachable", "failed"),
        Transition("sending", "accepted", "sent"),
        Transition("sending", "retry", "queued"),
        Transition("sending", "give_up", "failed"),
        Transition("sent", "delivered", "delivered"),
        Transition("sent", "not_delivered", "failed"),
        Transition("failed", "send_again", "queued"),
    ),
)
