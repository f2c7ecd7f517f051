"""What is written about a hand-over: a question to the household, and no more than that to everybody else."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from matching.models import HandOver, Household
from matching.models.match import Side
from matching.sides import party_of
from matching.states import MatchState
from portal.accounts.models import User
from portal.audit.record import Record
from portal.messages import outbox
from portal.messages.links import LinkPurpose, make_link, open_links_of, revoke, use
from portal.municipalities.models import DepartmentMember, Membership, Role
from portal.municipalities.rls import in_force
from portal.privacy.contact import can_be_written_to

# So many days the household has for its answer; then it goes no further.
ASK_DAYS = 14


def about(row: HandOver) -> str:
    """What all messages about a hand-over are cancelled with."""
    return f"hand_over:{row.pk}"


def ask_the_household(row: HandOver, household: Household, *, now: datetime, record: Record) -> bool:
    """Send the question, with a link to the page where it is answered. False where somebody has to ask by voice."""
    if not can_be_written_to(household.party):
        return False
    link = make_link(
        party=household.party, purpose=LinkPurpose.HAND_OVER, subject=row, now=now, days=ASK_DAYS, record=record
    )
    outbox.queue(
        party=household.party,
        text="hand_over_ask",
        key=f"hand_over:{row.pk}:asked",
        about=about(row),
        link=link,
        send_before=now + timedelta(days=ASK_DAYS),
        now=now,
        record=record,
    )
    return True


def close_the_question(
    row: HandOver, household: Household, *, is_answered: bool = False, now: datetime, record: Record
) -> None:
    """Nothing more is asked. A link that nobody has used opens nothing; where the household has answered by voice, it
    shows what came of that, as if it had been answered there."""
    outbox.cancel(about=about(row), party=household.party, now=now, record=record)
    links = open_links_of(household.party, now=now).filter(purpose=LinkPurpose.HAND_OVER, subject_id=str(row.pk))
    if is_answered:
        for link in links:
            use(link, now=now, record=record)
    elif links.exists():
        revoke(subject=row, party=household.party, now=now, record=record)


def tell_the_volunteer(row: HandOver, text: str, *, now: datetime, record: Record) -> None:
    """How it goes with what a volunteer has passed on, as long as the two are matched. Never what it is about."""
    match = row.match
    if match is None or row.raised_by != Side.VOLUNTEER or match.state not in (MatchState.ACTIVE, MatchState.PAUSED):
        return
    if match.household_id != row.household_id:  # after a split the match goes on with somebody else
        return
    party = party_of(match, Side.VOLUNTEER)
    with in_force(municipality=party.municipality_id):
        key = f"hand_over:{row.pk}:{text}"
        outbox.queue(party=party, text=text, key=key, about=about(row), now=now, record=record)


def tell_the_household(row: HandOver, household: Household, *, now: datetime, record: Record) -> None:
    """The department has answered."""
    key = f"hand_over:{row.pk}:answered_household"
    text = "hand_over_answered_household"
    outbox.queue(party=household.party, text=text, key=key, about=about(row), now=now, record=record)


def tell_the_department(row: HandOver, text: str, *, once: str = "", now: datetime, record: Record) -> None:
    """To whoever has taken it on, else to all who work there; where nobody does, to those who can name somebody.

    The e-mail names neither household nor task: both are read in the portal. `once` sets apart what is told again.
    """
    people, page = _workers(row), "department_work"
    if not people:
        people, page = _administrators(row.municipality_id), "departments"
    _tell(row, people, text, page, once=once, now=now, record=record)


def tell_that_it_is_late(row: HandOver, adviser: User | None, *, now: datetime, record: Record) -> None:
    """To the household's adviser, and to the administrators, whose departments they are."""
    text = "staff_hand_over_overdue"
    _tell(row, [adviser] if adviser and adviser.is_active else [], text, "hand_overs", now=now, record=record)
    others = [user for user in _administrators(row.municipality_id) if user != adviser]
    _tell(row, others, text, "departments", now=now, record=record)


def _tell(
    row: HandOver, people: Iterable[User], text: str, page: str, *, once: str = "", now: datetime, record: Record
) -> None:
    with translation.override("da"):
        address = settings.BASE_URL + reverse(page, args=[row.municipality.slug])
    for user in people:
        outbox.queue_for_staff(
            user=user,
            municipality=row.municipality,
            text=text,
            key=f"{text}:{row.pk}:{once}{user.pk}",
            address=address,
            now=now,
            record=record,
        )


def _workers(row: HandOver) -> list[User]:
    members = DepartmentMember.objects.within(row.municipality_id).filter(department=row.department_id)
    at_work = Membership.objects.within(row.municipality_id).filter(role__in=[Role.DEPARTMENT, Role.ADVISER])
    still = members.filter(user__in=at_work.values("user"), user__is_active=True)
    everybody = [member.user for member in still.select_related("user").order_by("pk")]
    return [row.owner] if row.owner and row.owner in everybody else everybody


def _administrators(municipality: int) -> list[User]:
    rows = Membership.objects.within(municipality).filter(role=Role.ADMINISTRATOR, user__is_active=True)
    return [row.user for row in rows.select_related("user").order_by("pk")]
