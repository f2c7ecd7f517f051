"""What the boundary catalogue says about a kind of help: the tasks of two who agree, and whose the others are.

Choosing and freezing ask for a municipality and no match, so that every kind of agreement can be made of them.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from portal.languages.alphabet import in_order
from portal.municipalities.models import Department, DepartmentKind, Municipality
from volunteers.boundary.here import NOT_BETWEEN_TWO, TaskHere
from volunteers.boundary.models import TaskType, TaskTypeVersion
from volunteers.boundary.verdict import Side
from volunteers.boundary.versions import current_versions
from volunteers.choices import HelpKind

TASK_TYPES: dict[str, str] = {
    HelpKind.CONTACT_FAMILY: "contact_family",
    HelpKind.FRIEND_FAMILY: "contact_family",
    HelpKind.HOST_PROGRAMME: "contact_family",
    HelpKind.MENTOR: "voluntary_mentor",
    HelpKind.PEER_MENTOR: "voluntary_mentor",
    HelpKind.WORKPLACE_BUDDY: "voluntary_mentor",
    HelpKind.HOMEWORK_HELP: "homework_help",
    HelpKind.LANGUAGE_PRACTICE: "language_practice",
    HelpKind.PRACTICAL_HELP: "bus_appliances_waste",
    HelpKind.COMPANY: "library_culture",
    HelpKind.ACTIVITY: "tryout_visit",
}

# A page has room for so many tasks with what may and must not be done in each; and so has a family's memory.
MOST_TASKS = 7

_FAMILY = ("contact_family", "library_culture", "neighbour_norms", "language_practice", "tryout_visit")
_MENTOR = ("voluntary_mentor", "job_search", "language_practice", "accompany_authority")
# What is suggested to do together, beside the kind of help itself.
TOGETHER: dict[str, tuple[str, ...]] = {
    HelpKind.CONTACT_FAMILY: _FAMILY,
    HelpKind.FRIEND_FAMILY: _FAMILY,
    HelpKind.HOST_PROGRAMME: (*_FAMILY, "bus_appliances_waste", "shopping_driving"),
    HelpKind.MENTOR: _MENTOR,
    HelpKind.PEER_MENTOR: _MENTOR,
    HelpKind.WORKPLACE_BUDDY: ("voluntary_mentor", "language_practice", "job_search"),
    HelpKind.HOMEWORK_HELP: ("homework_help", "library_culture", "language_practice", "school_home_talk"),
    HelpKind.LANGUAGE_PRACTICE: ("language_practice", "library_culture", "neighbour_norms", "tryout_visit"),
    HelpKind.PRACTICAL_HELP: (
        "bus_appliances_waste", "shopping_driving", "way_to_school", "furnishing", "letters_digital_post", "mitid_bank",
        "budget_household",
    ),
    HelpKind.COMPANY: ("library_culture", "neighbour_norms", "womens_group", "tryout_visit"),
    HelpKind.ACTIVITY: ("tryout_visit", "club_membership", "events_rooms", "library_culture"),
}  # fmt: skip

# What Odsherred's partnership leaves to the municipality whatever two people do together: decisions, administration
# and money (002:840), and interpreting where an authority speaks.
ALWAYS_MUNICIPALITY = ("cash_benefit", "authority_interpreting", "coordinating_admin")
_NEAR_FAMILY = ("housing_assignment", "gp_assignment", "medical_interpreting")
_NEAR_MENTOR = ("programme_contract", "internship_agreement", "competence_assessment")
# What lies nearest to a kind of help and is the municipality's: asked of volunteers most often.
NEAREST: dict[str, tuple[str, ...]] = {
    HelpKind.CONTACT_FAMILY: _NEAR_FAMILY,
    HelpKind.FRIEND_FAMILY: _NEAR_FAMILY,
    HelpKind.HOST_PROGRAMME: _NEAR_FAMILY,
    HelpKind.MENTOR: _NEAR_MENTOR,
    HelpKind.PEER_MENTOR: _NEAR_MENTOR,
    HelpKind.WORKPLACE_BUDDY: _NEAR_MENTOR,
    HelpKind.HOMEWORK_HELP: ("school_enrolment", "daycare_place", "danish_course"),
    HelpKind.LANGUAGE_PRACTICE: ("danish_course", "medical_interpreting", "residence_permit"),
    HelpKind.PRACTICAL_HELP: ("single_payment", "digital_post_exemption", "housing_assignment"),
    HelpKind.COMPANY: ("gp_assignment", "legal_counselling", "medical_interpreting"),
    HelpKind.ACTIVITY: ("single_payment", "daycare_place", "danish_course"),
}

VOLUNTEERS_CAN = frozenset({Side.VOLUNTEER, Side.ASSOCIATION, Side.SHARED})
# Whose contact is named as the back-up when a volunteer cannot come: the first of these that there is.
BACK_UP = (DepartmentKind.VOLUNTEERING, DepartmentKind.INTEGRATION)


def task_type(kind: str) -> TaskType:
    """The catalogue's entry for a kind of help."""
    return TaskType.objects.get(pk=TASK_TYPES[kind])


@dataclass(frozen=True, slots=True)
class Contact:
    """Who answers for something in a municipality, and how they are reached."""

    name: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class FrozenTask:
    """A task as it is agreed now: in the catalogue's present words, with the department that answers for it now."""

    code: str
    version: TaskTypeVersion
    contact: Contact


def suggested(kind: str, here: Mapping[str, TaskHere]) -> list[str]:
    """What two people are suggested to do together: the default of the kind, as far as volunteers can there."""
    return [code for code in TOGETHER[kind] if code in here and here[code].side in VOLUNTEERS_CAN]


def beside(kind: str, here: Mapping[str, TaskHere], together: Collection[str] = ()) -> list[str]:
    """The municipality's tasks that lie nearest, with those that are volunteers' elsewhere and its own there.

    The most everyday first: what is asked of volunteers most often, then what always stays the municipality's.
    """
    codes = dict.fromkeys((*NEAREST[kind], *TOGETHER[kind], *ALWAYS_MUNICIPALITY))
    return [code for code in codes if code in here and code not in together and _is_the_municipalitys(here[code])]


def choosable(here: Mapping[str, TaskHere]) -> list[TaskHere]:
    """All that two people can agree to do together there, in the order of their names."""
    rows = (one for one in here.values() if one.side in VOLUNTEERS_CAN and one.task_type.pk not in NOT_BETWEEN_TWO)
    return sorted(rows, key=_name)


def not_choosable(here: Mapping[str, TaskHere]) -> list[TaskHere]:
    """What volunteers can never be asked to do there: shown with why."""
    return sorted((one for one in here.values() if one.is_forbidden), key=_name)


def freeze(municipality: Municipality, codes: Iterable[str], here: Mapping[str, TaskHere]) -> list[FrozenTask]:
    """Tasks as they stand now, in this order. Later changes of the catalogue or of a department leave them alone."""
    wanted = list(codes)
    newest = current_versions(wanted)
    return [FrozenTask(code, newest[code], contact_of(here[code].department, municipality)) for code in wanted]


def contact_of(department: Department | None, municipality: Municipality) -> Contact:
    """A department's contact, or the municipality's own where it has named none or one that cannot be reached."""
    if department is None:
        return Contact(municipality.official_name, municipality.contact_phone, municipality.contact_email)
    if not department.has_contact:
        return Contact(department.name, municipality.contact_phone, municipality.contact_email)
    return Contact(department.name, department.phone, department.email)


def back_up(municipality: Municipality) -> Contact:
    """Who is there when a volunteer cannot be (002:801): named with today's number."""
    rows = {row.kind: row for row in Department.objects.within(municipality).filter(kind__in=BACK_UP)}
    return contact_of(next((rows[kind] for kind in BACK_UP if kind in rows), None), municipality)


def _is_the_municipalitys(one: TaskHere) -> bool:
    return one.is_forbidden and one.side != Side.NOT_IN_PORTAL


def _name(one: TaskHere) -> str:
    return in_order(one.task_type.name)
