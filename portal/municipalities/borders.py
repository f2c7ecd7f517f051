"""Borders between municipalities that both have opened, so that people near them can be matched across.

Each municipality says it for itself and may take it back at any time. Which borders are open is no secret: volunteers
choose among them. Closing one ends nothing that is under way; nobody new is proposed across it from then on.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from portal.audit.record import Record
from portal.municipalities.models import Municipality, OpenBorder


@dataclass(frozen=True, slots=True, kw_only=True)
class Borders:
    """What has been said about one municipality's borders: codes of the others."""

    opened_by_us: frozenset[int]
    opened_by_them: frozenset[int]

    @property
    def open(self) -> frozenset[int]:
        """Where both have said yes."""
        return self.opened_by_us & self.opened_by_them


@transaction.atomic
def open_border(*, municipality: Municipality, neighbour: Municipality, now: datetime, record: Record) -> bool:
    """Say for `municipality`, which is in force, that it opens to `neighbour`; False where it had said so already.

    The border is open once the neighbour says the same. Raises ValueError for a border with itself.
    """
    if municipality == neighbour:
        raise ValueError("A municipality has no border with itself.")
    border, is_new = OpenBorder.objects.within(municipality).get_or_create(
        neighbour=neighbour,
        defaults={"municipality": municipality, "opened_at": now, "opened_by_id": record.actor.user_id},
    )
    if is_new:
        record.write("border.opened", border, neighbour=neighbour.code)
    return is_new


@transaction.atomic
def close_border(*, municipality: Municipality, neighbour: Municipality, record: Record) -> bool:
    """Take back what `municipality`, which is in force, said; False where it had not opened to `neighbour`."""
    rows = OpenBorder.objects.within(municipality).select_for_update()
    border = rows.filter(neighbour=neighbour).first()
    if border is None:
        return False
    record.write("border.closed", border, neighbour=neighbour.code)
    border.delete()
    return True


def opened_around(municipality: int) -> frozenset[tuple[int, int]]:
    """What has been said about the borders of one municipality: (who opened, for whom), in both directions.

    In one query, and as `matching.domain.types.Context.opened_neighbours` has it.
    """
    rows = OpenBorder.objects.following("which borders are open is public")
    around = rows.filter(Q(municipality=municipality) | Q(neighbour=municipality))
    return frozenset(around.values_list("municipality_id", "neighbour_id"))


def borders_of(municipality: int) -> Borders:
    """Who has opened a border of this municipality: it, its neighbours, or both."""
    said = opened_around(municipality)
    return Borders(
        opened_by_us=frozenset(neighbour for opener, neighbour in said if opener == municipality),
        opened_by_them=frozenset(opener for opener, neighbour in said if neighbour == municipality),
    )
