"""The demo's boundary register: departments, agreements, hand-overs, receptions, and a year of entries."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from matching.models import Agreement, Household, Match, ReceptionStep, ReceptionTemplate
from matching.models.hand_over import HandOverAnswer
from matching.models.match import Side
from matching.services import receptions
from matching.services.agreements import confirm_agreement
from matching.services.hand_over_work import close_hand_over, take_hand_over
from matching.services.hand_overs import answer_for_hand_over, hand_over_from_match
from matching.services.reception_steps import do
from matching.states import LIVE_MATCHES, PROPOSED_AGREEMENTS
from portal.accounts.models import User
from portal.audit.record import SYSTEM, Actor, Record
from portal.municipalities.models import Department, Municipality
from portal.municipalities.rls import in_force
from portal.privacy.models import GivenHow
from volunteers.boundary.entries import Answer, BoundaryEntry, EntryKind, Place
from volunteers.boundary.here import tasks_here
from volunteers.boundary.verdict import FORBIDDEN_SIDES
from volunteers.boundary.verdict import Side as TaskSide
from volunteers.services.departments import Contact, add_department, add_member
from volunteers.services.interfaces import Agreed, agree_interface

HERE = Path(__file__).parent
MUNICIPALITY = 306


def load_departments(staff: list[dict[str, Any]], users: dict[str, User]) -> None:
    """Every department with its contact, and the employees who work in one."""
    for row in json.loads((HERE / "departments.json").read_text(encoding="utf-8")):
        municipality = Municipality.objects.get(pk=row["municipality"])
        with in_force(municipality=municipality.pk):
            contact = Contact(row["name"], row["phone"], row["email"], row["hours"], row["answer_days"])
            record = Record(SYSTEM, municipality.pk)
            department = add_department(municipality=municipality, kind=row["kind"], contact=contact, record=record)
            for person in staff:
                if person["municipality"] == municipality.pk and row["kind"] in person.get("departments", []):
                    add_member(department, user=users[person["key"]], record=record)


class Register:
    """What has happened around the boundary until now."""

    def __init__(self, users: dict[str, User], households: dict[str, Household], now: datetime) -> None:
        self.users, self.households, self.now = users, households, now
        self.rows = json.loads((HERE / "register.json").read_text(encoding="utf-8"))

    def load(self) -> None:
        """Agreements first: a hand-over is about a match."""
        for row in self.rows["agreements"]:
            self._agree(row)
        for row in self.rows["hand_overs"]:
            self._hand_over(row)
        for row in self.rows["receptions"]:
            self._receive(row)
        for row in self.rows["interfaces"]:
            self._interface(row)
        with in_force(municipality=MUNICIPALITY):
            BoundaryEntry.objects.bulk_create(self.entries())

    def _agree(self, row: dict[str, Any]) -> None:
        match, record = self._match(row["life"])
        with in_force(municipality=MUNICIPALITY, user=record.actor.user_id):
            for side in row["confirmed"]:
                agreement = Agreement.objects.within(MUNICIPALITY).get(match=match, state__in=PROPOSED_AGREEMENTS)
                how = GivenHow.OWN_SCREEN if side == Side.VOLUNTEER else GivenHow.TELEPHONE
                language = "da" if side == Side.VOLUNTEER else match.household_party.language
                confirm_agreement(agreement, side=Side(side), language=language, how=how, now=self.now, record=record)

    def _hand_over(self, row: dict[str, Any]) -> None:
        match, record = self._match(row["life"])
        asked_at = self.now - timedelta(days=row["asked_days_ago"])
        worker = Record(Actor.of(self.users[row["by"]]), MUNICIPALITY)
        with in_force(municipality=MUNICIPALITY, user=record.actor.user_id):
            hand_over = hand_over_from_match(match, code=row["task"], now=asked_at, record=record)
            if "yes" in row["steps"]:
                language = match.household_party.language
                hand_over = answer_for_hand_over(
                    hand_over,
                    yes=True,
                    how=GivenHow.TELEPHONE,
                    language=language,
                    now=asked_at + timedelta(hours=3),
                    record=record,
                )
            if "take" in row["steps"]:
                take_hand_over(hand_over, now=asked_at + timedelta(days=1), record=worker)
            if "answer" in row["steps"]:
                answered_at = asked_at + timedelta(days=6)
                close_hand_over(hand_over, answer=HandOverAnswer.SPOKEN, now=answered_at, record=worker)

    def _receive(self, row: dict[str, Any]) -> None:
        household = self.households[row["household"]]
        code = household.municipality_id
        coordinators = [self.users[key] for key in row["coordinators"]]
        record = Record(Actor.of(coordinators[0]), code)
        assert household.arrival is not None
        with in_force(municipality=code, user=coordinators[0].pk):
            template = ReceptionTemplate.objects.following("a national one").get(
                municipality=None, code=row["template"]
            )
            reception = receptions.start(
                household,
                template=template,
                arrival=household.arrival,
                coordinators=coordinators,
                now=self.now - timedelta(days=row["begun_days_ago"]),
                record=record,
            )
            reception.refresh_from_db()
            if reception.state == "planned" and household.arrival <= timezone.localdate(self.now):
                receptions.arrive(reception, now=self.now, record=record)
            steps = ReceptionStep.objects.within(code).filter(reception=reception).order_by("due_on", "order")
            for step in steps[: row["done"]]:
                do(step, now=self.now, record=record)

    def _interface(self, row: dict[str, Any]) -> None:
        municipality = Municipality.objects.get(pk=MUNICIPALITY)
        with in_force(municipality=MUNICIPALITY):
            department = Department.objects.within(MUNICIPALITY).get(kind=row["kind"])
            agreed = Agreed(
                partner=row["partner"],
                department_does=row["department_does"],
                partner_does=row["partner_does"],
                agreed_with=row["agreed_with"],
                agreed_on=timezone.localdate(self.now) - timedelta(days=row["agreed_days_ago"]),
            )
            record = Record(SYSTEM, MUNICIPALITY)
            agree_interface(
                municipality=municipality, code=row["task"], department=department, agreed=agreed, record=record
            )

    def entries(self) -> list[BoundaryEntry]:
        """A year of questions, more of them lately; what was stopped, and what was done anyway."""
        here = tasks_here(MUNICIPALITY)
        today = timezone.localdate(self.now)
        made = []
        for number in range(120):
            code = self.rows["asked"][number * number % len(self.rows["asked"])]
            day = today - timedelta(days=(number * number) // 40)
            made.append(self._entry(EntryKind.ASKED, Place.PAGE, code, here[code].side, day))
        for kind, place in ((EntryKind.STOPPED, Place.NEED), (EntryKind.DONE_ANYWAY, Place.PAGE)):
            for number in range(16):
                code = self.rows[kind.value][number % len(self.rows[kind.value])]
                made.append(self._entry(kind, place, code, here[code].side, today - timedelta(days=number * 21)))
        return made

    def _entry(self, kind: EntryKind, place: Place, code: str, side: TaskSide, day: Any) -> BoundaryEntry:
        answer = Answer.NO if side in FORBIDDEN_SIDES else Answer.YES_BUT if side == TaskSide.SHARED else Answer.YES
        asked = kind == EntryKind.ASKED
        return BoundaryEntry(
            municipality_id=MUNICIPALITY,
            day=day,
            kind=kind,
            place=place,
            task_type_id=code,
            side=side,
            answer=answer if asked else "",
            language="da" if asked else "",
        )

    def _match(self, life: str) -> tuple[Match, Record]:
        household = self.households[life]
        with in_force(municipality=MUNICIPALITY):
            rows = Match.objects.within(MUNICIPALITY).select_related("volunteer", "household_party", "household")
            match = rows.get(household=household, state__in=LIVE_MATCHES)
        return match, Record(Actor.of(household.adviser), MUNICIPALITY)
