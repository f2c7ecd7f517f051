"""From rows to what the engine reads. Offers come by `matching.engine`, straight from the database's own numbers."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Aggregate, Exists, F, JSONField, OuterRef, QuerySet, Subquery
from django.utils import timezone

from matching.domain.codes import DANISH
from matching.domain.types import Context, RequestFacts
from matching.engine.standing import context_of, standing
from matching.models import Request, Seat
from matching.states import RequestState
from portal.languages.models import SpokenLanguage
from portal.privacy.consent import matching_consents


class Known(TypedDict):
    """What `with_facts` finds out about each request."""

    spoken: dict[str, int] | None
    consent_in_force: bool
    has_seat: bool


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    KnownRequest = WithAnnotations[Request, Known]


class LevelsByLanguage(Aggregate):
    """Language -> level, as one JSON object."""

    function = "jsonb_object_agg"
    output_field = JSONField()


def with_facts(requests: QuerySet[Request], *, now: datetime) -> QuerySet[KnownRequest]:
    """Have the same query also fetch all that `request_facts` reads, and whether a place has been taken meanwhile."""
    party = OuterRef("household__party")
    spoken = SpokenLanguage.objects.following("the languages of households in scope").filter(party=party)
    seats = Seat.objects.following("the places of households in scope")
    return requests.select_related("household__party", "household__adviser").annotate(
        spoken=Subquery(
            spoken.order_by().values("party").annotate(all=LevelsByLanguage(F("language"), F("level"))).values("all")
        ),
        consent_in_force=Exists(matching_consents(now).filter(party=party)),
        has_seat=Exists(seats.filter(request=OuterRef("pk"), left_at=None)),
    )


def open_requests(municipality: int, *, now: datetime | None = None) -> QuerySet[KnownRequest]:
    """The wishes that wait, oldest first, with all that `request_facts` reads, in one query."""
    rows = Request.objects.within(municipality).filter(state=RequestState.OPEN)
    return with_facts(rows, now=now or timezone.now()).order_by("created_at", "pk")


def request_facts(request: KnownRequest, *, now: datetime) -> RequestFacts:
    """The facts of one request as fetched by `with_facts`."""
    household = request.household
    languages = dict(request.spoken or {})
    if household.danish:
        languages[DANISH] = max(languages.get(DANISH, 0), household.danish)
    return RequestFacts(
        id=request.pk,
        household_id=household.pk,
        municipality=request.municipality_id,
        kind=request.kind,
        latitude=household.latitude,
        longitude=household.longitude,
        max_km=household.max_km,
        languages=languages,
        interpreter_booked=household.interpreter_booked,
        wants_danish_practice=household.wants_danish_practice,
        children=frozenset(household.children),
        genders=frozenset(household.genders),
        slots=frozenset(household.slots),
        smokes=household.smokes,
        has_pets=household.has_pets,
        gender_wish=frozenset(household.gender_wish),
        age_wish=frozenset(household.age_wish),
        no_smoke=household.no_smoke,
        no_pets=household.no_pets,
        background_wish=household.background_wish,
        interests=frozenset(household.interests),
        waiting_days=(now - request.created_at).days,
        paused=request.state == RequestState.PAUSED,
        consent=request.consent_in_force,
    )


def context(municipality: int, *, today: date, household: int | None = None) -> Context:
    """The rules in force in a municipality today; with `household`, earlier pairs of that one only."""
    return context_of(standing(municipality, household=household), today=today)
