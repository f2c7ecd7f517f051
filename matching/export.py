"""What the portal keeps about a household, and about both sides' proposals and matches: each side's own part."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy

from matching.models import (
    AdviserChange,
    Agreement,
    CheckIn,
    Concern,
    HandOver,
    Household,
    HouseholdMove,
    Match,
    Meeting,
    Part,
    Proposal,
    Reception,
    ReceptionStep,
    Request,
    Seat,
)
from portal.municipalities.rls import in_force, scope
from portal.privacy.export import Gatherer, Row, entries, entry
from portal.privacy.models import Party, PartyKind
from volunteers import words

HOUSEHOLD = {
    "display_name": gettext_lazy("Is called"),
    "postcode": gettext_lazy("Postcode"),
    "adults": gettext_lazy("Adults"),
    "children": gettext_lazy("Children"),
    "danish_module": gettext_lazy("Danish classes"),
    "wants_danish_practice": gettext_lazy("Would like to practise Danish"),
    "interpreter_booked": gettext_lazy("An interpreter is booked"),
    "max_km": gettext_lazy("How far, in kilometres"),
    "gender_wish": gettext_lazy("Would rather meet"),
    "age_wish": gettext_lazy("Would rather meet somebody of the age"),
    "background_wish": gettext_lazy("Somebody of the same background"),
    "no_smoke": gettext_lazy("Rather no smoke"),
    "no_pets": gettext_lazy("Rather no pets"),
    "genders": gettext_lazy("Gender"),
    "smokes": gettext_lazy("Smokes"),
    "has_pets": gettext_lazy("Has pets"),
    "interests": gettext_lazy("Interests"),
    "has_network": gettext_lazy("Knows people in Denmark"),
    "arrival": gettext_lazy("Arrived on"),
    "programme_ends": gettext_lazy("The integration programme ends"),
    "state": gettext_lazy("How it stands"),
    "closed_at": gettext_lazy("Closed"),
    "closed_reason": gettext_lazy("Closed because"),
    "registered_at": gettext_lazy("Registered"),
    "latitude": gettext_lazy("Latitude"),
    "longitude": gettext_lazy("Longitude"),
}
WISH = {
    "kind": gettext_lazy("Wish"),
    "state": gettext_lazy("How it stands"),
    "created_at": gettext_lazy("Since"),
}
SEAT = {"taken_at": gettext_lazy("Place taken"), "left_at": gettext_lazy("Place given back")}
PROPOSAL = {"proposed_at": gettext_lazy("Proposed"), "ended_at": gettext_lazy("Ended")}
MATCH = {
    "started_at": gettext_lazy("Since"),
    "state": gettext_lazy("How it stands"),
    "paused_until": gettext_lazy("On a break until"),
    "ended_at": gettext_lazy("Ended"),
}
MEETING = {
    "state": gettext_lazy("How it stands"),
    "options": gettext_lazy("Times to choose from"),
    "at": gettext_lazy("Meeting"),
    "place": gettext_lazy("Place"),
    "video_url": gettext_lazy("Video meeting"),
}
AGREEMENT = {
    "number": gettext_lazy("Version"),
    "state": gettext_lazy("How it stands"),
    "proposed_at": gettext_lazy("Suggested"),
    "in_force_at": gettext_lazy("Agreed"),
    "ended_at": gettext_lazy("Ended"),
}
CHECK_IN = {
    "due_on": gettext_lazy("How is it going? Asked"),
    "occasion": gettext_lazy("When"),
    "answer": gettext_lazy("Answer"),
    "answered_at": gettext_lazy("Answered"),
}
CONCERN = {"told_at": gettext_lazy("You told us"), "kind": gettext_lazy("About"), "closed_at": gettext_lazy("Closed")}
HAND_OVER = {
    "asked_at": gettext_lazy("You were asked"),
    "state": gettext_lazy("How it stands"),
    "sent_at": gettext_lazy("Handed over"),
    "due_on": gettext_lazy("To be answered by"),
    "answer": gettext_lazy("Answer"),
    "closed_at": gettext_lazy("Closed"),
}
RECEPTION = {
    "arrival": gettext_lazy("The day they arrive"),
    "state": gettext_lazy("How it stands"),
    "template_name": gettext_lazy("Checklist"),
    "started_at": gettext_lazy("Begun"),
    "interview_at": gettext_lazy("Hand-over interview"),
    "interview_language": gettext_lazy("Language of the interview"),
    "interpreter_booked": gettext_lazy("An interpreter is booked"),
    "interview_participants": gettext_lazy("Who takes part in the interview"),
    "pre_meeting_on": gettext_lazy("Pre-meeting"),
    "letter_sent_at": gettext_lazy("Welcome letter sent"),
    "introduced_on": gettext_lazy("Introduced to the local community"),
    "finished_at": gettext_lazy("Ended"),
}
STEP = {
    "title": gettext_lazy("Step"),
    "due_on": gettext_lazy("Due"),
    "state": gettext_lazy("How it stands"),
    "done_at": gettext_lazy("Done"),
}
CHANGE = {"changed_at": gettext_lazy("New adviser"), "note": gettext_lazy("Note")}
MOVE = {
    "asked_at": gettext_lazy("Move asked for"),
    "state": gettext_lazy("How it stands"),
    "note": gettext_lazy("Note"),
    "answered_at": gettext_lazy("Answered"),
}


def _household(party: Party, now: datetime) -> Iterator[Row]:
    here = party.municipality_id
    for household in Household.objects.within(here).filter(party=party):
        times = entry("slots", gettext_lazy("Free times"), household.slots, words.slots(household.slots))
        yield [*entries(household, HOUSEHOLD), times]
        for wish in Request.objects.within(here).filter(household=household):
            yield entries(wish, WISH)
        for seat in Seat.objects.within(here).filter(request__household=household).select_related("activity"):
            yield [entry("activity", gettext_lazy("Activity"), seat.activity.title), *entries(seat, SEAT)]


def _changes(party: Party, now: datetime) -> Iterator[Row]:
    for change in AdviserChange.objects.within(party.municipality_id).filter(household__party=party):
        yield entries(change, CHANGE)
    for step in HouseholdMove.objects.following("the household's own").filter(household__party=party):
        yield entries(step, MOVE)


def _proposals(party: Party, now: datetime) -> Iterator[Row]:
    """What the party was told of each proposal, and its own answer; never the other's."""
    side = _side(party)
    rows = Proposal.objects.following("the party's own, wherever the household lives").filter(
        _about(party, "request__")
    )
    for row in rows.select_related("offer"):
        card = getattr(row, f"{side}_card")
        told = entry("card", gettext_lazy("What you were told"), card, words.kinds(card.get("kind")))
        own = {
            f"{side}_answered_at": gettext_lazy("You answered"),
            f"{side}_language": gettext_lazy("In this language"),
            f"{side}_how": gettext_lazy("How"),
        }
        yield [*entries(row, PROPOSAL), told, *entries(row, own)]


def _matches(party: Party, now: datetime) -> Iterator[Row]:
    """The party's matches with their dates, and what it has said itself. Nothing of the other one."""
    side, user = _side(party), scope()[1]
    rows = Match.objects.following("the party's own, wherever the household lives").filter(_about(party))
    for match in list(rows.order_by("started_at")):
        yield entries(match, MATCH)
        # A volunteer's match may be across a border; what they told the coordinator there is theirs to read.
        with in_force(municipality=match.municipality_id, user=user):
            for model, labels in ((CheckIn, CHECK_IN), (Concern, CONCERN)):
                own: Any = model.objects.within(match.municipality_id).filter(match=match, side=side)
                yield from [entries(row, labels, in_confidence=model is Concern) for row in own]
            meetings = Meeting.objects.within(match.municipality_id).filter(match=match)
            yield from [entries(row, MEETING) for row in meetings]
            yield from _agreements(match, side)


def _agreements(match: Match, side: str) -> Iterator[Row]:
    """Every version of what the two have agreed to do together, with this side's own yes."""
    own = {f"{side}_yes_at": gettext_lazy("You said yes")}
    if side == "household":
        own |= {
            "household_language": gettext_lazy("In this language"),
            "household_how": gettext_lazy("How"),
        }
    rows = Agreement.objects.within(match.municipality_id).filter(match=match).prefetch_related("tasks__version")
    for row in rows:
        tasks = [line for line in row.tasks.all() if line.part == Part.TOGETHER]
        names = ", ".join(line.version.name for line in tasks)
        together = entry("tasks", gettext_lazy("Tasks"), [line.task_type_id for line in tasks], names)
        yield [*entries(row, {**AGREEMENT, **own}), together]


def _hand_overs(party: Party, now: datetime) -> Iterator[Row]:
    """The household's own; of a volunteer what they have passed on, without what became of it."""
    if party.kind == PartyKind.HOUSEHOLD:
        rows = HandOver.objects.within(party.municipality_id).filter(household__party=party)
        labels = HAND_OVER
    else:
        every = HandOver.objects.following("the volunteer's own, wherever the household lives")
        rows = every.filter(match__volunteer__party=party, raised_by="volunteer")
        labels = {"asked_at": gettext_lazy("You passed it on")}
    for row in rows.select_related("department", "version").order_by("asked_at"):
        task = entry("task", gettext_lazy("What it is about"), row.task_type_id, row.version.name)
        yield [task, entry("department", gettext_lazy("Department"), row.department.name), *entries(row, labels)]


def _receptions(party: Party, now: datetime) -> Iterator[Row]:
    """The household's reception with its steps; of a volunteer the steps that they have said yes to."""
    if party.kind == PartyKind.HOUSEHOLD:
        for reception in Reception.objects.within(party.municipality_id).filter(household__party=party):
            yield entries(reception, RECEPTION)
            for step in ReceptionStep.objects.within(party.municipality_id).filter(reception=reception):
                yield entries(step, STEP)
    elif party.user_id:
        rows = ReceptionStep.objects.following("the volunteer's own, wherever the household lives")
        for step in rows.filter(volunteers_can=True, done_by=party.user_id):
            yield entries(step, STEP)


def _side(party: Party) -> str:
    return "volunteer" if party.kind == PartyKind.VOLUNTEER else "household"


def _about(party: Party, path: str = "") -> Q:
    return Q(volunteer__party=party) | Q(**{f"{path}household__party": party})


GATHERERS = (
    Gatherer(
        "household",
        gettext_lazy("Your household"),
        frozenset({"matching.Household", "matching.Request", "matching.Seat"}),
        _household,
    ),
    Gatherer(
        "changes",
        gettext_lazy("Your case"),
        frozenset({"matching.AdviserChange", "matching.HouseholdMove"}),
        _changes,
    ),
    Gatherer("proposals", gettext_lazy("Proposals"), frozenset({"matching.Proposal"}), _proposals),
    Gatherer(
        "matches",
        gettext_lazy("Matches"),
        frozenset(
            {
                "matching.Match",
                "matching.CheckIn",
                "matching.Concern",
                "matching.Meeting",
                "matching.Agreement",
                "matching.AgreementTask",
            }
        ),
        _matches,
    ),
    Gatherer(
        "receptions",
        gettext_lazy("Reception"),
        frozenset({"matching.Reception", "matching.ReceptionStep"}),
        _receptions,
    ),
    Gatherer("hand_overs", gettext_lazy("Handed over"), frozenset({"matching.HandOver"}), _hand_overs),
)
