"""Plain functions that make rows around the boundary: departments, own types, receptions and hand-overs."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from matching.models import (
    HandOver,
    Household,
    Reception,
    ReceptionReview,
    ReceptionStep,
    ReceptionTemplate,
)
from matching.services import receptions
from matching.services.hand_overs import answer_for_hand_over, hand_over_for_household
from matching.services.reception_templates import copy_template
from matching.services.reviews import add_review
from portal.accounts.models import User
from portal.audit.record import SYSTEM, Actor, Record
from portal.municipalities.models import Department, DepartmentKind, DepartmentMember, Membership, Municipality, Role
from portal.privacy.models import GivenHow
from tests import factories
from volunteers.boundary.local import Interface
from volunteers.boundary.models import TaskType
from volunteers.boundary.verdict import Side
from volunteers.services.own_types import OwnType, save_own_type

_number = count(1)


def make_department(
    municipality: Municipality, kind: str = DepartmentKind.INTEGRATION, *, member: User | None = None, **fields: Any
) -> Department:
    """A municipality's department of a kind with its contact, made once; `member` works there."""
    contact = {"name": f"Afdeling {kind}", "phone": f"5551{next(_number):04}", "email": f"{kind}@example.org"}
    department, _ = Department.objects.within(municipality).get_or_create(
        kind=kind, defaults={"municipality": municipality, **contact, **fields}
    )
    if member:
        DepartmentMember.objects.within(municipality).get_or_create(
            department=department, user=member, defaults={"municipality": municipality}
        )
    return department


def make_own_type(
    municipality: Municipality, *, kind_of: str = "homework_help", name: str = "Lektiehjælp på Asnæs Bibliotek"
) -> TaskType:
    """A municipality's own task type, made through the real service by an editor."""
    national = TaskType.objects.get(pk=kind_of)
    own = OwnType(
        kind_of=national,
        side=Side(national.side),
        department=national.department,
        deadline_days=None,
        texts={"da": {"name": name, "words": []}},
    )
    record = Record(Actor.of(factories.make_member(municipality, Role.EDITOR)), municipality.code)
    return save_own_type(municipality=municipality, own=own, now=timezone.now(), record=record).task_type


def make_interface(municipality: Municipality, *, task: str = "homework_help", **fields: Any) -> Interface:
    """What a department and the library have agreed about a task."""
    return Interface.objects.create(
        municipality=municipality,
        task_type_id=task,
        **{
            "department": fields.get("department") or make_department(municipality),
            "partner": "Biblioteket",
            "department_does": "Spørger familierne",
            "partner_does": "Holder lektiecafé",
            "agreed_with": "Lone Holm",
            "agreed_on": timezone.localdate() - timedelta(days=30),
            **fields,
        },
    )


def make_reception(
    household: Household,
    *coordinators: User,
    arrival: date | None = None,
    code: str = "a-b-c",
    now: datetime | None = None,
) -> Reception:
    """A reception begun through the real service; without an arrival the household comes in thirty days."""
    now = now or timezone.now()
    users = coordinators or (factories.make_member(household.municipality),)
    for user in users:
        Membership.objects.within(household.municipality).get_or_create(
            user=user, role=Role.ADVISER, defaults={"municipality": household.municipality}
        )
    return receptions.start(
        household,
        template=ReceptionTemplate.objects.following("the national ones").get(municipality=None, code=code),
        arrival=arrival or timezone.localdate(now) + timedelta(days=30),
        coordinators=users,
        now=now,
        record=Record(Actor.of(users[0]), household.municipality_id),
    )


def make_template(municipality: Municipality, *, code: str = "a-b-c") -> ReceptionTemplate:
    """A municipality's own template, made from a national one through the real service."""
    return copy_template(
        ReceptionTemplate.objects.following("the national ones").get(municipality=None, code=code),
        municipality=municipality,
        record=Record(SYSTEM, municipality.code),
    )


def make_review(municipality: Municipality, *, days_ago: int = 10, **fields: Any) -> ReceptionReview:
    """The minutes of a yearly review, through the real service."""
    return add_review(
        municipality=municipality,
        held_on=timezone.localdate() - timedelta(days=days_ago),
        record=Record(SYSTEM, municipality.code),
        **{"participants": "Integration, bolig, sprogskolen", "minutes": "Vi ringer før ankomsten.", **fields},
    )


def step_of(reception: Reception, **lookup: Any) -> ReceptionStep:
    """The first step of a reception that fits."""
    rows = ReceptionStep.objects.within(reception.municipality_id).filter(reception=reception, **lookup)
    step = rows.order_by("due_on", "order", "pk").first()
    assert step is not None
    return step


def make_hand_over(household: Household, *, code: str = "mitid_bank", sent: bool = True) -> HandOver:
    """A task for its department, which the household has said yes to unless it is still to be asked."""
    make_department(household.municipality, TaskType.objects.get(pk=code).department)
    adviser = household.adviser or factories.make_member(household.municipality)
    now, record = timezone.now(), Record(Actor.of(adviser), household.municipality_id)
    row = hand_over_for_household(household, code=code, by_link=True, now=now, record=record)
    if sent:
        how = GivenHow.ADVISER_SCREEN
        row = answer_for_hand_over(row, yes=True, how=how, language="da", now=now, record=record)
    return row
