"""How a match is doing, as signs that an adviser can act on. Facts and a moment come in, signs come out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from matching.domain.check_ins import ANSWER_DAYS


class Sign(StrEnum):
    """What may need somebody's hand."""

    WANTS_TO_TALK = "wants_to_talk"
    CONTACT_STOPPED = "contact_stopped"
    CONTACT_CLOSED = "contact_closed"
    MESSAGE_FAILED = "message_failed"
    NO_ANSWER_TWICE = "no_answer_twice"
    MEETING_STUCK = "meeting_stuck"
    NO_FIRST_MEETING = "no_first_meeting"
    SO_SO = "so_so"
    NO_ADVISER = "no_adviser"
    ASK_BY_PHONE = "ask_by_phone"
    CONSENT_ENDS = "consent_ends"
    SIDE_PAUSED = "side_paused"


# 1 is looked at first.
SEVERITY: Mapping[Sign, int] = {
    Sign.WANTS_TO_TALK: 1,
    Sign.CONTACT_STOPPED: 1,
    Sign.CONTACT_CLOSED: 2,
    Sign.MESSAGE_FAILED: 2,
    Sign.NO_ANSWER_TWICE: 2,
    Sign.MEETING_STUCK: 2,
    Sign.NO_FIRST_MEETING: 2,
    Sign.NO_ADVISER: 2,
    Sign.SO_SO: 3,
    Sign.ASK_BY_PHONE: 3,
    Sign.CONSENT_ENDS: 4,
    Sign.SIDE_PAUSED: 4,
}
# What was said or has happened once: dealt with, it is over until it happens again. Every other sign says how things
# stand, and comes back after a while if they still stand so.
HAPPENED_ONCE = frozenset({Sign.WANTS_TO_TALK, Sign.SO_SO, Sign.NO_ANSWER_TWICE, Sign.MESSAGE_FAILED})

MEETING_DAYS = 14
CHOOSING_DAYS = 7
PAUSE_DAYS = 30
CONSENT_DAYS = 30
QUIET_DAYS = 14  # so long a follow-up silences a sign that still stands

ACTIVE, PAUSED, STOPPED = "active", "paused", "stopped"


@dataclass(frozen=True, slots=True)
class AskedOnce:
    """One check-in of one side. `since` is when it was asked, or 00:00 of the day when it was due."""

    side: str
    state: str
    since: datetime
    answer: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """One meeting: how far it is, since when, the last of the times that can be chosen, and whether the two cannot go
    on by themselves."""

    state: str
    since: datetime
    last_option: datetime | None = None
    waits_for_adviser: bool = False


@dataclass(frozen=True, slots=True)
class MatchFacts:
    """What is known of one live match. Each moment is empty where the thing is not so."""

    state: str
    started: datetime
    meetings: Sequence[MeetingFacts] = ()
    check_ins: Sequence[AskedOnce] = ()
    paused_since: datetime | None = None
    volunteer_away_since: datetime | None = None
    stopped_since: datetime | None = None
    contact_closed_since: datetime | None = None
    consent_ends: datetime | None = None
    # Side → when the last message to it reached nobody.
    failed: Mapping[str, datetime] = field(default_factory=dict)
    has_adviser: bool = True
    # The latest follow-up on each sign.
    followed_up: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """A sign, since when, and whose answer it is about where it is one side's."""

    sign: Sign
    since: datetime
    side: str = ""

    @property
    def severity(self) -> int:
        """1 to 4; 1 is looked at first."""
        return SEVERITY[self.sign]

    @property
    def order(self) -> tuple[int, datetime, str, str]:
        """Severity, then the oldest first."""
        return self.severity, self.since, self.sign.value, self.side


def signs(facts: MatchFacts, *, now: datetime) -> tuple[Found, ...]:
    """The signs of a live match that nobody has dealt with, the most urgent first."""
    found = [*_contact(facts)]
    if facts.state != STOPPED:  # while contact is closed the coordinator alone speaks with the two
        found += [*_answers(facts, now), *_meeting(facts, now), *_around(facts, now)]
    return tuple(sorted((one for one in found if not _is_silenced(one, facts, now)), key=lambda one: one.order))


def _is_silenced(found: Found, facts: MatchFacts, now: datetime) -> bool:
    done = facts.followed_up.get(found.sign)
    if done is None or found.since > done:
        return False
    return found.sign in HAPPENED_ONCE or now < done + timedelta(days=QUIET_DAYS)


def _contact(facts: MatchFacts) -> Iterable[Found]:
    if facts.state == STOPPED:
        yield Found(Sign.CONTACT_STOPPED, facts.stopped_since or facts.started)
        return
    if facts.contact_closed_since:
        yield Found(Sign.CONTACT_CLOSED, facts.contact_closed_since)
    for side, at in sorted(facts.failed.items()):
        yield Found(Sign.MESSAGE_FAILED, at, side)


def _answers(facts: MatchFacts, now: datetime) -> Iterable[Found]:
    for side in sorted({one.side for one in facts.check_ins}):
        rows = sorted((one for one in facts.check_ins if one.side == side), key=lambda one: one.since)
        yield from _last_answer(side, rows)
        asked = [one for one in rows if one.state in ("asked", "answered", "unanswered")]
        if len(asked) > 1 and asked[-1].state == asked[-2].state == "unanswered":
            yield Found(Sign.NO_ANSWER_TWICE, asked[-1].since + timedelta(days=ANSWER_DAYS), side)
        # The portal asks on the day itself: what is due since yesterday is asked by telephone, or not at all.
        late = [one for one in rows if one.state == "due" and one.since.date() < _day(now, one.since)]
        if late and facts.state == ACTIVE:
            yield Found(Sign.ASK_BY_PHONE, late[0].since, side)


def _last_answer(side: str, rows: Sequence[AskedOnce]) -> Iterable[Found]:
    answered = [(one.answered_at, one.answer) for one in rows if one.answered_at is not None]
    if answered:
        at, answer = max(answered)
        sign = {"talk": Sign.WANTS_TO_TALK, "so_so": Sign.SO_SO}.get(answer)
        if sign:
            yield Found(sign, at, side)


def _meeting(facts: MatchFacts, now: datetime) -> Iterable[Found]:
    if facts.state != ACTIVE or any(one.state in ("agreed", "over") for one in facts.meetings):
        return
    stuck = [since for one in facts.meetings if one.state == "choosing" and (since := _stuck_since(one)) <= now]
    if stuck:
        yield Found(Sign.MEETING_STUCK, min(stuck))
    elif (since := facts.started + timedelta(days=MEETING_DAYS)) <= now:
        yield Found(Sign.NO_FIRST_MEETING, since)


def _stuck_since(meeting: MeetingFacts) -> datetime:
    """The moment at which choosing a time has taken too long: a week, or when the last time is over."""
    if meeting.waits_for_adviser:
        return meeting.since
    week = meeting.since + timedelta(days=CHOOSING_DAYS)
    return min(week, meeting.last_option) if meeting.last_option else week


def _around(facts: MatchFacts, now: datetime) -> Iterable[Found]:
    away = [since for since in (facts.paused_since, facts.volunteer_away_since) if since is not None]
    if away and (since := min(away) + timedelta(days=PAUSE_DAYS)) <= now:
        yield Found(Sign.SIDE_PAUSED, since)
    if facts.consent_ends and (since := facts.consent_ends - timedelta(days=CONSENT_DAYS)) <= now:
        yield Found(Sign.CONSENT_ENDS, since)
    if not facts.has_adviser:
        yield Found(Sign.NO_ADVISER, facts.started)


def _day(now: datetime, like: datetime) -> date:
    return now.astimezone(like.tzinfo).date()
