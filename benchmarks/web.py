"""The suggestions page as an adviser gets it, above an empty page of the same site: fresh data, reasons, names.

The country's offers lie in PostgreSQL, and the largest municipality has its households there. Django's test client
asks for the page of one household after the other, each time after the empty view: signed in, through the same
middleware, with the same municipality in force. What is told is the difference of the two, pair by pair. Every so
many pages another connection changes 100 volunteers of the municipality and commits; the next page sees it. Queries
are counted on pages without a change before them; with one, a COPY of what has changed comes on top.

`ratio` is how many times as long the page takes as the empty view.
"""

from collections.abc import Iterator
from itertools import cycle, islice
from random import Random
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks.measure import Measurement, Times, peak_memory_mb
from benchmarks.scratch import change_volunteers, fill, scratch
from benchmarks.synthetic import SEED, country

if TYPE_CHECKING:
    from django.test import Client

#: København: more volunteers and households than any other.
MUNICIPALITY = 101
WARMING, PAGES = 30, 300
CHANGED, CHANGE_EVERY = 100, 10


class Page(NamedTuple):
    """One page: seconds of the empty view before it and of itself, and whether offers were changed in between."""

    empty: float
    page: float
    after_change: bool

    @property
    def above(self) -> float:
        """Seconds above the empty view."""
        return self.page - self.empty


def measure(size: str) -> Iterator[Measurement]:
    """Yield one line for all pages, and one for those after 100 changed offers."""
    with scratch():
        requests = fill(country(size), MUNICIPALITY)
        yield from _lines(size, requests)


def _lines(size: str, requests: list[int]) -> Iterator[Measurement]:
    from django.test import override_settings
    from django.urls import reverse

    with override_settings(ROOT_URLCONF="benchmarks.web_urls"):
        client, slug = _adviser()
        empty = reverse("empty", args=[slug])
        order = Random(SEED).sample(requests, len(requests))
        pages = [reverse("suggestions", args=[slug, key]) for key in islice(cycle(order), WARMING + PAGES)]
        _asked(client, empty, pages[:WARMING])
        asked = _asked(client, empty, pages[WARMING:])
        queries = _queries(client, empty, pages[: len(pages) // 10])
    names = sum(page.count("Frivillig ") > 0 for page in queries.pop("pages"))
    if names == 0:
        raise AssertionError("no page has a name on it")
    for what, some in (("all pages", asked), ("after 100 changed offers", [one for one in asked if one.after_change])):
        yield _line(size, what, some, queries)


def _line(size: str, what: str, pages: list[Page], queries: dict[str, Any]) -> Measurement:
    above = Times(tuple(page.above for page in pages))
    empty = median(page.empty for page in pages)
    return Measurement(
        case="suggest_web",
        size=size,
        median_s=above.median,
        p95_s=above.p95,
        memory_mb=peak_memory_mb(),
        ratio=median(page.page for page in pages) / empty,
        against="the empty view: times as long",
        more={"what": what, "pages": len(pages), "against_s": empty, **queries},
    )


def _adviser() -> tuple["Client", str]:
    """Return an adviser's browser and the municipality's part of an address."""
    from django.test import Client

    from portal.accounts.models import User
    from portal.municipalities.models import Membership, Municipality, Role

    municipality = Municipality.objects.get(code=MUNICIPALITY)
    adviser = User.objects.create_user("adviser@example.org", "password", name="Lisbeth")
    Membership.objects.create(user=adviser, municipality=municipality, role=Role.ADVISER)
    client = Client()
    client.force_login(adviser)
    return client, municipality.slug


def _asked(client: "Client", empty: str, pages: list[str]) -> list[Page]:
    random, asked = Random(SEED), list[Page]()
    for number, page in enumerate(pages):
        changes = number % CHANGE_EVERY == CHANGE_EVERY - 1
        if changes:
            change_volunteers(MUNICIPALITY, CHANGED, random)
        asked.append(Page(_seconds(client, empty), _seconds(client, page), changes))
    return asked


def _seconds(client: "Client", address: str) -> float:
    start = perf_counter()
    answer = client.get(address)
    seconds = perf_counter() - start
    if answer.status_code != 200:
        raise AssertionError(f"{address} answers {answer.status_code}")
    return seconds


def _queries(client: "Client", empty: str, pages: list[str]) -> dict[str, Any]:
    """Return how many more statements a page sends than the empty view, at most and in the middle, and the pages."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(address: str) -> tuple[int, str]:
        with CaptureQueriesContext(connection) as seen:
            answer = client.get(address)
        return len(seen), answer.content.decode()

    base, _ = count(empty)
    counted = [count(page) for page in pages]
    above = [statements - base for statements, _ in counted]
    return {"queries": median(above), "most_queries": max(above), "pages": [page for _, page in counted]}
