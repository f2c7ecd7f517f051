"""When two who have said yes to each other could meet for the first time. Free times in, moments out."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from matching.domain.codes import DAY_PARTS, DAYS

HERE = ZoneInfo("Europe/Copenhagen")
# At what o'clock a part of the day begins when two meet. None of these hours is ever skipped or doubled by summer time.
BEGINS = {"morning": time(10), "afternoon": time(15), "evening": time(18)}
# Nobody is asked to meet before they can have planned for it, nor so late that they lose heart.
NOTICE = timedelta(hours=48)
DAYS_AHEAD = 21
OPTIONS = 3
MINUTES = 60
# Everything is said twice.
MINUTES_WITH_INTERPRETER = 90
# So often the portal suggests new times by itself; then somebody at the municipality asks what would suit.
ROUNDS = 3


def suggest_times(
    household_slots: Collection[str],
    volunteer_slots: Collection[str],
    *,
    after: datetime,
    taken: Collection[datetime] = (),
    count: int = OPTIONS,
    minutes: int = MINUTES,
) -> list[datetime]:
    """Up to `count` moments (UTC, in order) in both sides' free times, from 48 hours to three weeks after `after`.

    Where the two share no free time it is the household's own, and the volunteer is asked; without either, none.
    `taken` holds the beginnings of other meetings, which no suggestion runs into. Each lies on a day of its own as
    long as there are days. `after` must be aware of its time zone.
    """
    slots = set(household_slots) & set(volunteer_slots) or set(household_slots) or set(volunteer_slots)
    length = timedelta(minutes=minutes)
    free = [moment for moment in _moments(slots, after) if all(abs(moment - other) >= length for other in taken)]
    return sorted(_spread(free)[:count])


def agreed(
    options: Iterable[datetime],
    volunteer_times: Collection[datetime] | None,
    household_times: Collection[datetime] | None,
) -> datetime | None:
    """The earliest of the options that suits both; None where there is none, or one has not answered yet."""
    return min(set(options) & set(volunteer_times or ()) & set(household_times or ()), default=None)


def nothing_suits(
    options: Iterable[datetime],
    volunteer_times: Collection[datetime] | None,
    household_times: Collection[datetime] | None,
) -> bool:
    """Whether the answers so far rule every option out: one said that none suits, or both chose different ones."""
    answers = [answer for answer in (volunteer_times, household_times) if answer is not None]
    return bool(answers) and not set(options).intersection(*answers)


def length_in_minutes(*, with_interpreter: bool) -> int:
    """How long a first meeting takes."""
    return MINUTES_WITH_INTERPRETER if with_interpreter else MINUTES


def day_before(moment: datetime, at: time = time(17)) -> datetime:
    """The day before, at this hour here, in UTC: when one is reminded."""
    day = moment.astimezone(HERE).date() - timedelta(days=1)
    return _on(day, at)


def _moments(slots: Collection[str], after: datetime) -> Iterator[datetime]:
    """Every moment at which one of the slots begins, in order."""
    earliest, first = after + NOTICE, after.astimezone(HERE).date()
    for offset in range(DAYS_AHEAD + 1):
        day = first + timedelta(days=offset)
        for part in DAY_PARTS:
            if f"{DAYS[day.weekday()]}-{part}" in slots:
                moment = _on(day, BEGINS[part])
                if earliest <= moment <= after + timedelta(days=DAYS_AHEAD):
                    yield moment


def _spread(moments: Sequence[datetime]) -> list[datetime]:
    """The first of each day before the second of any, so that the beginning of the list has many days."""
    seen: dict[date, int] = {}
    ranked: list[tuple[int, datetime]] = []
    for moment in moments:
        day = moment.astimezone(HERE).date()
        ranked.append((seen.get(day, 0), moment))
        seen[day] = seen.get(day, 0) + 1
    return [moment for _, moment in sorted(ranked)]


def _on(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, HERE).astimezone(UTC)
