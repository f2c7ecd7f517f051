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
from matching.words.trail import details_text
from portal.audit.models import ActorKind, Event
from portal.messages.models import MessageState
from portal.municipalities.models import Membership, Municipality
from portal.privacy.models import Consent, ConsentState, Party, PartyKind, Purpose
from volunteers.lifecycle import VolunteerState

#: A text for every action that the portal writes.
ACTION_TEXTS: dict[str, Promise] = {
    "household.registered": gettext_lazy("Household registered"),
    "household.announced": gettext_lazy("Household on its way registered"),
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
    "proposal.reason_given": gettext_lazy("A reason for the no was given"),
    "proposal.withdraw": gettext_lazy("Proposal withdrawn"),
    "proposal.expire": gettext_lazy("Proposal expired"),
    "match.made": gettext_lazy("Match made"),
    "match.pause": gettext_lazy("Match put on a break"),
    "match.resume": gettext_lazy("Match taken up again"),
    "match.stop": gettext_lazy("Contact closed for now"),
    "match.reopen": gettext_lazy("Contact opened again"),
    "match.end": gettext_lazy("Match ended"),
    "agreement.proposed": gettext_lazy("Tasks to do together suggested"),
    "agreement.volunteer_says_yes": gettext_lazy("The volunteer said yes to the tasks"),
    "agreement.household_says_yes": gettext_lazy("The household said yes to the tasks"),
    "agreement.drop": gettext_lazy("Suggested tasks came to nothing"),
    "agreement.replace": gettext_lazy("Agreed tasks replaced by others"),
    "agreement.end": gettext_lazy("Agreed tasks hold no longer"),
    "meeting.suggested": gettext_lazy("Times suggested for a first meeting"),
    "meeting.answered": gettext_lazy("Times chosen for a first meeting"),
    "meeting.changed": gettext_lazy("Place or company of a first meeting changed"),
    "place.added": gettext_lazy("Meeting place added"),
    "place.changed": gettext_lazy("Meeting place changed"),
    "place.closed": gettext_lazy("Meeting place suggested no more"),
    "place.reopened": gettext_lazy("Meeting place suggested again"),
    "meeting.agree": gettext_lazy("First meeting agreed"),
    "meeting.new_times": gettext_lazy("New times suggested for a meeting"),
    "meeting.pass": gettext_lazy("The time of the meeting has passed"),
    "meeting.cancel": gettext_lazy("Meeting cancelled"),
    "check_in.ask": gettext_lazy("Asked how it is going"),
    "check_in.answer": gettext_lazy("Answered how it is going"),
    "check_in.lapse": gettext_lazy("No answer to how it is going"),
    "check_in.skip": gettext_lazy("Not asked how it is going"),
    "match.check_ins_planned": gettext_lazy("Planned when it will be asked how it is going"),
    "match.followed_up": gettext_lazy("Followed up"),
    "municipality.concern_contact": gettext_lazy("Where to tell of a worry about a child changed"),
    "department.added": gettext_lazy("Department added"),
    "department.changed": gettext_lazy("Department changed"),
    "department.deleted": gettext_lazy("Department taken away"),
    "department.member_added": gettext_lazy("An employee was added to a department"),
    "department.member_removed": gettext_lazy("An employee was taken out of a department"),
    "boundary.rule_set": gettext_lazy("The municipality's own rule for a task written"),
    "boundary.rule_removed": gettext_lazy("The municipality's own rule for a task taken away"),
    "task_type.written": gettext_lazy("The municipality's own task type written"),
    "task_type.followed": gettext_lazy("The municipality's own task type follows the national one"),
    "task_type.withdrawn": gettext_lazy("The municipality's own task type withdrawn"),
    "task_type.reopened": gettext_lazy("The municipality's own task type offered again"),
    "interface.agreed": gettext_lazy("Agreed with a partner who does what"),
    "interface.ended": gettext_lazy("An agreement with a partner about who does what ended"),
    "concern.told": gettext_lazy("Somebody wants to be called"),
    "concern.take": gettext_lazy("The coordinator took a concern"),
    "concern.close": gettext_lazy("Concern closed"),
    "household.close": gettext_lazy("Household closed"),
    "household.reopen": gettext_lazy("Household opened again"),
    "household.handed_over": gettext_lazy("New adviser for the household"),
    "household.note_read": gettext_lazy("Note to the new adviser read"),
    "household.split": gettext_lazy("One household became two"),
    "household.joined": gettext_lazy("Two households became one"),
    "household.moved_out": gettext_lazy("Household moved to another municipality"),
    "household.moved_in": gettext_lazy("Household came from another municipality"),
    "request.carried_over": gettext_lazy("Wish went to another household"),
    "match.carried_over": gettext_lazy("Match goes on with another household"),
    "call.needed": gettext_lazy("Somebody is to be called"),
    "call.made": gettext_lazy("Somebody was called"),
    "move.asked": gettext_lazy("Move to another municipality asked for"),
    "move.accept": gettext_lazy("Move to another municipality accepted"),
    "move.decline": gettext_lazy("Move to another municipality declined"),
    "move.cancel": gettext_lazy("Move to another municipality called off"),
    "message.queued": gettext_lazy("Message written"),
    "link.made": gettext_lazy("Link made for a message"),
    "link.used": gettext_lazy("Link used"),
    "link.revoked": gettext_lazy("Link closed"),
    "reply.received": gettext_lazy("SMS came in"),
    "party.sms_stopped": gettext_lazy("STOP came: no more SMS"),
    "party.sms_started": gettext_lazy("START came: SMS again"),
    "reply.handled": gettext_lazy("SMS dealt with"),
    "text.written": gettext_lazy("Words of a message written or reviewed"),
    "task_type.published": gettext_lazy("Task type of the national catalogue published"),
    "message.claim": gettext_lazy("Message: being sent"),
    "message.accepted": gettext_lazy("Message sent"),
    "message.retry": gettext_lazy("Message: to be tried again"),
    "message.give_up": gettext_lazy("Message could not be sent"),
    "message.delivered": gettext_lazy("Message arrived"),
    "message.not_delivered": gettext_lazy("Message did not arrive"),
    "message.unreachable": gettext_lazy("Message: no way to reach them"),
    "message.cancel": gettext_lazy("Message cancelled"),
    "message.send_again": gettext_lazy("Message: sent again"),
    "draft.asked_for": gettext_lazy("Draft of proposals asked for"),
    "draft.made": gettext_lazy("Draft of proposals made"),
    "draft.break_off": gettext_lazy("Draft of proposals could not be made"),
    "draft.discard": gettext_lazy("Draft of proposals discarded"),
    "draft.send": gettext_lazy("Draft of proposals sent"),
    "pair.accept": gettext_lazy("Suggestion accepted"),
    "pair.pin": gettext_lazy("Suggestion kept"),
    "pair.drop": gettext_lazy("Suggestion dropped"),
    "pair.undo": gettext_lazy("Decision about a suggestion taken back"),
    "pair.send": gettext_lazy("Suggestion sent as a proposal"),
    "pair.fail": gettext_lazy("Suggestion could not be sent"),
    "consent.given": gettext_lazy("Consent given"),
    "consent.withdraw": gettext_lazy("Consent withdrawn"),
    "consent.pause": gettext_lazy("Consent held back for now"),
    "consent.resume": gettext_lazy("Consent in force again"),
    "consent.expire": gettext_lazy("Consent ran out"),
    "consent.matching_given": gettext_lazy("Yes to being suggested"),
    "consent.matching_withdraw": gettext_lazy("Yes to being suggested taken back"),
    "party.copied": gettext_lazy("Copy made of what is kept about somebody"),
    "retention.forgot": gettext_lazy("Forgotten, as it had been kept long enough"),
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
    "border.opened": gettext_lazy("Yes to sharing volunteers with a neighbour"),
    "border.closed": gettext_lazy("Yes to sharing volunteers with a neighbour taken back"),
    "page.created": gettext_lazy("Page written"),
    "page.published": gettext_lazy("Page published"),
    "page.scheduled": gettext_lazy("Page scheduled"),
    "page.unpublished": gettext_lazy("Page taken down"),
    "page.unscheduled": gettext_lazy("Page no longer scheduled"),
    "page.stopped": gettext_lazy("Page stopped at the boundary"),
    "page.deleted": gettext_lazy("Page deleted"),
    "page.moved": gettext_lazy("Page moved"),
    "page.submitted": gettext_lazy("Page sent to moderation"),
    "page.approved": gettext_lazy("Page approved"),
    "page.rejected": gettext_lazy("Page sent back"),
    "certificate.recorded": gettext_lazy("Child-certificate check recorded"),
    "activity.posted": gettext_lazy("Activity posted"),
    "activity.changed": gettext_lazy("Activity changed"),
    "activity.closed": gettext_lazy("Activity closed"),
    "activity.reopened": gettext_lazy("Activity opened again"),
    "activity.stopped": gettext_lazy("Activity closed at the boundary"),
    "seat.taken": gettext_lazy("Place in an activity taken"),
    "seat.left": gettext_lazy("Place in an activity given back"),
    "hand_over.asked": gettext_lazy("A task is to be handed over: the household is asked"),
    "hand_over.say_yes": gettext_lazy("Task handed over, with the household's yes"),
    "hand_over.say_no": gettext_lazy("The household said no to a task being handed over"),
    "hand_over.withdraw": gettext_lazy("Hand-over taken back"),
    "hand_over.lapse": gettext_lazy("No answer to whether a task may be handed over"),
    "hand_over.take": gettext_lazy("Somebody in the department took a task on"),
    "hand_over.give_back": gettext_lazy("A task waits for a colleague in the department"),
    "hand_over.answer": gettext_lazy("The department answered"),
    "hand_over.reminded": gettext_lazy("The department was reminded of a task"),
    "hand_over.escalated": gettext_lazy("The adviser was told that a department is late"),
    "reception.started": gettext_lazy("Reception begun"),
    "reception.arrival_moved": gettext_lazy("Reception: the arrival moved"),
    "reception.coordinators": gettext_lazy("Reception: coordinators named"),
    "reception.arrive": gettext_lazy("Reception: the household has arrived"),
    "reception.finish": gettext_lazy("Reception finished"),
    "reception.cancel": gettext_lazy("Reception called off"),
    "reception.reopen": gettext_lazy("Reception opened again"),
    "step.do": gettext_lazy("Step done"),
    "step.skip": gettext_lazy("Step not needed"),
    "step.undo": gettext_lazy("Step open again"),
    "step.take": gettext_lazy("A volunteer would like to do a step"),
    "step.give_back": gettext_lazy("A volunteer gave a step back"),
    "step.department": gettext_lazy("Department named for a step"),
    "template.copied": gettext_lazy("Reception template made from another"),
    "template.changed": gettext_lazy("Reception template changed"),
    "template.archived": gettext_lazy("Reception template put away"),
    "template.restored": gettext_lazy("Reception template in use again"),
    "reception.interview_set": gettext_lazy("Hand-over interview noted"),
    "reception.interview_removed": gettext_lazy("Hand-over interview taken out"),
    "reception.pre_meeting_set": gettext_lazy("Pre-meeting noted"),
    "reception.pre_meeting_removed": gettext_lazy("Pre-meeting taken out"),
    "reception.letter_sent": gettext_lazy("Welcome letter noted as sent"),
    "reception.letter_taken_back": gettext_lazy("Welcome letter noted as not sent"),
    "reception.introduced": gettext_lazy("Household introduced to the local community"),
    "reception.introduced_undone": gettext_lazy("Household not introduced to the local community after all"),
    "review.added": gettext_lazy("Yearly review written"),
    "review.changed": gettext_lazy("Yearly review changed"),
    "weights.chosen": gettext_lazy("Weights of the score chosen"),
}


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
