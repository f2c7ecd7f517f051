"""From rows to what the engine reads."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Count, F, Max, Q, QuerySet

from matching.domain.codes import DANISH, SERVED_KINDS
from matching.domain.types import Context, OfferFacts, RequestFacts
from matching.domain.weights import DEFAULT_WEIGHTS
from matching.models import Match, Proposal, Request
from matching.states import LIVE_MATCHES, LIVE_PROPOSALS, ProposalState, RequestState
from portal.languages.models import SpokenLanguage
from volunteers.choices import KINDS_FOR_MINORS, KINDS_WITH_CHILDREN
from volunteers.lifecycle import VolunteerState
from volunteers.models import Offer, Volunteer


class Counts(TypedDict):
    """What `offers_of` counts for each offer."""

    live_proposals: int
    live_matches: int
    certificate_until: date | None


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    CountedOffer = WithAnnotations[Offer, Counts]


def request_facts(request: Request, *, now: datetime) -> RequestFacts:
    """The facts of one request; its household and the party's languages should be at hand."""
    household = request.household
    languages = _languages(household.party.spoken_languages.all())
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
        slots=frozenset(household.slots),
        gender_wish=frozenset(household.gender_wish),
        age_wish=frozenset(household.age_wish),
        no_smoke=household.no_smoke,
        no_pets=household.no_pets,
        background_wish=household.background_wish,
        interests=frozenset(household.interests),
        waiting_days=(now - request.created_at).days,
        paused=request.state == RequestState.PAUSED,
    )


def offers_of(municipality: int) -> QuerySet[CountedOffer]:
    """The offers that people in this municipality have open, with all that the engine asks about."""
    return (
        Offer.objects.within(municipality)
        .filter(open=True, volunteer__state__in=[VolunteerState.ACTIVE, VolunteerState.PAUSED])
        .select_related("volunteer")
        .prefetch_related("volunteer__party__spoken_languages")
        .annotate(
            live_proposals=Count("proposals", Q(proposals__state__in=LIVE_PROPOSALS), distinct=True),
            live_matches=Count("matches", Q(matches__state__in=LIVE_MATCHES), distinct=True),
            certificate_until=Max("volunteer__certificate_checks__renew_by"),
        )
        .order_by("pk")
    )


def offer_facts(offer: CountedOffer) -> OfferFacts:
    """The facts of one offer, as read by `offers_of`."""
    volunteer = offer.volunteer
    return OfferFacts(
        id=offer.pk,
        volunteer_id=volunteer.pk,
        municipality=offer.municipality_id,
        also_in=frozenset(),
        kind=offer.kind,
        latitude=volunteer.latitude,
        longitude=volunteer.longitude,
        max_km=volunteer.max_km,
        languages=_languages(volunteer.party.spoken_languages.all()),
        children=frozenset(volunteer.children),
        slots=frozenset(volunteer.slots),
        gender=volunteer.gender,
        age_band=volunteer.age_band,
        smokes=volunteer.smokes,
        has_pets=volunteer.has_pets,
        came_as_newcomer=volunteer.came_as_newcomer,
        interests=frozenset(volunteer.interests),
        capacity=offer.capacity,
        load=offer.live_proposals + offer.live_matches,
        certificate_until=offer.certificate_until,
        paused=volunteer.state == VolunteerState.PAUSED,
        verified=True,  # only volunteers with a confirmed address are ACTIVE or PAUSED
    )


def context(municipality: int, *, today: date) -> Context:
    """The rules in force in a municipality today."""
    return Context(
        today=today,
        kinds=SERVED_KINDS,
        certificate_kinds=KINDS_WITH_CHILDREN,
        minor_kinds=KINDS_FOR_MINORS,
        excluded_pairs=_earlier_pairs(municipality),
        opened_neighbours=frozenset(),
        weights=DEFAULT_WEIGHTS,
    )


def _earlier_pairs(municipality: int) -> frozenset[tuple[int, int]]:
    """Household and volunteer where one said no, or whose match has ended."""
    declined = (
        Proposal.objects.within(municipality)
        .filter(state=ProposalState.DECLINED)
        .values_list(F("request__household_id"), "volunteer_id")
    )
    ended = Match.objects.within(municipality).exclude(ended_at=None).values_list("household_id", "volunteer_id")
    # Somebody who came as a newcomer and volunteers too is not proposed to their own household.
    themselves = (
        Volunteer.objects.within(municipality)
        .filter(party__user__parties__household__isnull=False)
        .values_list("party__user__parties__household", "pk")
    )
    return frozenset(declined) | frozenset(ended) | frozenset(themselves)


def _languages(rows: Iterable[SpokenLanguage]) -> dict[str, int]:
    return {row.language: row.level for row in rows}
