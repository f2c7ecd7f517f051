"""Noting that somebody was stopped: once for each person, page, task and day, however often they try."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from django.core.cache import cache
from django.utils import timezone

from portal.accounts.models import User
from portal.municipalities.models import Municipality
from volunteers.boundary.entries import Place
from volunteers.services.boundary_entries import note_stop

DAY = 24 * 60 * 60


def note_stop_once(
    *,
    user: User,
    municipality: Municipality | int,
    place: Place,
    about: str,
    task_types: Iterable[str],
    now: datetime,
) -> None:
    """Note what stopped this person today at what `about` names (a page or an activity)."""
    first = [code for code in task_types if cache.add(_key(user, place, about, code, now), 1, DAY)]
    if first:
        note_stop(municipality=municipality, place=place, task_types=first, now=now)


def _key(user: User, place: Place, about: str, code: str, now: datetime) -> str:
    """Nothing that names anybody: it is forgotten after a day."""
    said = f"{user.pk}:{place}:{about}:{code}:{timezone.localdate(now)}"
    return f"stopped:{sha256(said.encode()).hexdigest()}"
