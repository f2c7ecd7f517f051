"""The demo: three municipalities as the reports tell of them, with invented people.

The same day gives the same demo.
"""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import translation
from django.utils.html import format_html, format_html_join

from content.demo import lives
from content.demo.register import Register, load_departments
from content.models import MunicipalityPage, NeedPage, NeedTask
from content.onboarding import national_home, open_municipality
from matching.models import Household
from matching.services.households import Registration, register_household
from matching.services.meeting_places import add_place
from matching.services.seats import take_seat
from portal.accounts.models import User
from portal.audit.record import SYSTEM, Actor, Record
from portal.municipalities.models import Municipality, Role
from portal.municipalities.rls import in_force
from portal.municipalities.services import give_role
from portal.places.register import Postcode, by_code
from portal.privacy.models import GivenHow
from volunteers.forms.activity import USUAL_TASK
from volunteers.models import Activity, Volunteer
from volunteers.services import SignUp, confirm_email, move, record_certificate, sign_up
from volunteers.services.activities import post_activity

ADVISER_OF_LIVES = "ods-lisbeth"
HERE = Path(__file__).parent
PASSWORD = "velkommen-til-demoen"  # noqa: S105 - printed for everybody to use, and refused in production

# What an activity's row says as the model does.
ACTIVITY = (
    "kind", "title", "organiser", "venue", "slots", "languages", "adults", "children", "women_only", "capacity",
    "phone", "email",
)  # fmt: skip


def read(name: str) -> list[dict[str, Any]]:
    """The rows of one of the demo's files."""
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


class DemoLoader:
    """Loads the demo as of one moment; every date in the files counts from it."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.today: date = now.date()
        self.users: dict[str, User] = {}
        self.coordinators: dict[int, User] = {}
        self.households: dict[str, Household] = {}

    def load(self) -> None:
        """Everything, in one transaction."""
        with transaction.atomic(), translation.override("da"):
            self._pages()
            for row in read("staff"):
                self._staff(row)
            load_departments(read("staff"), self.users)
            for row in read("volunteers"):
                self._volunteer(row)
            for row in read("households"):
                self._household(row)
            for row in read("activities"):
                self._activity(row)
            for row in read("meeting_places"):
                self._meeting_place(row)
            for row in read("lives"):
                self._life(row)
            Register(self.users, self.households, self.now).load()

    def _pages(self) -> None:
        national_home(
            title="Nyankomne og frivillige, tæt på hinanden",
            intro=(
                "Find en kontaktfamilie, en mentor, lektiehjælp eller et godt sted at være – eller vær den, der "
                "hjælper. Kommunerne fortæller, hvad der er brug for, og mennesker i nærheden mødes."
            ),
        )
        for row in read("municipalities"):
            municipality = Municipality.objects.get(code=row["code"])
            municipality.contact_name = row["contact_name"]
            municipality.contact_phone = row["phone"]
            municipality.contact_email = row["email"]
            municipality.concern_phone, municipality.concern_url = row["concern_phone"], row["concern_url"]
            municipality.save()
            page = open_municipality(
                municipality,
                joined_on=self.today - timedelta(days=400),
                record=Record(SYSTEM, municipality.code),
                page=MunicipalityPage(
                    title=municipality.official_name,
                    slug=municipality.slug,
                    tagline=row["tagline"],
                    body=_paragraphs(row["welcome"]),
                    municipality_does=_bullets(row["municipality_does"]),
                    volunteers_do=_bullets(row["volunteers_do"]),
                    opening_hours=", ".join(row["opening_hours"]),
                ),
            )
            for need in read("needs"):
                if need["municipality"] == municipality.code:
                    self._need(page, need)

    def _need(self, parent: MunicipalityPage, row: dict[str, Any]) -> None:
        owner = row["municipal_owner"]
        page = NeedPage(
            title=row["title"],
            slug=row["slug"],
            intro=row["intro"],
            kind=row["kind"],
            postcode=row["postcode"],
            languages=row["languages"],
            age_bands=row.get("age_bands", []),
            number_wanted=row["number_wanted"],
            needed_by=self.today + timedelta(days=row["needed_by_days"]) if row["needed_by_days"] else None,
            municipal_owner=f"{owner['role']}, {owner['department']}" if owner else "",
            body=_paragraphs(row["body"]),
            municipality=parent.municipality,
        )
        page.tasks = [NeedTask(task_type_id=code, sort_order=order) for order, code in enumerate(row["task_types"])]
        parent.add_child(instance=page)
        page.save_revision().publish()

    def _staff(self, row: dict[str, Any]) -> None:
        user = User.objects.create_user(_email(row), PASSWORD, name=f"{row['first_name']} {row['last_name']}")
        _verified(user)
        self.users[row["key"]] = user
        municipality = Municipality.objects.get(code=row["municipality"])
        with in_force(municipality=municipality.code):
            for role in row["roles"]:
                give_role(user, municipality, role, record=Record(SYSTEM, municipality.code))
                if role == Role.VOLUNTEER_COORDINATOR:
                    self.coordinators[row["municipality"]] = user

    def _volunteer(self, row: dict[str, Any]) -> Volunteer:
        volunteer = sign_up(self._sign_up(row), now=self.now, actor=SYSTEM)
        user = User.objects.get(email=_email(row))
        self.users[row["key"]] = user
        if row["status"] == "awaiting_email":
            EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
            return volunteer
        _verified(user)
        if "login" in row:
            user.set_password(PASSWORD)
            user.save(update_fields=["password"])
        confirm_email(user=user)
        record = Record(SYSTEM, row["municipality"])
        with in_force(municipality=row["municipality"]):
            if row["certificate"]:
                self._certificate(volunteer, row["certificate"])
            if row["status"] == "paused":
                move(volunteer, "pause", record=record)
        return volunteer

    def _sign_up(self, row: dict[str, Any]) -> SignUp:
        place = by_code()[row["postcode"]]
        return SignUp(
            name=f"{row['first_name']} {row['last_name']}",
            display_name=row["first_name"],
            phone=row["phone"],
            email=_email(row),
            place=place,
            municipality=row["municipality"],
            language="da",
            profile={
                "household_type": row["household_type"],
                "age_band": row["age_band"],
                "gender": row["gender"],
                "children": row["children_bands"],
                "slots": row["slots"],
                "max_km": row["max_km"],
                "interests": row["interests"],
                "transport": row["transport"],
                "came_as_newcomer": row["came_as_newcomer"],
                "smokes": row["smokes"],
                "has_pets": row["has_pets"],
            },
            offers={offer["kind"]: offer["capacity"] for offer in row["offers"]},
            languages=row["languages"],
        )

    def _certificate(self, volunteer: Volunteer, row: dict[str, Any]) -> None:
        coordinator = self.coordinators[volunteer.municipality_id]
        obtained = self.today - timedelta(days=row["days_ago"])
        record_certificate(
            volunteer,
            obtained_on=obtained,
            organisation=row["organisation"],
            renew_by=obtained + timedelta(days=row["valid_days"]),
            record=Record(Actor.of(coordinator), volunteer.municipality_id),
        )

    def _household(self, row: dict[str, Any]) -> Household:
        municipality = Municipality.objects.get(code=row["municipality"])
        with in_force(municipality=municipality.code):
            household = register_household(
                self._registration(row, by_code()[row["postcode"]]),
                municipality=municipality,
                now=self.now - timedelta(days=row["waiting_days"]),
                record=Record(SYSTEM, municipality.code),
            )
            self._join_accounts(household, row)
            self.households[row["key"]] = household
        return household

    def _registration(self, row: dict[str, Any], place: Postcode) -> Registration:
        language = row["contact_language"]
        return Registration(
            contact_name=row["display_name"],
            phone=row["phone"] or "",
            email="",
            contact_language=language,
            place=place,
            languages=row["languages"],
            wishes=row["wishes"],
            consent=True,
            profile={
                "display_name": row["display_name"],
                "adults": row["adults"],
                "children": row["children_bands"],
                "danish_module": row["danish_module"],
                "wants_danish_practice": row["wants_danish_practice"],
                "interpreter_booked": row["interpreter_booked"],
                "slots": row["slots"],
                "max_km": row["max_km"],
                "genders": row.get("genders", []),
                "gender_wish": row["gender_wish"],
                "age_wish": row["wants_age_band"],
                "background_wish": row["background_wish"],
                "no_smoke": row["no_smoke"],
                "no_pets": row["no_pets"],
                "interests": row["interests"],
                "has_network": row["has_network"],
                "arrival": self.today - timedelta(days=row["arrived_days_ago"]),
                "adviser": self.users[row["adviser"]],
            },
        )

    def _join_accounts(self, household: Household, row: dict[str, Any]) -> None:
        """Someone who came as a newcomer and volunteers too has one account for both."""
        for volunteer in read("volunteers"):
            if volunteer["household"] == row["key"]:
                household.party.user = self.users[volunteer["key"]]
                household.party.save(update_fields=["user"])

    def _activity(self, row: dict[str, Any]) -> None:
        municipality = Municipality.objects.get(code=row["municipality"])
        values = {name: row[name] for name in ACTIVITY}
        for name, days in (("first_day", row["begins_in_days"]), ("last_day", row["ends_in_days"])):
            values[name] = None if days is None else self.today + timedelta(days=days)
        with in_force(municipality=municipality.code):
            activity = post_activity(
                municipality=municipality,
                place=by_code()[row["postcode"]],
                values={**values, "created_at": self.now},
                tasks=[USUAL_TASK[row["kind"]]],
                record=Record(Actor.of(self.coordinators[municipality.code]), municipality.code),
            )
            for key, kind in row["seated"].items():
                self._seat(activity, self.households[key], kind)

    def _meeting_place(self, row: dict[str, Any]) -> None:
        municipality = Municipality.objects.get(code=row["municipality"])
        with in_force(municipality=municipality.code):
            add_place(
                municipality=municipality,
                name=row["name"],
                address=row["address"],
                postcode=by_code()[row["postcode"]],
                record=Record(Actor.of(self.coordinators[municipality.code]), municipality.code),
            )

    def _life(self, row: dict[str, Any]) -> None:
        volunteer = self._volunteer(lives.volunteer_row(row))
        household = self._household(lives.household_row(row, ADVISER_OF_LIVES))
        lives.Life(row, household, volunteer, self.now).live()

    def _seat(self, activity: Activity, household: Household, kind: str) -> None:
        """A place that the household has taken while this wish of its waits."""
        take_seat(
            municipality=household.municipality_id,
            request_id=household.requests.get(kind=kind).pk,
            activity_id=activity.pk,
            language=household.party.language,
            given_how=GivenHow.ADVISER_SCREEN,
            now=self.now,
            record=Record(Actor.of(household.adviser), household.municipality_id),
        )


def _email(row: dict[str, Any]) -> str:
    return f"{row['email_local']}@example.org"


def _verified(user: User) -> None:
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)


def _paragraphs(texts: list[str]) -> str:
    return format_html_join("", "<p>{}</p>", ((text,) for text in texts))


def _bullets(texts: list[str]) -> str:
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((text,) for text in texts)))
