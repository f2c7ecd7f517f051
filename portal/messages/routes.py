"""Where a reply from a number belongs, and whether the number has said STOP."""

from datetime import datetime

from portal.messages.models import NumberRoute
from portal.messages.numbers import normalised, number_hash
from portal.privacy.models import Party


def remember_route(number: str, party: Party, now: datetime) -> None:
    """Note that an SMS went to this number for this party: an answer from there is the party's."""
    NumberRoute.objects.update_or_create(
        number_hash=number_hash(normalised(number)),
        party_id=party.pk,
        defaults={"municipality_code": party.municipality_id, "last_sent_at": now},
    )


def routes_of(number: str) -> list[NumberRoute]:
    """Everybody who was written to at a normalised number, the one written to last first."""
    return list(NumberRoute.objects.filter(number_hash=number_hash(number)).order_by("-last_sent_at", "-pk"))


def is_stopped(number: str) -> bool:
    """Whether STOP came from a normalised number, whichever of its parties it was written to."""
    return NumberRoute.objects.filter(number_hash=number_hash(number), stopped_at__isnull=False).exists()


def stopped_since(number: str) -> datetime | None:
    """When STOP came from a normalised number; None where it did not, or START came after it."""
    rows = NumberRoute.objects.filter(number_hash=number_hash(number), stopped_at__isnull=False)
    return rows.order_by("stopped_at").values_list("stopped_at", flat=True).first()


def set_stopped(number: str, at: datetime | None) -> None:
    """Note a STOP from a normalised number, or with None a START."""
    NumberRoute.objects.filter(number_hash=number_hash(number)).update(stopped_at=at)
