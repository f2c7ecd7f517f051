"""Reading hand-overs: what can be handed over, and what a department, an adviser and a volunteer see of it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import CharField, Exists, F, OuterRef, Q
from django.db.models.functions import Cast

from matching.models import HandOver, Household, Match
from matching.models.match import Side as Who
from matching.states import LIVE_HAND_OVERS, HandOverState, MatchState
from portal.accounts.models import User
from portal.languages.alphabet import in_order
from portal.languages.models import Level
from portal.messages.models import Link, LinkPurpose
from portal.municipalities.models import Department, DepartmentMember, Municipality
from portal.municipalities.scoping import ScopedQuerySet
from portal.privacy.models import Consent, Party, Purpose
from volunteers.boundary.here import TaskHere, tasks_here
from volunteers.boundary.verdict import Side

# Whose tasks a department takes over from a volunteer.
HANDED_OVER = frozenset({Side.AUTHORITY, Side.PROFESSIONAL, Side.SHARED})
# The name of the task alone would tell of an illness, or of a worry about somebody: this is said, and never stored.
SAID_BY_VOICE = frozenset(
    {
        "child_measure",
        "crime_prevention",
        "family_consultant",
        "health_assessment",
        "medication",
        "notification_citizen",
        "notification_professional",
        "parental_order",
        "support_contact_person",
        "trauma_treatment",
    }
)
WITH_THE_DEPARTMENT = (HandOverState.SENT, HandOverState.TAKEN)


class Hindrance(StrEnum):
    """Why a task cannot be handed over here."""

    OPEN_TO_VOLUNTEERS = "open_to_volunteers"
    NOT_IN_PORTAL = "not_in_portal"
    SAID_BY_VOICE = "said_by_voice"
    NO_DEPARTMENT = "no_department"
    NO_CONTACT = "no_contact"


def hindrance(here: TaskHere) -> Hindrance | None:
    """What keeps a task from being handed over in a municipality; None where nothing does."""
    if here.side == Side.NOT_IN_PORTAL:
        return Hindrance.NOT_IN_PORTAL
    if here.side not in HANDED_OVER:
        return Hindrance.OPEN_TO_VOLUNTEERS
    if SAID_BY_VOICE & {here.task_type.pk, here.task_type.kind_of_id}:
        return Hindrance.SAID_BY_VOICE
    if here.department is None:
        return Hindrance.NO_DEPARTMENT
    return None if here.department.has_contact else Hindrance.NO_CONTACT


def tasks_to_hand_over(municipality: Municipality) -> list[TaskHere]:
    """What can be chosen from, by name."""
    return _with(tasks_here(municipality), None)


def tasks_to_choose(municipality: Municipality) -> tuple[list[TaskHere], list[TaskHere]]:
    """What an adviser chooses from, and what waits for a department that can be reached; both by name."""
    every = tasks_here(municipality)
    return _with(every, None), _with(every, Hindrance.NO_DEPARTMENT, Hindrance.NO_CONTACT)


def _with(every: Mapping[str, TaskHere], *hindrances: Hindrance | None) -> list[TaskHere]:
    found = [here for here in every.values() if hindrance(here) in hindrances]
    return sorted(found, key=lambda here: in_order(here.task_type.name))


def all_of(municipality: Municipality | int) -> ScopedQuerySet[HandOver]:
    """The municipality's hand-overs, with all that a list says of them."""
    return HandOver.objects.within(municipality).select_related(
        "household__party", "household__adviser", "department", "version", "owner"
    )


def own_departments(user: User, municipality: Municipality) -> list[Department]:
    """The departments that this employee works in."""
    mine = DepartmentMember.objects.within(municipality).filter(user=user)
    return list(Department.objects.within(municipality).filter(pk__in=mine.values("department")))


def of_departments(
    departments: Iterable[Department], municipality: Municipality, now: datetime
) -> ScopedQuerySet[HandOver]:
    """What these departments have to do, the most urgent first; nothing without the household's yes in force."""
    rows = all_of(municipality).filter(department__in=list(departments), state__in=WITH_THE_DEPARTMENT)
    return rows.filter(_yes_in_force(now)).prefetch_related("household__party__spoken_languages")


def overdue(municipality: Municipality, today: date, *, adviser: User | None = None) -> ScopedQuerySet[HandOver]:
    """Those that the department should have answered by now."""
    rows = all_of(municipality).filter(state__in=WITH_THE_DEPARTMENT, due_on__lt=today)
    return rows.filter(household__adviser=adviser) if adviser else rows


def to_ask_by_voice(municipality: Municipality, *, adviser: User | None = None) -> ScopedQuerySet[HandOver]:
    """Those whose household has not been written to: somebody asks them, on the telephone or face to face."""
    asked = Link.objects.within(municipality).filter(
        purpose=LinkPurpose.HAND_OVER, subject_id=Cast(OuterRef("pk"), CharField())
    )
    rows = all_of(municipality).filter(~Exists(asked), state=HandOverState.ASKED)
    return rows.filter(household__adviser=adviser) if adviser else rows


def of_household(household: Household) -> ScopedQuerySet[HandOver]:
    """A household's hand-overs, the live ones first."""
    rows = HandOver.objects.within(household.municipality_id).filter(household=household)
    return rows.select_related("department", "version", "owner").order_by("closed_at", "-asked_at")


def seen_by_volunteer(matches: Collection[Match]) -> ScopedQuerySet[HandOver]:
    """What the volunteer of these matches has passed on, newest first. Row-level security knows whose they are.

    Not what was a household's that the match has left, after a split: they meet no more.
    """
    rows = HandOver.objects.following("the volunteer's own match, wherever the household lives")
    own = rows.filter(match__in=matches, raised_by=Who.VOLUNTEER, household=F("match__household"))
    return own.select_related("department", "version").order_by("-asked_at")


def is_from(row: HandOver, match: Match) -> bool:
    """Whether the volunteer of this match has passed it on: of another's they are told nothing."""
    return row.match_id == match.pk and row.raised_by == Who.VOLUNTEER


def may_pass_on(match: Match, now: datetime) -> bool:
    """Whether its volunteer may ask the household: the match goes on, and neither has taken the yes to contact back.

    A break does not hinder: what is handed over is the household's, whoever rests.
    """
    if match.state not in (MatchState.ACTIVE, MatchState.PAUSED):
        return False
    pair = [match.household_party_id, match.volunteer.party_id]
    consents = Consent.objects.following("between the two of a match that the reader may see").lasting(now)
    given = consents.filter(purpose=Purpose.MATCH, party__in=pair, recipient__in=pair)
    return len(set(given.values_list("party", flat=True))) == len(pair)


def live_about(household: Household | int, code: str, municipality: int) -> HandOver | None:
    """The one that is under way for a household and a task, whoever raised it."""
    rows = HandOver.objects.within(municipality).filter(household=household, task_type=code)
    return rows.filter(state__in=LIVE_HAND_OVERS).select_related("department", "version").first()


def tasks_of_consents(party: Party) -> dict[UUID, str]:
    """What each yes to a hand-over was about, in the reader's language, by the number of the consent."""
    rows = HandOver.objects.within(party.municipality_id).filter(household__party=party, consent__isnull=False)
    return {row.consent_id: row.version.name for row in rows.select_related("version") if row.consent_id}


def interpreter_language(party: Party) -> str:
    """The language in which the authority books an interpreter (000:64); empty where they speak Danish well.

    Their own language, where they speak it well; else the one they speak best.
    """
    levels = {row.language: row.level for row in party.spoken_languages.all()}
    if levels.get("da", 0) >= Level.WELL:
        return ""
    others = {code: level for code, level in levels.items() if code != "da"}
    own = "" if party.language == "da" else party.language
    if own and others.get(own, 0) >= Level.WELL:
        return own
    return max(sorted(others), key=lambda code: others[code], default=own)


def _yes_in_force(now: datetime) -> Q:
    consents = Consent.objects.following("the households of these hand-overs").active(now)
    return Q(Exists(consents.filter(pk=OuterRef("consent"), purpose=Purpose.HAND_OVER)))
