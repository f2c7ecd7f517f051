"""Which entry of the boundary catalogue says what a volunteer may and may not do, for each kind of help."""

from volunteers.boundary.models import TaskType
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


def task_type(kind: str) -> TaskType:
    """The catalogue's entry for a kind of help."""
    return TaskType.objects.get(pk=TASK_TYPES[kind])
