"""What the tests of hand-overs share: a volunteer passes a task on, the household says yes."""

from django.utils.timezone import now as clock

from matching.models import HandOver, Match
from matching.services.hand_overs import hand_over_from_match
from portal.accounts.models import User
from portal.audit.record import SYSTEM, Actor, Record
from portal.messages.models import LinkPurpose, Message
from portal.municipalities.models import Department, DepartmentKind, Municipality
from portal.municipalities.scoping import ScopedQuerySet
from tests import boundary_factories
from tests.integration.matching.phones import link_of, tap

# What a household and a volunteer sooner or later meet, and the citizen service answers for.
TASK = "mitid_bank"


def citizen_service(municipality: Municipality, employee: User) -> Department:
    """A department that answers within ten days, with one who works there."""
    contact = {"name": "Borgerservice", "phone": "55505550", "email": ""}
    return boundary_factories.make_department(municipality, DepartmentKind.CITIZEN_SERVICE, member=employee, **contact)


def record_of(match: Match) -> Record:
    """The volunteer's doing."""
    return Record(Actor.of(match.volunteer.party.user), match.municipality_id)


def system(match: Match) -> Record:
    """The clock's doing."""
    return Record(SYSTEM, match.municipality_id)


def ask(match: Match, code: str = TASK) -> HandOver:
    """The volunteer passes it on."""
    return hand_over_from_match(match, code=code, now=clock(), record=record_of(match))


def send(match: Match, code: str = TASK) -> HandOver:
    """The volunteer passes it on, and the household says yes on its phone."""
    ask(match, code)
    tap(link_of(match.household_party, LinkPurpose.HAND_OVER), "ja", language="ar")
    return fresh(match)


def fresh(match: Match) -> HandOver:
    """The newest hand-over of the household's municipality, as it stands now."""
    rows = HandOver.objects.within(match.municipality_id).select_related("department", "version", "match")
    return rows.latest("asked_at")


def mails(text: str) -> ScopedQuerySet[Message]:
    """All messages with this text, to whomever."""
    return Message.objects.following("any").filter(text=text)
