"""Travelling times as they are kept: which are missing or old, having them fetched, and all of them at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from portal.places.models import TravelTime
from portal.places.register import by_code
from portal.places.travel import NoAnswer, TravelTimes

#: (from, to), both postcodes of four digits.
Pair = tuple[str, str]
#: A place's degrees -> another's -> minutes from the one to the other.
Minutes = dict[tuple[float, float], dict[tuple[float, float], float]]

#: A timetable changes in December, June and August; what is older is asked again.
GOOD_FOR = timedelta(days=90)
#: After so many failures one after the other, a planner is left alone until the next run.
MOST_FAILURES = 3
#: When people meet: a weekday afternoon. Tuesday is the least like a weekend.
TUESDAY, LEAVE_AT = 1, time(16)


@dataclass(slots=True)
class Fetched:
    """What came of a run."""

    known: int = 0
    without: int = 0
    """Pairs between which there is no journey."""
    failed: int = 0
    left: int = 0
    """Pairs that are for another run."""


def due(pairs: Collection[Pair], *, now: datetime) -> list[Pair]:
    """Those of some pairs that were never asked about or too long ago, the oldest first."""
    asked = dict(_asked())
    waiting = [(asked.get(pair), pair) for pair in pairs if pair[0] != pair[1]]
    old = [(at, pair) for at, pair in waiting if at is None or at < now - GOOD_FOR]
    return [pair for at, pair in sorted(old, key=lambda one: (one[0] is not None, one[0] or now, one[1]))]


def fetch(pairs: Collection[Pair], planner: TravelTimes, *, now: datetime, until: datetime) -> Fetched:
    """Ask about each pair and keep the answers, each at once. What fails leaves what was known as it was."""
    told, failures = Fetched(left=len(pairs)), 0
    leave_at = departure(timezone.localdate(now))
    for start, end in pairs:
        if failures >= MOST_FAILURES or timezone.now() >= until:
            break
        told.left -= 1
        try:
            minutes = planner.minutes(by_code()[start], by_code()[end], leave_at)
        except NoAnswer:
            failures += 1
            told.failed += 1
            continue
        failures = 0
        told.known += minutes is not None
        told.without += minutes is None
        TravelTime.objects.update_or_create(
            from_postcode=start, to_postcode=end, defaults={"minutes": minutes, "fetched_at": timezone.now()}
        )
    return told


def departure(today: date) -> datetime:
    """The next Tuesday afternoon after today."""
    days = (TUESDAY - today.weekday() - 1) % 7 + 1
    return datetime.combine(today + timedelta(days=days), LEAVE_AT, timezone.get_default_timezone())


def all_minutes() -> Minutes:
    """Every time that is known, by the degrees of the two places; in one query."""
    places = {code: (place.latitude, place.longitude) for code, place in by_code().items()}
    found: Minutes = {}
    known = TravelTime.objects.filter(minutes__isnull=False)
    for start, end, minutes in known.values_list("from_postcode", "to_postcode", "minutes").iterator():
        if start in places and end in places and minutes is not None:
            found.setdefault(places[start], {})[places[end]] = float(minutes)
    return found


def _asked() -> list[tuple[Pair, datetime]]:
    rows = TravelTime.objects.values_list("from_postcode", "to_postcode", "fetched_at")
    return [((start, end), at) for start, end, at in rows.iterator()]
