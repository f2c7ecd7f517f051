"""The audit trail for reading: what happened, in words, and who did it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.apps import apps
from django.db.models import Q, QuerySet, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matching.models import Household, Match, Proposal, Request
from matching.states import MatchState, ProposalState, RequestState
from portal.audit.models import ActorKind, Event
from portal.municipalities.models import Membership, Municipality
from volunteers.lifecycle import VolunteerState

#: A text for every action that the portal writes.
ACTION_TEXTS: dict[str, Promise] = {
    "household.registered": gettext_lazy("Household registered"),
    "household.changed": gettext_lazy("Household changed"),
    "household.access_given": gettext_lazy("Household given access of its own"),
    "household.access_ended": gettext_lazy("Household's own access ended"),
    "request.opened": gettext_lazy("Wish registered"),
    "request.propose": gettext_lazy("Wish: a proposal was made"),
    "request.proposal_fails": gettext_lazy("Wish: waiting again"),
    "request.proposal_succeeds": gettext_lazy("Wish: matched"),
    "request.match_ends": gettext_lazy("Wish: the match ended, waiting again"),
    "request.pause": gettext_lazy("Wish put on a break"),
    "request.resume": gettext_lazy("Wish taken up again"),
    "request.close": gettext_lazy("Wish closed"),
    "request.reopen": gettext_lazy("Wish opened again"),
    "proposal.made": gettext_lazy("Proposal made"),
    "proposal.volunteer_says_yes": gettext_lazy("The volunteer said yes"),
    "proposal.volunteer_says_no": gettext_lazy("The volunteer said no"),
    "proposal.household_says_yes": gettext_lazy("The household said yes"),
    "proposal.household_says_no": gettext_lazy("The household said no"),
    "proposal.withdraw": gettext_lazy("Proposal withdrawn"),
    "proposal.expire": gettext_lazy("Proposal expired"),
    "match.made": gettext_lazy("Match made"),
    "match.pause": gettext_lazy("Match put on a break"),
    "match.resume": gettext_lazy("Match taken up again"),
    "match.end": gettext_lazy("Match ended"),
    "consent.given": gettext_lazy("Consent given"),
    "consent.withdrawn": gettext_lazy("Consent withdrawn"),
    "volunteer.signed_up": gettext_lazy("Volunteer signed up"),
    "volunteer.changed": gettext_lazy("Volunteer's profile changed"),
    "volunteer.contact_changed": gettext_lazy("Volunteer's contact details changed"),
    "volunteer.contact_seen": gettext_lazy("Volunteer's contact details seen"),
    "volunteer.email_confirmed": gettext_lazy("Volunteer's e-mail address confirmed"),
    "volunteer.email_confirmed_early": gettext_lazy("Volunteer's e-mail address confirmed, on the waiting list"),
    "volunteer.municipality_joined": gettext_lazy("Volunteer active: the municipality has joined"),
    "volunteer.pause": gettext_lazy("Volunteer on a break"),
    "volunteer.resume": gettext_lazy("Volunteer back from a break"),
    "volunteer.leave": gettext_lazy("Volunteer stopped"),
    "household.contact_seen": gettext_lazy("Household's contact details seen"),
    "role.given": gettext_lazy("Role given"),
    "role.taken": gettext_lazy("Role taken away"),
    "municipality.joined": gettext_lazy("The municipality joined"),
    "page.created": gettext_lazy("Page written"),
    "page.published": gettext_lazy("Page published"),
    "page.scheduled": gettext_lazy("Page scheduled"),
    "page.unpublished": gettext_lazy("Page taken down"),
    "page.deleted": gettext_lazy("Page deleted"),
    "page.moved": gettext_lazy("Page moved"),
    "page.submitted": gettext_lazy("Page sent to moderation"),
    "page.approved": gettext_lazy("Page approved"),
    "page.rejected": gettext_lazy("Page sent back"),
    "certificate.recorded": gettext_lazy("Child-certificate check recorded"),
}


#: Whose states the details of an event name.
STATES: dict[str, type[TextChoices]] = {
    "matching.request": RequestState,
    "matching.proposal": ProposalState,
    "matching.match": MatchState,
    "volunteers.volunteer": VolunteerState,
}


@dataclass(frozen=True)
class Line:
    """One event, with whoever did it in words."""

    event: Event
    actor: str

    @property
    def about(self) -> str:
        """Which row the event is about: its kind and the first signs of its number."""
        kind = apps.get_model(self.event.subject_type)._meta.verbose_name
        return f"{str(kind).capitalize()} {self.event.subject_id[:8]}"

    @property
    def states(self) -> str:
        """The state before and after, in words; empty where no state changed."""
        names = STATES.get(self.event.subject_type)
        if names is None or "to" not in self.event.details:
            return ""
        steps = (self.event.details.get("from"), self.event.details["to"])
        return " → ".join(str(names(step).label) for step in steps if step)


def action_text(action: str) -> str:
    """An action in words; the code itself for what other parts of the portal have written."""
    return str(ACTION_TEXTS.get(action, action))


def of_household(household: Household) -> QuerySet[Event]:
    """Everything about a household, its wishes, proposals and matches, oldest first."""
    municipality = household.municipality_id
    subjects = Q(subject_type="matching.household", subject_id=str(household.pk))
    for model, rows in (
        (Request, Request.objects.within(municipality).filter(household=household)),
        (Proposal, Proposal.objects.within(municipality).filter(request__household=household)),
        (Match, Match.objects.within(municipality).filter(household=household)),
    ):
        keys = [str(key) for key in rows.values_list("pk", flat=True)]
        subjects |= Q(subject_type=model._meta.label_lower, subject_id__in=keys)
    return Event.objects.filter(subjects, municipality_id=municipality).order_by("at")


def of_municipality(municipality: Municipality) -> QuerySet[Event]:
    """The municipality's whole trail, newest first."""
    return Event.objects.filter(municipality_id=municipality.pk).order_by("-at", "pk")


def lines(events: Iterable[Event], municipality: Municipality) -> list[Line]:
    """Events with their actors. Employees have names here; volunteers and newcomers are not named."""
    events = list(events)
    members = Membership.objects.within(municipality).select_related("user")
    names = {row.user_id: str(row.user) for row in members.filter(user_id__in={event.actor_id for event in events})}
    return [Line(event, _actor(event, names)) for event in events]


def _actor(event: Event, names: dict[int, str]) -> str:
    if event.actor_kind == ActorKind.PERSON:
        own_act = event.action.startswith(("volunteer.", "proposal.volunteer_"))
        unnamed = _("the volunteer") if own_act else _("a volunteer, a newcomer or a former employee")
        return names.get(event.actor_id or 0, "") or unnamed
    return str(ActorKind(event.actor_kind).label)
