"""The audit trail for reading: what happened, in words, and who did it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.apps import apps
from django.db.models import Q, QuerySet, TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matching.models import (
    Agreement,
    CheckIn,
    HandOver,
    Household,
    HouseholdMove,
    Match,
    Meeting,
    Proposal,
    Reception,
    Request,
    Seat,
)
from matching.states import (
    AgreementState,
    CheckInState,
    ConcernState,
    Decision,
    DraftState,
    HandOverState,
    HouseholdState,
    MatchState,
    MeetingState,
    MoveState,
    ProposalState,
    ReceptionState,
    RequestState,
    StepState,
)
from matching.words.actions import ACTION_TEXTS
from matching.words.trail import details_text
from portal.audit.models import ActorKind, Event
from portal.messages.models import MessageState
from portal.municipalities.models import Membership, Municipality
from portal.privacy.models import Consent, ConsentState, Party, PartyKind, Purpose
from volunteers.lifecycle import VolunteerState

#: Whose states the details of an event name.
STATES: dict[str, type[TextChoices]] = {
    "matching.request": RequestState,
    "matching.proposal": ProposalState,
    "matching.match": MatchState,
    "matching.meeting": MeetingState,
    "matching.agreement": AgreementState,
    "matching.checkin": CheckInState,
    "matching.concern": ConcernState,
    "matching.handover": HandOverState,
    "matching.household": HouseholdState,
    "matching.reception": ReceptionState,
    "matching.receptionstep": StepState,
    "matching.householdmove": MoveState,
    "privacy.consent": ConsentState,
    "portal_messages.message": MessageState,
    "matching.draft": DraftState,
    "matching.draftpair": Decision,
    "volunteers.volunteer": VolunteerState,
}


#: The same where the neighbour is known by name.
NEIGHBOUR_TEXTS: dict[str, Promise] = {
    "border.opened": gettext_lazy("Yes to sharing volunteers with %(neighbour)s"),
    "border.closed": gettext_lazy("Yes to sharing volunteers with %(neighbour)s taken back"),
}


#: Every message and link leaves several lines, which tell how it was sent and not what anybody did.
STEPS_OF_SENDING = Q(action__startswith="message.") | Q(action__startswith="link.")

#: When a match ends, every planned check-in falls away: as many lines, all at once, that say the same.
TOGETHER = "check_in.skip"
AT_ONCE = timedelta(minutes=1)


@dataclass(frozen=True)
class Line:
    """One event, with whoever did it, and the neighbour that it is about, in words."""

    event: Event
    actor: str
    neighbour: str = ""
    times: int = 1

    @property
    def title(self) -> str:
        """What happened."""
        if self.neighbour:
            return str(NEIGHBOUR_TEXTS[self.event.action]) % {"neighbour": self.neighbour}
        return action_text(self.event.action)

    @property
    def details(self) -> str:
        """What changed, or why it ended, or how many the line stands for; empty where the title says it all."""
        if self.times > 1:
            return ngettext("%(number)d planned question", "%(number)d planned questions", self.times) % {
                "number": self.times
            }
        return details_text(self.event.action, self.event.details)

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
    """Everything about a household, its yes to being suggested, wishes, proposals and matches, oldest first."""
    municipality = household.municipality_id
    subjects = Q(subject_type="matching.household", subject_id=str(household.pk))
    for model, rows in (
        (Consent, household.party.consents.filter(purpose=Purpose.MATCHING)),
        (Request, Request.objects.within(municipality).filter(household=household)),
        (Proposal, Proposal.objects.within(municipality).filter(request__household=household)),
        (Match, Match.objects.within(municipality).filter(household=household)),
        (Meeting, Meeting.objects.within(municipality).filter(match__household=household)),
        (Agreement, Agreement.objects.within(municipality).filter(match__household=household)),
        (CheckIn, CheckIn.objects.within(municipality).filter(match__household=household)),
        (HandOver, HandOver.objects.within(municipality).filter(household=household)),
        (Reception, Reception.objects.within(municipality).filter(household=household)),
        (HouseholdMove, HouseholdMove.objects.following("ours, or on its way to us").filter(household=household)),
        (Seat, Seat.objects.within(municipality).filter(request__household=household)),
    ):
        keys = [str(key) for key in rows.values_list("pk", flat=True)]
        subjects |= Q(subject_type=model._meta.label_lower, subject_id__in=keys)
    return Event.objects.filter(subjects, municipality_id=municipality).order_by("at")


def of_match(match: Match) -> QuerySet[Event]:
    """Everything about a match, its meetings and check-ins, oldest first. What was told in private is not there."""
    municipality = match.municipality_id
    subjects = Q(subject_type="matching.match", subject_id=str(match.pk))
    for model, rows in (
        (Meeting, Meeting.objects.within(municipality).filter(match=match)),
        (Agreement, Agreement.objects.within(municipality).filter(match=match)),
        (CheckIn, CheckIn.objects.within(municipality).filter(match=match)),
        (HandOver, HandOver.objects.within(municipality).filter(match=match)),
    ):
        keys = [str(key) for key in rows.values_list("pk", flat=True)]
        subjects |= Q(subject_type=model._meta.label_lower, subject_id__in=keys)
    return Event.objects.filter(subjects, municipality_id=municipality).order_by("at")


def of_municipality(municipality: Municipality) -> QuerySet[Event]:
    """The municipality's whole trail, newest first."""
    return Event.objects.filter(municipality_id=municipality.pk).order_by("-at", "pk")


def lines(events: Iterable[Event], municipality: Municipality, *, each: bool = False) -> list[Line]:
    """Events with their actors. Employees have names here; volunteers and newcomers are not named.

    Planned check-ins that fall away together are one line, unless `each` event is asked for.
    """
    runs = _runs(events, each=each)
    events = [run[0] for run in runs]
    members = Membership.objects.within(municipality).select_related("user")
    names = {row.user_id: str(row.user) for row in members.filter(user_id__in={event.actor_id for event in events})}
    others = {event.actor_id for event in events if event.actor_id and event.actor_id not in names}
    kinds = _kinds(others, municipality)
    neighbours = _neighbours(events)
    return [
        Line(run[0], _actor(run[0], names, kinds), neighbours.get(run[0].details.get("neighbour", 0), ""), len(run))
        for run in runs
    ]


def _runs(events: Iterable[Event], *, each: bool) -> list[list[Event]]:
    """The events, those that stand in one line together."""
    runs: list[list[Event]] = []
    for event in events:
        if runs and not each and _fell_away_with(event, runs[-1][-1]):
            runs[-1].append(event)
        else:
            runs.append([event])
    return runs


def _fell_away_with(event: Event, before: Event) -> bool:
    same = event.action == before.action == TOGETHER and event.actor_id == before.actor_id
    return same and abs(event.at - before.at) < AT_ONCE


def _kinds(users: set[int], municipality: Municipality) -> dict[int, set[str]]:
    """What those who are no employees are in this municipality: volunteers, households, or both."""
    found: dict[int, set[str]] = defaultdict(set)
    if users:
        rows = Party.objects.within(municipality).filter(user_id__in=users)
        for user, kind in rows.values_list("user_id", "kind"):
            found[user].add(kind)
    return found


def _neighbours(events: Iterable[Event]) -> dict[int, str]:
    codes = {event.details["neighbour"] for event in events if event.action in NEIGHBOUR_TEXTS}
    return dict(Municipality.objects.filter(pk__in=codes).values_list("pk", "name")) if codes else {}


def _actor(event: Event, names: Mapping[int, str], kinds: Mapping[int, set[str]]) -> str:
    if event.actor_kind != ActorKind.PERSON:
        return str(ActorKind(event.actor_kind).label)
    return names.get(event.actor_id or 0, "") or _unnamed(event, kinds.get(event.actor_id or 0, set()))


def _unnamed(event: Event, kinds: set[str]) -> str:
    """Volunteer or household, as far as that is sure; who has left is nobody any more."""
    own_act = event.action.startswith(("volunteer.", "proposal.volunteer_"))
    if own_act or event.details.get("at_yes_of") == "volunteer" or kinds == {PartyKind.VOLUNTEER}:
        return _("the volunteer")
    if kinds == {PartyKind.HOUSEHOLD}:
        return _("the household itself")
    return _("a volunteer, a newcomer or a former employee")
