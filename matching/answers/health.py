"""How a municipality's live matches are doing: a fixed number of queries, however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.utils.timezone import make_aware

from matching.domain.health import AskedOnce, Found, MatchFacts, MeetingFacts, signs
from matching.models import CheckIn, FollowUp, Match, Meeting
from matching.models.match import Side
from matching.states import LIVE_MATCHES, CheckInState, MatchState
from portal.accounts.models import User
from portal.audit.models import Event
from portal.messages.models import Message, Reply
from portal.municipalities.models import Municipality
from portal.privacy.models import Consent, Purpose
from volunteers.lifecycle import VolunteerState

# A message that reached nobody longer ago is not followed up any more.
FAILED_DAYS = 60


@dataclass(frozen=True, slots=True)
class Health:
    """One match and its signs, the most urgent first."""

    match: Match
    signs: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """One sign of one match: a line in the worklist."""

    match: Match
    found: Found


def worklist(municipality: Municipality, *, now: datetime, adviser: User | None = None) -> list[Task]:
    """Every sign of every live match: the most urgent first, and of equally urgent ones the oldest."""
    rows = _live(municipality)
    rows = rows.filter(household__adviser=adviser) if adviser else rows
    tasks = [Task(health.match, found) for health in _health(rows, municipality, now) for found in health.signs]
    return sorted(tasks, key=lambda task: (task.found.order, str(task.match.pk)))


def health_of(match: Match, *, now: datetime) -> tuple[Found, ...]:
    """The signs of one match; none where it has ended."""
    municipality = match.municipality
    found = _health(_live(municipality).filter(pk=match.pk), municipality, now)
    return found[0].signs if found else ()


def open_check_ins(match: Match, *, today: date) -> list[CheckIn]:
    """Of each side the newest question that can be answered today, if nothing newer has been answered."""
    rows = CheckIn.objects.within(match.municipality_id).filter(match=match, due_on__lte=today)
    newest: dict[str, CheckIn] = {}
    for row in rows.exclude(state=CheckInState.SKIPPED).order_by("due_on"):
        newest[row.side] = row
    return [row for _, row in sorted(newest.items()) if row.state != CheckInState.ANSWERED]


def unanswered_replies(municipality: Municipality, *, adviser: User | None = None) -> QuerySet[Reply]:
    """SMS that came in and that nobody has dealt with, the oldest first; of one adviser's households if told whose."""
    rows = Reply.objects.within(municipality).filter(handled_at=None)
    rows = rows.filter(party__household__adviser=adviser) if adviser else rows
    return rows.select_related("party__household", "party__volunteer").order_by("received_at")


def undelivered(municipality: Municipality, *, now: datetime, adviser: User | None = None) -> QuerySet[Message]:
    """Messages that reached nobody, except to those whose match gives the sign already, newest first."""
    live = Match.objects.within(municipality).filter(state__in=LIVE_MATCHES)
    rows = Message.objects.within(municipality).given_up().for_advisers().filter(party__isnull=False)
    rows = rows.filter(created_at__gt=now - timedelta(days=FAILED_DAYS))
    rows = rows.exclude(party__in=live.values("household_party")).exclude(party__in=live.values("volunteer__party"))
    rows = rows.filter(party__household__adviser=adviser) if adviser else rows
    return rows.select_related("party__household", "party__volunteer")


def _live(municipality: Municipality) -> QuerySet[Match]:
    rows = Match.objects.within(municipality).filter(state__in=LIVE_MATCHES)
    return rows.select_related("household__adviser", "volunteer", "request", "municipality").order_by("pk")


def _health(rows: QuerySet[Match], municipality: Municipality, now: datetime) -> list[Health]:
    matches = list(rows)
    known = _Known(matches, municipality, now)
    return [Health(match, signs(known.facts(match), now=now)) for match in matches]


class _Known:
    """All that is asked about some matches, each kind of thing in one query."""

    def __init__(self, matches: Sequence[Match], municipality: Municipality, now: datetime) -> None:
        self._now = now
        self._municipality = municipality.code
        keys = [match.pk for match in matches]
        self._meetings = self._by_match(Meeting.objects.within(municipality).filter(match__in=keys))
        asked = CheckIn.objects.within(municipality).filter(match__in=keys)
        self._check_ins = self._by_match(asked.exclude(state=CheckInState.SKIPPED))
        self._done = self._follow_ups(keys)
        self._moves = self._last_moves(matches)
        self._consents = self._consents_of([match.household_party_id for match in matches])
        self._failed = self._failed_to(
            {party for match in matches for party in (match.household_party_id, match.volunteer.party_id)}
        )

    def facts(self, match: Match) -> MatchFacts:
        """What the signs are read from."""
        closed, ends = self._contact(match)
        parties = {Side.HOUSEHOLD: match.household_party_id, Side.VOLUNTEER: match.volunteer.party_id}
        failed = {side.value: self._failed[party] for side, party in parties.items() if party in self._failed}
        away = match.volunteer.state == VolunteerState.PAUSED
        return MatchFacts(
            state=match.state,
            started=match.started_at,
            meetings=[_meeting(row, self._now) for row in self._meetings[match.pk]],
            check_ins=[_asked(row) for row in self._check_ins[match.pk]],
            paused_since=self._moved(match.pk, "match.pause") if match.state == MatchState.PAUSED else None,
            volunteer_away_since=self._moved(match.volunteer_id, "volunteer.pause") if away else None,
            stopped_since=self._moved(match.pk, "match.stop") if match.state == MatchState.STOPPED else None,
            contact_closed_since=closed,
            consent_ends=ends,
            failed={side: at for side, at in failed.items() if at >= match.started_at},
            has_adviser=match.household.adviser_id is not None,
            followed_up=self._done[match.pk],
        )

    def _by_match(self, rows: Iterable[Meeting] | Iterable[CheckIn]) -> Mapping[UUID, list]:
        found: dict[UUID, list] = defaultdict(list)
        for row in rows:
            found[row.match_id].append(row)
        return found

    def _follow_ups(self, keys: Sequence[UUID]) -> Mapping[UUID, dict[str, datetime]]:
        found: dict[UUID, dict[str, datetime]] = defaultdict(dict)
        rows = FollowUp.objects.within(self._municipality).filter(match__in=keys).order_by()
        for match, sign, at in (
            rows.values("match", "sign").annotate(at=Max("done_at")).values_list("match", "sign", "at")
        ):
            found[match][sign] = at
        return found

    def _last_moves(self, matches: Sequence[Match]) -> Mapping[tuple[str, str], datetime]:
        of_match = Q(action__in=["match.pause", "match.stop"], subject_id__in=[str(match.pk) for match in matches])
        volunteers = {str(match.volunteer_id) for match in matches}
        of_volunteer = Q(action="volunteer.pause", subject_id__in=volunteers)
        rows = Event.objects.filter(of_match | of_volunteer, municipality_id=self._municipality).order_by()
        moves = rows.values("subject_id", "action").annotate(last=Max("at"))
        return {(subject, action): at for subject, action, at in moves.values_list("subject_id", "action", "last")}

    def _moved(self, pk: object, action: str) -> datetime | None:
        return self._moves.get((str(pk), action))

    def _consents_of(self, households: Sequence[int]) -> Mapping[tuple[int, int], list[tuple[datetime, bool]]]:
        """From whom to whom → when each consent ends or ended, and whether it still lasts."""
        rows = Consent.objects.following("between the two of matches in scope").filter(purpose=Purpose.MATCH)
        rows = rows.filter(Q(party__in=households) | Q(recipient__in=households))
        found: dict[tuple[int, int], list[tuple[datetime, bool]]] = defaultdict(list)
        for party, to, withdrawn, expires in rows.values_list("party", "recipient", "withdrawn_at", "expires_at"):
            found[party, to].append((min(withdrawn or expires, expires), not withdrawn and expires > self._now))
        return found

    def _contact(self, match: Match) -> tuple[datetime | None, datetime | None]:
        """Since when one side shows the other nothing, and when the first of the two consents ends."""
        two = (match.household_party_id, match.volunteer.party_id)
        closed, ends = [], []
        for pair in (two, two[::-1]):
            consents = self._consents.get(pair, [])
            lasting = [end for end, lasts in consents if lasts]
            if lasting:
                ends.append(max(lasting))
            elif consents:
                closed.append(max(end for end, _ in consents))
        return min(closed, default=None), min(ends, default=None)

    def _failed_to(self, parties: set[int]) -> Mapping[int, datetime]:
        rows = Message.objects.within(self._municipality).given_up().for_advisers().order_by()
        rows = rows.filter(party__in=parties)
        rows = rows.filter(created_at__gt=self._now - timedelta(days=FAILED_DAYS))
        return dict(rows.values("party").annotate(last=Max("created_at")).values_list("party", "last"))


def _meeting(row: Meeting, now: datetime) -> MeetingFacts:
    return MeetingFacts(row.state, row.created_at, max(row.options, default=None), row.waits_for_adviser(now))


def _asked(row: CheckIn) -> AskedOnce:
    since = row.asked_at or make_aware(datetime.combine(row.due_on, time()))
    return AskedOnce(row.side, row.state, since, row.answer, row.answered_at)
