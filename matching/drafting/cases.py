"""What a plan is made of, read from the municipality's rows; with the daily run's prices from the recent past."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
from django.db.models import Exists, OuterRef
from django.utils import timezone

from matching import facts
from matching.domain.columns import OfferColumns
from matching.domain.daily import faded, past_prices
from matching.domain.graph import SCALE
from matching.domain.rows import facts_at
from matching.domain.types import Context, OfferFacts, RequestFacts
from matching.drafting.plans import SEED, Case, graph_of
from matching.engine.columns import columns_and_standing
from matching.engine.standing import context_of
from matching.models import Match, Request
from matching.states import LIVE_MATCHES, RequestState
from volunteers.models import Volunteer

#: Days of the past that prices are made of, and how many of them there must be.
PAST_DAYS, ENOUGH_DAYS = 90, 28
#: A volunteer without anybody to help stays about so long: towards the end of it nobody is held back any more.
VOLUNTEER_STAYS_DAYS = 120


def read_case(municipality: int, *, now: datetime, with_prices: bool) -> Case:
    """Everything as it is now; to be called with the municipality in force."""
    today = timezone.localdate(now)
    requests = [facts.request_facts(row, now=now) for row in facts.open_requests(municipality, now=now)]
    columns, stands = columns_and_standing(municipality, today=today)
    rules = context_of(stands, today=today)
    return Case(
        today=today,
        requests=requests,
        columns=columns,
        context=rules,
        weights_version=stands.weights_version,
        prices=recent_prices(municipality, columns, rules, now=now) if with_prices else {},
    )


def recent_prices(municipality: int, columns: OfferColumns, rules: Context, *, now: datetime) -> dict[int, float]:
    """What each offer's place was worth to the households of the last three months (0 to 1), less where it has faded.

    Empty where there is not yet enough of a past.
    """
    since = now - timedelta(days=PAST_DAYS)
    asked = _asked_since(municipality, since, now=now)
    offers = _offers_since(municipality, since, columns)
    if not offers or not asked or max(days for _, days in asked) < ENOUGH_DAYS:
        return {}
    past = OfferColumns.of_facts(offers, rules)
    instance, _ = graph_of([request for request, _ in asked], past, rules)
    volunteer_of = {offer.id: offer.volunteer_id for offer in offers}
    volunteers = [volunteer_of[key] for key in instance.offer_key.tolist()]
    free_days = _free_days(volunteers, rules.today)
    was_there = np.array([free_days[one] != 0 for one in volunteers], np.bool_)
    days_left = np.array([VOLUNTEER_STAYS_DAYS - (free_days[one] or 0) for one in volunteers], np.int64)
    prices = faded(past_prices(instance, was_there, seed=SEED), days_left, VOLUNTEER_STAYS_DAYS) / SCALE
    return {key: price for key, price in zip(instance.offer_key.tolist(), prices.tolist(), strict=True) if price > 0}


def _asked_since(municipality: int, since: datetime, *, now: datetime) -> list[tuple[RequestFacts, int]]:
    """The wishes of the recent past, each as if it had just come, and how many days ago it came."""
    rows = Request.objects.within(municipality).filter(created_at__gte=since).exclude(state=RequestState.PAUSED)
    known = facts.with_facts(rows, now=now).order_by("created_at", "pk")
    each = [facts.request_facts(row, now=now) for row in known]
    return [(replace(one, waiting_days=0), one.waiting_days) for one in each]


def _offers_since(municipality: int, since: datetime, columns: OfferColumns) -> list[OfferFacts]:
    """Every offer that is there, with the room that it had then; neighbours' with the room of today."""
    taken = Counter(
        Match.objects.within(municipality)
        .filter(state__in=LIVE_MATCHES, started_at__lt=since)
        .values_list("offer_id", flat=True)
    )
    found = [
        facts_at(part.block.rows, row, columns.books)
        for part in columns.parts
        for row in np.flatnonzero(part.present).tolist()
    ]
    return [replace(one, load=taken[one.id]) if one.municipality == municipality else one for one in found]


def _free_days(volunteers: Collection[int], today: date) -> dict[int, int | None]:
    """For how many days each volunteer has been there with nobody to help; None for those who help somebody.

    0 is somebody who came today.
    """
    helping = Exists(
        Match.objects.following("the matches of offers in scope").filter(
            volunteer=OuterRef("pk"), state__in=LIVE_MATCHES
        )
    )
    rows = Volunteer.objects.following("the volunteers of offers in scope").filter(pk__in=set(volunteers))
    came = {pk: None if helps else day for pk, day, helps in rows.values_list("pk", "signed_up_at", helping)}
    return {one: (today - timezone.localdate(day)).days if (day := came.get(one)) else None for one in set(volunteers)}
