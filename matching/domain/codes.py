"""The codes that facts are made of. Plain strings, the same in the database, in forms and here."""

from collections.abc import Mapping

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_PARTS = ("morning", "afternoon", "evening")
SLOTS = tuple(f"{day}-{part}" for day in DAYS for part in DAY_PARTS)

CHILD_BANDS = ("0-2", "3-6", "7-9", "10-14", "15-17")
CHILD_BANDS_FROM_15 = frozenset(CHILD_BANDS[-1:])

UNDER_18 = "under-18"
ADULT_BANDS = (UNDER_18, "18-24", "25-39", "40-59", "60-plus")
ADULT_BANDS_FROM_18 = frozenset(ADULT_BANDS[1:])

GENDERS = frozenset({"woman", "man", "other"})
GENDER_NOT_SAID = ""

NO_WISH = "no_wish"
WISHED = "wished"
NOT_WISHED = "not_wished"
BACKGROUND_WISHES = frozenset({NO_WISH, WISHED, NOT_WISHED})

DANISH = "da"
LOWEST_LEVEL = 1
HIGHEST_LEVEL = 4

REQUEST_KINDS = frozenset(
    {
        "contact_family",
        "mentor",
        "homework_help",
        "language_practice",
        "practical_help",
        "company",
        "activity",
    }
)

#: Kind of offer -> kinds of request it can serve.
SERVED_KINDS: Mapping[str, frozenset[str]] = {
    **{kind: frozenset({kind}) for kind in sorted(REQUEST_KINDS)},
    "friend_family": frozenset({"contact_family", "company"}),
    "host_programme": frozenset({"contact_family"}),
    "peer_mentor": frozenset({"mentor"}),
    "workplace_buddy": frozenset({"mentor"}),
}
