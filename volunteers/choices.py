"""The fixed choices that volunteers and households are described with."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class HelpKind(models.TextChoices):
    """What a volunteer can stand ready to do, and what a need can ask for."""

    CONTACT_FAMILY = "contact_family", _("Contact family")
    FRIEND_FAMILY = "friend_family", _("Friend family")
    HOST_PROGRAMME = "host_programme", _("Host programme")
    MENTOR = "mentor", _("Mentor")
    PEER_MENTOR = "peer_mentor", _("Mentor who came as a newcomer too")
    WORKPLACE_BUDDY = "workplace_buddy", _("Buddy at a workplace")
    HOMEWORK_HELP = "homework_help", _("Homework help")
    LANGUAGE_PRACTICE = "language_practice", _("Practising Danish")
    PRACTICAL_HELP = "practical_help", _("Practical help in everyday life")
    COMPANY = "company", _("Company")
    ACTIVITY = "activity", _("Come along to an activity")


# What a household can wish for (a request).
REQUEST_KINDS = (
    HelpKind.CONTACT_FAMILY,
    HelpKind.MENTOR,
    HelpKind.HOMEWORK_HELP,
    HelpKind.LANGUAGE_PRACTICE,
    HelpKind.PRACTICAL_HELP,
    HelpKind.COMPANY,
    HelpKind.ACTIVITY,
)

# Together with a grown-up or in public; not language help beyond everyday matters (act 469/2025).
KINDS_FOR_MINORS = frozenset({HelpKind.COMPANY, HelpKind.ACTIVITY})
# Regular contact with the household's children: a recorded child-certificate check where one is under 15.
KINDS_WITH_CHILDREN = frozenset(
    {
        HelpKind.CONTACT_FAMILY,
        HelpKind.FRIEND_FAMILY,
        HelpKind.HOST_PROGRAMME,
        HelpKind.HOMEWORK_HELP,
        HelpKind.PRACTICAL_HELP,
        HelpKind.COMPANY,
        HelpKind.ACTIVITY,
    }
)


class ActivityKind(models.TextChoices):
    """What people can come to without being matched with anybody."""

    HOMEWORK_CAFE = "homework_cafe", _("Homework café")
    LANGUAGE_CAFE = "language_cafe", _("Language café")
    OPEN_ACTIVITY = "open_activity", _("Open activity")


class HouseholdType(models.TextChoices):
    SINGLE = "single", _("I sign up alone")
    COUPLE = "couple", _("We are a couple")
    FAMILY = "family", _("We are a family with children")
    GROUP = "group", _("We are a group: neighbours, a housing organisation, a firm or another organisation")


class AgeBand(models.TextChoices):
    UNDER_18 = "under-18", _("Under 18")
    FROM_18 = "18-24", "18–24"
    FROM_25 = "25-39", "25–39"
    FROM_40 = "40-59", "40–59"
    FROM_60 = "60-plus", _("60 or older")


class ChildAge(models.TextChoices):
    FROM_0 = "0-2", _("0–2 years")
    FROM_3 = "3-6", _("3–6 years")
    FROM_7 = "7-9", _("7–9 years")
    FROM_10 = "10-14", _("10–14 years")
    FROM_15 = "15-17", _("15–17 years")


class Gender(models.TextChoices):
    WOMAN = "woman", _("woman")
    MAN = "man", _("man")
    OTHER = "other", pgettext_lazy("gender", "other")


# The same, of those whom somebody would rather meet.
WHO_IS_MET = {
    Gender.WOMAN.value: _("women"),
    Gender.MAN.value: _("men"),
    Gender.OTHER.value: Gender.OTHER.label,
}


class Interest(models.TextChoices):
    SPORT = "sport", _("Sport")
    FOOD = "food", _("Food and cooking")
    MUSIC = "music", _("Music")
    NATURE = "nature", _("Nature and walks")
    CRAFTS = "crafts", _("Handicrafts")
    GARDENING = "gardening", _("Gardening")
    GAMES = "games", _("Games")
    READING = "reading", _("Reading")
    FILM = "film", _("Film")
    DANCE = "dance", _("Dance")
    TECHNOLOGY = "technology", _("Technology")
    ANIMALS = "animals", _("Animals")


class Transport(models.TextChoices):
    WALK_BIKE = "walk_bike", _("On foot or by bicycle")
    PUBLIC = "public", _("Bus and train")
    CAR = "car", _("Car")


WEEKDAYS = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}
PARTS_OF_DAY = {"morning": _("morning"), "afternoon": _("afternoon"), "evening": _("evening")}
SLOTS = tuple(f"{day}-{part}" for day in WEEKDAYS for part in PARTS_OF_DAY)
