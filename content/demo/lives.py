"""The demo's matches: some go well, and some need somebody's hand. Each is lived through the portal's own services."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from matching.models import CheckIn, Household, Match, Meeting, Proposal
from matching.models.match import EndReason, Side
from matching.services.check_ins import answer_check_in, ask_due, lapse_unanswered
from matching.services.matches import end_match
from matching.services.meetings import choose, pass_meetings
from matching.services.pauses import pause_match
from matching.services.proposals import answer_for_household, answer_for_volunteer, propose
from portal.audit.record import SYSTEM, Actor, Record
from portal.municipalities.rls import in_force
from portal.privacy.consent import withdraw_consents
from volunteers.models import Volunteer

MUNICIPALITY = 306
BY_THE_CLOCK = Record(SYSTEM, MUNICIPALITY)
HOLIDAY_DAYS = 12
EVENINGS = ["mon-evening", "tue-evening", "wed-evening", "thu-evening", "sat-afternoon"]

# What lives.json leaves out, as in volunteers.json and households.json.
VOLUNTEER = {
    "municipality": MUNICIPALITY, "household_type": "single", "gender": "", "children_bands": [], "slots": EVENINGS,
    "max_km": 25, "interests": ["food", "nature"], "transport": ["car"], "came_as_newcomer": False, "smokes": False,
    "has_pets": False, "status": "active", "household": None,
    "certificate": {"days_ago": 200, "organisation": "Frivilligcenter Odsherred", "valid_days": 730},
}  # fmt: skip
HOUSEHOLD = {
    "municipality": MUNICIPALITY, "danish_module": "du2-1", "wants_danish_practice": True, "interpreter_booked": False,
    "slots": EVENINGS, "max_km": None, "gender_wish": [], "wants_age_band": [], "background_wish": "no_wish",
    "no_smoke": False, "no_pets": False, "interests": ["food"], "has_network": None,
}  # fmt: skip


def volunteer_row(row: dict[str, Any]) -> dict[str, Any]:
    """A volunteer of lives.json as volunteers.json would have it."""
    return (
        VOLUNTEER
        | {"key": f"{row['key']}-volunteer", "offers": [{"kind": row["kind"], "capacity": 1}]}
        | row["volunteer"]
    )


def household_row(row: dict[str, Any], adviser: str) -> dict[str, Any]:
    """A household of lives.json as households.json would have it."""
    days = row["proposed_days_ago"] + 10
    made = {
        "key": row["key"],
        "adviser": adviser,
        "wishes": [row["kind"]],
        "waiting_days": days,
        "arrived_days_ago": days,
    }
    return HOUSEHOLD | made | row["household"]


class Life:
    """One proposal and what comes of it, from the day it was made until now."""

    def __init__(self, row: dict[str, Any], household: Household, volunteer: Volunteer, now: datetime) -> None:
        self.row, self.household, self.volunteer, self.now = row, household, volunteer, now
        self.made_at = now - timedelta(days=row["proposed_days_ago"])
        self.adviser = Record(Actor.of(household.adviser), MUNICIPALITY)

    def live(self) -> None:
        """Propose, then let happen what the story tells, in its order."""
        with in_force(municipality=MUNICIPALITY, user=self.adviser.actor.user_id):
            self.proposal = propose(
                municipality=MUNICIPALITY,
                request_id=self.household.requests.get().pk,
                offer_id=self.volunteer.offers.get().pk,
                now=self.made_at,
                record=self.adviser,
            )
            for step in self.row["story"]:
                STEPS[step](self)
            if "match" in self.row["story"]:
                self.say({})  # who is not told to answer has been asked all the same

    @property
    def match(self) -> Match:
        return Match.objects.within(MUNICIPALITY).get(proposal=self.proposal)

    def yes(self, side: str) -> Proposal:
        """A yes one day after the question."""
        answer = answer_for_volunteer if side == Side.VOLUNTEER else answer_for_household
        return answer(proposal=self.proposal, yes=True, now=self.made_at + timedelta(days=1), record=self.adviser)

    def both_say_yes(self) -> None:
        self.yes(Side.VOLUNTEER)
        self.yes(Side.HOUSEHOLD)

    def household_says_no(self) -> None:
        answer_for_household(
            proposal=self.proposal, yes=False, now=self.made_at + timedelta(days=1), record=self.adviser
        )

    def meet(self) -> None:
        """Both can come the first time that was suggested."""
        meeting = Meeting.objects.within(MUNICIPALITY).get(match=self.match)
        for side in (Side.VOLUNTEER, Side.HOUSEHOLD):
            choose(
                meeting,
                side=side,
                times=meeting.options[:1],
                seen=meeting.sequence,
                now=self.made_at + timedelta(days=2),
                record=self.adviser,
            )
        pass_meetings(municipality=MUNICIPALITY, now=self.now, record=BY_THE_CLOCK)

    def say(self, answers: dict[str, str]) -> None:
        """Ask on each day that has come since, as the clock would have, and answer."""
        days = {row.due_on for row in self._check_ins() if row.due_on <= self.now.date()}
        for due in sorted(days):
            asked_at = self.now - (self.now.date() - due)
            ask_due(municipality=MUNICIPALITY, now=asked_at, record=BY_THE_CLOCK)
            for row in self._check_ins():
                if row.state == "asked" and (answer := answers.get(row.side)):
                    answer_check_in(row, answer=answer, how="own_phone", now=asked_at, record=self.adviser)
            lapse_unanswered(municipality=MUNICIPALITY, now=asked_at, record=BY_THE_CLOCK)

    def take_a_holiday(self) -> None:
        until = self.now.date() + timedelta(days=HOLIDAY_DAYS)
        pause_match(self.match, until=until, now=self.now, record=self.adviser)

    def take_the_consent_back(self) -> None:
        match = self.match
        withdraw_consents(
            party=match.household_party, recipient=match.volunteer.party, now=self.now, record=self.adviser
        )

    def end(self) -> None:
        end_match(
            self.match, side=Side.HOUSEHOLD, reason=EndReason.FRIENDS, again=False, now=self.now, record=self.adviser
        )

    def _check_ins(self) -> list[CheckIn]:
        return list(CheckIn.objects.within(MUNICIPALITY).filter(match=self.match))


# A step of a story in lives.json → what happens.
STEPS: dict[str, Callable[[Life], Any]] = {
    "match": Life.both_say_yes,
    "volunteer_yes": lambda life: life.yes(Side.VOLUNTEER),
    "household_no": Life.household_says_no,
    "meet": Life.meet,
    "good": lambda life: life.say({Side.VOLUNTEER: "good", Side.HOUSEHOLD: "good"}),
    "household_talk": lambda life: life.say({Side.VOLUNTEER: "good", Side.HOUSEHOLD: "talk"}),
    "volunteer_so_so": lambda life: life.say({Side.VOLUNTEER: "so_so", Side.HOUSEHOLD: "good"}),
    "holiday": Life.take_a_holiday,
    "withdraw": Life.take_the_consent_back,
    "end": Life.end,
}
