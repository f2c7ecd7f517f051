"""When both sides of a match are asked how it is going. Days come in, days go out."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

TWO_WEEKS = "2w"
PROGRAMME = "programme"
DAYS_AFTER_START = {TWO_WEEKS: 14}
MONTHS_AFTER_START = {"1m": 1, "3m": 3, "6m": 6, "12m": 12}
# The integration programme is over, and the match may go on (001:382).
DAYS_AFTER_PROGRAMME = 14
OCCASIONS = (*DAYS_AFTER_START, *MONTHS_AFTER_START, PROGRAMME)

# So long nobody is reminded or counted as silent; an answer that comes later counts too.
ANSWER_DAYS = 14
LINK_DAYS = 30


@dataclass(frozen=True, slots=True)
class Due:
    """One question whose day has come: which row it is, when it was due, and on what occasion."""

    key: str
    on: date
    occasion: str


def schedule(started: date, programme_ends: date | None) -> dict[str, date]:
    """The day of each occasion. A programme that was over before the match began gives none."""
    days = {occasion: started + timedelta(days=count) for occasion, count in DAYS_AFTER_START.items()}
    days |= {occasion: months_later(started, count) for occasion, count in MONTHS_AFTER_START.items()}
    if programme_ends is not None and programme_ends >= started:
        days[PROGRAMME] = programme_ends + timedelta(days=DAYS_AFTER_PROGRAMME)
    return days


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last: a month after 31 January is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def to_ask(due: Iterable[Due]) -> tuple[Due, tuple[Due, ...]]:
    """Of one side's questions whose day has come, the newest is asked and the others are let go.

    Raises ValueError where there is none.
    """
    ordered = sorted(due, key=lambda one: (one.on, OCCASIONS.index(one.occasion)))
    if not ordered:
        raise ValueError("nothing is due")
    return ordered[-1], tuple(ordered[:-1])


def is_unanswered(asked_at: datetime, now: datetime) -> bool:
    """Whether a question has waited so long that it counts as not answered."""
    return asked_at + timedelta(days=ANSWER_DAYS) <= now
