"""Reads for the pages: each a fixed number of queries, however many rows there are."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db.models import Case, Exists, F, Min, OuterRef, Prefetch, Q, QuerySet, Value, When

from matching.models import Household, Match, Meeting, Proposal, Request, Seat
from matching.states import LIVE_MEETINGS, LIVE_PROPOSALS, HouseholdState, MatchState, ProposalState, RequestState
from portal.accounts.models import User
from portal.municipalities.models import Municipality
from portal.privacy.consent import matching_consents
from portal.privacy.disclosure import disclose
from portal.privacy.models import Consent, Party, Purpose

NEW_MATCH_DAYS = 30


def household_list(municipality: Municipality, now: datetime, *, closed: bool = False) -> QuerySet[Household]:
    """The open cases (or the closed) with wishes, and whether they may be suggested; who has waited longest first."""
    state = HouseholdState.CLOSED if closed else HouseholdState.ACTIVE
    going_on = Request.objects.within(municipality).exclude(state=RequestState.CLOSED)
    return (
        Household.objects.within(municipality)
        .filter(state=state)
        .annotate(
            waiting_since=Min("requests__created_at", filter=Q(requests__state=RequestState.OPEN)),
            may_be_suggested=Exists(matching_consents(now).filter(party=OuterRef("party"))),
        )
        .select_related("adviser")
        .prefetch_related(Prefetch("requests", going_on, to_attr="wishes"), "party__spoken_languages")
        .order_by(F("waiting_since").asc(nulls_last=True), "display_name", "pk")
    )


def waiting_requests(municipality: Municipality, now: datetime, *, adviser: User | None = None) -> QuerySet[Request]:
    """The wishes that nobody has been proposed for, oldest first; of one adviser's households if told whose.

    `may_be_suggested` says of each whether the household has said yes to it.
    """
    yes = Exists(matching_consents(now).filter(party=OuterRef("household__party")))
    return _wishes(municipality, RequestState.OPEN, adviser).annotate(may_be_suggested=yes)


def on_the_way(municipality: Municipality, today: date, *, adviser: User | None = None) -> QuerySet[Household]:
    """The households that have not moved in yet, the next to arrive first; of one adviser's if told whose."""
    coming = Household.objects.within(municipality).filter(state=HouseholdState.ACTIVE, arrival__gt=today)
    return coming.filter(**_whose("adviser", adviser)).select_related("adviser").order_by("arrival", "pk")


def paused_requests(municipality: Municipality, *, adviser: User | None = None) -> QuerySet[Request]:
    """The wishes that are on a break, oldest first; of one adviser's households if told whose."""
    return _wishes(municipality, RequestState.PAUSED, adviser)


def _wishes(municipality: Municipality, state: str, adviser: User | None) -> QuerySet[Request]:
    rows = Request.objects.within(municipality).filter(state=state, **_whose("household__adviser", adviser))
    return rows.select_related("household__adviser").order_by("created_at", "pk")


def _whose(path: str, adviser: User | None) -> dict[str, User]:
    return {path: adviser} if adviser else {}


def live_proposals(municipality: Municipality, *, adviser: User | None = None) -> QuerySet[Proposal]:
    """The proposals that await an answer: where only the household is missing first, then the ones that end first."""
    volunteer_first = Case(When(state=ProposalState.VOLUNTEER_YES, then=Value(0)), default=Value(1))
    return (
        Proposal.objects.within(municipality)
        .filter(state__in=LIVE_PROPOSALS, **_whose("request__household__adviser", adviser))
        .select_related("request__household", "volunteer")
        .order_by(volunteer_first, "expires_at", "pk")
    )


def new_matches(municipality: Municipality, now: datetime, *, adviser: User | None = None) -> QuerySet[Match]:
    """Matches of the last thirty days that go on; those on a break have a list of their own."""
    since = now - timedelta(days=NEW_MATCH_DAYS)
    return _matches(municipality, adviser).filter(state=MatchState.ACTIVE, started_at__gte=since)


def paused_matches(municipality: Municipality, *, adviser: User | None = None) -> QuerySet[Match]:
    """Matches that are on a break."""
    return _matches(municipality, adviser).filter(state=MatchState.PAUSED)


def _matches(municipality: Municipality, adviser: User | None) -> QuerySet[Match]:
    rows = Match.objects.within(municipality).filter(**_whose("household__adviser", adviser))
    return rows.select_related("household", "volunteer", "request").order_by("-started_at")


def seats_in_closed(municipality: Municipality, *, adviser: User | None = None) -> QuerySet[Seat]:
    """Places that households have in activities that have closed since; of one adviser's households if told whose."""
    seats = Seat.objects.within(municipality).filter(left_at=None, activity__open=False)
    rows = seats.filter(**_whose("request__household__adviser", adviser))
    return rows.select_related("request__household", "activity").order_by("activity__title", "pk")


def live_proposal_of(request: Request) -> Proposal | None:
    """The proposal that a wish waits for, if there is one."""
    rows = Proposal.objects.within(request.municipality_id).filter(request=request, state__in=LIVE_PROPOSALS)
    return rows.select_related("volunteer", "proposed_by").first()


def own_households(user: User) -> QuerySet[Household]:
    """This person's own household as a newcomer: one, or none."""
    rows = Household.objects.following("the person's own household").filter(party__user=user)
    return rows.select_related("adviser", "municipality", "party")


def own_proposals(user: User) -> QuerySet[Proposal]:
    """What this person is or was asked as a volunteer. The household behind it is not theirs to see."""
    rows = Proposal.objects.following("a person's own pages").filter(volunteer__party__user=user)
    return rows.select_related("offer", "municipality").order_by("-proposed_at")


def own_matches(user: User) -> QuerySet[Match]:
    """This person's matches as a volunteer."""
    rows = Match.objects.following("a person's own pages").filter(volunteer__party__user=user)
    return rows.select_related("offer", "proposal", "municipality").order_by("-started_at")


def details_for_volunteer(match: Match, now: datetime) -> Mapping[str, str]:
    """What the volunteer may see of the household now; empty without the household's consent."""
    # The household's party is not the volunteer's to read: only its number is needed to ask for its consent.
    return disclose(subject=Party(pk=match.household_party_id), recipient=match.volunteer.party, now=now)


def details_for_household(match: Match, now: datetime) -> Mapping[str, str]:
    """What the household may see of the volunteer now; empty without the volunteer's consent."""
    # Nor is the volunteer's the household's municipality's to read, where they come from across an open border.
    return disclose(subject=Party(pk=match.volunteer.party_id), recipient=match.household_party, now=now)


def contact_is_open(match: Match, now: datetime) -> bool:
    """Whether the two may reach each other: the match goes on, and both consents are in force."""
    if match.state not in {MatchState.ACTIVE, MatchState.PAUSED}:
        return False
    pair = [match.household_party_id, match.volunteer.party_id]
    consents = Consent.objects.following("between the two of a match that the reader may see").active(now)
    given = consents.filter(purpose=Purpose.MATCH, party__in=pair, recipient__in=pair)
    return len(set(given.values_list("party", flat=True))) == len(pair)


def both_let_contact(now: datetime) -> Q:
    """Whether both consents are in force, for many rows that belong to a `match`, in one query."""
    given = Consent.objects.following("between the two of a match that the reader may see").active(now)
    given = given.filter(purpose=Purpose.MATCH)
    household, volunteer = OuterRef("match__household_party"), OuterRef("match__volunteer__party")
    return Q(Exists(given.filter(party=household, recipient=volunteer))) & Q(
        Exists(given.filter(party=volunteer, recipient=household))
    )


def next_meeting(match: Match, now: datetime) -> Meeting | None:
    """The meeting that is being arranged or agreed; None while the two are on a break or contact is closed."""
    if match.state != MatchState.ACTIVE or not contact_is_open(match, now):
        return None
    return latest_meeting(match, live=True)


def latest_meeting(match: Match, *, live: bool = False) -> Meeting | None:
    """The newest meeting of a match, whatever became of it."""
    rows = Meeting.objects.following("of a match that the reader may see").filter(match=match)
    return (rows.filter(state__in=LIVE_MEETINGS) if live else rows).order_by("-created_at").first()
