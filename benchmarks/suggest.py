"""One request, its best twenty: the fast engine against the loops that one would write first.

- *geodesic loop*: for every offer geopy's geodesic distance, then the rules, then the score;
- *great-circle loop*: the same with geopy's great circle;
- *rules first*: the readable engine's rules one offer at a time, the cheap ones first, distance among the last.

The list is asserted to be identical, bit for bit, to that of *rules first* for every request tried. The other
two measure other kilometres, so theirs can differ where two scores nearly tie: `in_common` says how many of
their best twenty are the same.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from geopy.distance import geodesic, great_circle

from benchmarks.measure import Measurement, Times, timed
from benchmarks.synthetic import Country, country
from matching.domain import compiled, fast, jit, vectors
from matching.domain.columns import OfferColumns
from matching.domain.eligibility import RULES, first_excluded_by
from matching.domain.pair import distance_km
from matching.domain.question import ask
from matching.domain.scoring import HALF_SCORE_KM, score
from matching.domain.suggest import SUGGESTION_LIMIT
from matching.domain.types import Context, OfferFacts, RequestFacts
from matching.domain.unblock import why_none

#: Requests for the fast engine; every loop takes fewer, as it takes longer.
REQUESTS = 1_000
RULES_FIRST_REQUESTS = 20
GREAT_CIRCLE_REQUESTS = 5
GEODESIC_REQUESTS = 3
#: Tries for each request with the fast engine; the shortest counts.
TRIES = 3

#: Score, km, offer id.
Line = tuple[float, float, int]
Loop = Callable[[RequestFacts, Sequence[OfferFacts], Context], list[Line]]
Kilometres = Callable[[tuple[float, float], tuple[float, float]], float]


def measure(size: str) -> Iterator[Measurement]:
    """Yield the fast engines against each loop, with reasons, with counts, and the growth from size S."""
    land = country(size)
    columns, offers = land.columns(), land.offer_facts()
    against = _loops(land, columns, offers)
    for name, search in _engines():
        times = timed(_ranking(columns, land.context, search), land.requests[:REQUESTS], best_of=TRIES)
        for loop, loop_times, common in against:
            yield _line(size, name, times, columns, loop_times.median, loop, in_common=common)
        if size != "S":
            yield _growth(size, name, times, columns, search)
    yield from _in_words(size, land, columns)


def _engines() -> Iterator[tuple[str, fast.Search]]:
    if jit.COMPILING:
        yield "numba", compiled.best_rows
    yield "numpy", vectors.best_rows


def _ranking(
    columns: OfferColumns, context: Context, search: fast.Search
) -> Callable[[RequestFacts], tuple[fast.Ranked, ...]]:
    return lambda request: fast.best(request, columns, context, search=search)


def _loops(land: Country, columns: OfferColumns, offers: Sequence[OfferFacts]) -> list[tuple[str, Times, float]]:
    """Return each loop's name and times, and the share of its best twenty that the fast engine has too."""
    measured = []
    for name, loop, count in LOOPS:
        requests, answers = land.requests[:count], list[list[Line]]()
        times = timed(lambda one: answers.append(loop(one, offers, land.context)), requests)  # noqa: B023
        fast_ones = [_lines(fast.best(one, columns, land.context)) for one in requests]
        if loop is _rules_first and answers != fast_ones:
            raise AssertionError("the fast list is not the list of the readable rules")
        measured.append((name, times, _in_common(answers, fast_ones)))
    _assert_engines_agree(land, columns)
    return measured


def _assert_engines_agree(land: Country, columns: OfferColumns) -> None:
    for request in land.requests[:REQUESTS]:
        lists = {fast.best(request, columns, land.context, search=search) for _, search in _engines()}
        if len(lists) != 1:
            raise AssertionError(f"the fast engines disagree about request {request.id}")


def _lines(ranked: Sequence[fast.Ranked]) -> list[Line]:
    return [(one.score, one.km, one.offer_id) for one in ranked]


def _in_common(answers: Sequence[list[Line]], others: Sequence[list[Line]]) -> float:
    ids = [({line[2] for line in a}, {line[2] for line in b}) for a, b in zip(answers, others, strict=True)]
    return sum(len(a & b) for a, b in ids) / max(1, sum(len(a) for a, _ in ids))


def _rules_first(request: RequestFacts, offers: Sequence[OfferFacts], context: Context) -> list[Line]:
    found = [
        (score(request, offer, context.weights).total, distance_km(request, offer), offer.id)
        for offer in offers
        if first_excluded_by(request, offer, context) is None
    ]
    return sorted(found, key=lambda line: (-line[0], line[1], line[2]))[:SUGGESTION_LIMIT]


def _distance_first(kilometres: Kilometres) -> Loop:
    """Return the loop that most would write: the distance of every offer, then everything else."""
    rest = [rule.obeys for rule in RULES if rule.code != "distance"]

    def loop(request: RequestFacts, offers: Sequence[OfferFacts], context: Context) -> list[Line]:
        here, found = (request.latitude, request.longitude), []
        for offer in offers:
            km = kilometres(here, (offer.latitude, offer.longitude))
            if km > offer.max_km or (request.max_km is not None and km > request.max_km):
                continue
            if all(obeys(request, offer, context) for obeys in rest):
                found.append((_score_at(km, request, offer, context), km, offer.id))
        return sorted(found, key=lambda line: (-line[0], line[1], line[2]))[:SUGGESTION_LIMIT]

    return loop


def _score_at(km: float, request: RequestFacts, offer: OfferFacts, context: Context) -> float:
    parts = score(request, offer, context.weights)
    other = context.weights.distance * HALF_SCORE_KM / (HALF_SCORE_KM + km)
    return parts.total - parts["distance"].contribution + other


LOOPS: tuple[tuple[str, Loop, int], ...] = (
    (
        "loop over all offers, geopy geodesic",
        _distance_first(lambda here, there: geodesic(here, there).km),
        GEODESIC_REQUESTS,
    ),
    (
        "loop over all offers, great circle",
        _distance_first(lambda here, there: great_circle(here, there).km),
        GREAT_CIRCLE_REQUESTS,
    ),
    ("loop over all offers, rules first", _rules_first, RULES_FIRST_REQUESTS),
)


def _line(
    size: str, engine: str, times: Times, columns: OfferColumns, other_s: float, against: str, **more: object
) -> Measurement:
    return Measurement(
        case="suggest",
        size=size,
        median_s=times.median,
        p95_s=times.p95,
        memory_mb=columns.memory_bytes / 1e6,
        ratio=other_s / times.median,
        against=against,
        more={"engine": engine, "against_s": other_s, **more},
    )


def _growth(size: str, engine: str, times: Times, columns: OfferColumns, search: fast.Search) -> Measurement:
    """The ratio here is how many times longer one request takes than at size S."""
    small = country("S")
    ranking = _ranking(small.columns(), small.context, search)
    at_s = timed(ranking, small.requests[:REQUESTS], best_of=TRIES).median
    line = _line(size, engine, times, columns, at_s, "size S: times as long")
    return replace(line, ratio=times.median / at_s)


def _in_words(size: str, land: Country, columns: OfferColumns) -> Iterator[Measurement]:
    """With parts and reasons in the reference's words, and with the counts of exclusions over all offers."""
    requests = land.requests[: REQUESTS // 5]
    bare = timed(_ranking(columns, land.context, fast.quickest_search()), requests, best_of=TRIES)
    told = timed(lambda one: fast.suggest_fast(one, columns, land.context), requests, best_of=TRIES)
    counted = timed(lambda one: fast.count_fast(one, columns, land.context), requests)
    at_home = timed(lambda one: fast.count_fast(one, columns, land.context, open_only=True), requests)
    why = timed(lambda one: why_none(one, columns, land.context), requests)
    asked = timed(lambda one: ask(one, land.context, columns.books), requests, best_of=TRIES)
    for what, times in (
        ("with reasons", told),
        ("exclusions of all offers", counted),
        ("exclusions in open municipalities", at_home),
        ("what would unblock", why),
        ("reading the request", asked),
    ):
        yield _line(size, what, times, columns, bare.median, "the ranking alone")
