"""The duty to tell the municipality when a child may be in trouble: which law says so, and when it was last checked."""

from datetime import date

from volunteers.boundary.models import TaskType

# Entries of the boundary catalogue: everybody's duty, and the sharpened one of those who work for the public.
DUTIES = ("notification_citizen", "notification_professional")


def laws(today: date) -> list[tuple[TaskType, bool]]:
    """The two entries, which editors keep with status, source and the day of the last check; is it to be checked?"""
    entries = TaskType.objects.in_bulk(list(DUTIES))
    return [(entries[code], entries[code].to_be_checked(today)) for code in DUTIES]
