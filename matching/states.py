"""The states of `matching.domain.lifecycle`, with labels for people."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from matching.domain import lifecycle


class RequestState(models.TextChoices):
    OPEN = "open", _("waiting for a match")
    PROPOSED = "proposed", _("a proposal awaits answers")
    MATCHED = "matched", _("matched")
    PAUSED = "paused", _("on a break")
    CLOSED = "closed", _("closed")


class ProposalState(models.TextChoices):
    PROPOSED = "proposed", _("awaits both answers")
    VOLUNTEER_YES = "volunteer_yes", _("the volunteer has said yes, the household is asked")
    HOUSEHOLD_YES = "household_yes", _("the household has said yes, the volunteer is asked")
    ACCEPTED = "accepted", _("both have said yes")
    DECLINED = "declined", _("came to nothing")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EXPIRED = "expired", _("expired")


class MatchState(models.TextChoices):
    ACTIVE = "active", _("active")
    PAUSED = "paused", _("on a break")
    STOPPED = "stopped", _("contact closed for now")
    ENDED = "ended", _("ended")


class MeetingState(models.TextChoices):
    CHOOSING = "choosing", _("a time is being chosen")
    AGREED = "agreed", _("agreed")
    OVER = "over", _("its time has passed")
    CANCELLED = "cancelled", _("cancelled")


class CheckInState(models.TextChoices):
    DUE = "due", _("to be asked")
    ASKED = "asked", _("asked")
    ANSWERED = "answered", _("answered")
    UNANSWERED = "unanswered", _("no answer")
    SKIPPED = "skipped", _("not asked")


class ConcernState(models.TextChoices):
    OPEN = "open", _("waits for the coordinator")
    TAKEN = "taken", _("the coordinator is on it")
    CLOSED = "closed", _("closed")


class HouseholdState(models.TextChoices):
    ACTIVE = "active", _("active")
    CLOSED = "closed", _("closed")


class MoveState(models.TextChoices):
    ASKED = "asked", _("waits for the new adviser")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    CANCELLED = "cancelled", _("cancelled")


class AgreementState(models.TextChoices):
    PROPOSED = "proposed", _("awaits both")
    VOLUNTEER_YES = "volunteer_yes", _("the volunteer has confirmed, the household is asked")
    HOUSEHOLD_YES = "household_yes", _("the household has confirmed, the volunteer is asked")
    IN_FORCE = "in_force", _("in force")
    REPLACED = "replaced", _("replaced by a newer one")
    DROPPED = "dropped", _("came to nothing")
    ENDED = "ended", _("ended")


class HandOverState(models.TextChoices):
    ASKED = "asked", _("the household is asked")
    SENT = "sent", _("with the department")
    TAKEN = "taken", _("somebody has taken it on")
    ANSWERED = "answered", _("answered")
    DECLINED = "declined", _("the household said no")
    WITHDRAWN = "withdrawn", _("taken back")
    LAPSED = "lapsed", _("the household did not answer")


class ReceptionState(models.TextChoices):
    PLANNED = "planned", _("before arrival")
    RUNNING = "running", _("has arrived")
    FINISHED = "finished", _("finished")
    CANCELLED = "cancelled", _("did not come")


class StepState(models.TextChoices):
    OPEN = "open", _("to be done")
    TAKEN = "taken", _("a volunteer would like to")
    DONE = "done", _("done")
    NOT_NEEDED = "not_needed", _("not needed")


class DraftState(models.TextChoices):
    MAKING = "making", _("being made")
    OPEN = "open", _("ready for review")
    SENT = "sent", _("sent")
    DISCARDED = "discarded", _("discarded")
    FAILED = "failed", _("could not be made")


class Decision(models.TextChoices):
    SUGGESTED = "suggested", _("not decided")
    ACCEPTED = "accepted", _("accepted")
    PINNED = "pinned", _("kept")
    DROPPED = "dropped", _("dropped")
    SENT = "sent", _("sent as a proposal")
    FAILED = "failed", _("could not be sent")


LIVE_PROPOSALS = lifecycle.live(lifecycle.PROPOSAL)
LIVE_MATCHES = lifecycle.live(lifecycle.MATCH)
LIVE_MEETINGS = lifecycle.live(lifecycle.MEETING)
LIVE_CONCERNS = lifecycle.live(lifecycle.CONCERN)
LIVE_HAND_OVERS = lifecycle.live(lifecycle.HAND_OVER)
# A version of an agreement that still lacks a yes.
PROPOSED_AGREEMENTS = (AgreementState.PROPOSED, AgreementState.VOLUNTEER_YES, AgreementState.HOUSEHOLD_YES)
# What an adviser has chosen to send.
CHOSEN = (Decision.ACCEPTED, Decision.PINNED)
