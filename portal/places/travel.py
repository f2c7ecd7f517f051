"""How long a journey by public transport takes: a port, and one adapter for each journey planner that may be asked.

PORTAL_TRAVEL_PROVIDER names the planner; without one nobody is asked. What leaves the portal is the middle of two
postcodes and a time of departure, never anything about a person. A planner that fails says nothing: `NoAnswer` keeps
what was known before. That there is no journey is an answer too: None.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from typing import Any, Protocol
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from django.conf import settings

from portal.places.register import Postcode

#: Seconds that a planner has for one answer, and bytes that an answer may have.
TIMEOUT = 10.0
LARGEST_ANSWER, LARGEST_PART = 5_000_000, 65_536
REJSEPLANEN_URL = "https://www.rejseplanen.dk/api"


class NoAnswer(Exception):
    """The planner could not be reached, refused, or said what makes no sense. Carries no address and no key."""


class TravelTimes(Protocol):
    """Somebody who knows how long journeys take."""

    def minutes(self, start: Postcode, end: Postcode, leave_at: datetime) -> int | None:
        """Return the minutes of the quickest journey offered from `leave_at` on, None where there is none.

        Raises NoAnswer.
        """


@dataclass(frozen=True, slots=True)
class OpenTripPlanner:
    """A journey planner of one's own, version 2.7 or later: the GTFS GraphQL API, at an address like /otp/gtfs/v1."""

    url: str

    def minutes(self, start: Postcode, end: Postcode, leave_at: datetime) -> int | None:
        """As the port says."""
        variables = {"from": _coordinate(start), "to": _coordinate(end), "at": leave_at.isoformat()}
        body = json.dumps({"query": PLAN, "variables": variables}).encode()
        answer = _json(Request(self.url, body, {"Content-Type": "application/json"}))  # noqa: S310 - see _json
        with _making_sense():
            if answer.get("errors"):
                raise NoAnswer("the planner refused the question")
            plan = answer["data"]["planConnection"]
            if {error["code"] for error in plan["routingErrors"]} & NO_FAULT_OF_THE_ROUTE:
                raise NoAnswer("the planner has no timetable for that day")
            return _quickest(float(edge["node"]["duration"]) for edge in plan["edges"])


PLAN = """
query ($from: PlanLabeledLocationInput!, $to: PlanLabeledLocationInput!, $at: OffsetDateTime!) {
  planConnection(origin: $from, destination: $to, dateTime: {earliestDeparture: $at}, first: 5) {
    routingErrors { code }
    edges { node { duration } }
  }
}
"""
#: Errors that say nothing about whether there is a journey.
NO_FAULT_OF_THE_ROUTE = {"SYSTEM_ERROR", "OUTSIDE_SERVICE_PERIOD"}


@dataclass(frozen=True, slots=True)
class Rejseplanen:
    """The national journey planner's API 2.0 (HAFAS ReST), which gives out keys (`accessId`)."""

    url: str
    key: str

    def minutes(self, start: Postcode, end: Postcode, leave_at: datetime) -> int | None:
        """As the port says."""
        query = {
            "accessId": self.key,
            "originCoordLat": start.latitude,
            "originCoordLong": start.longitude,
            "destCoordLat": end.latitude,
            "destCoordLong": end.longitude,
            "date": f"{leave_at:%Y-%m-%d}",
            "time": f"{leave_at:%H:%M}",
            "format": "json",
        }
        answer = _json(Request(f"{self.url.rstrip('/')}/trip?{urlencode(query)}"))  # noqa: S310 - see _json
        with _making_sense():
            if answer.get("errorCode") == NO_JOURNEY:
                return None
            if "errorCode" in answer:
                raise NoAnswer("the planner refused the question")
            trips = answer["Trip"]
            return _quickest(_lasts(trip) for trip in _listed(trips))


def _lasts(trip: Mapping[str, Any]) -> float:
    """Seconds from the first departure to the last arrival; not every HAFAS reckons them itself."""
    if "duration" in trip:
        return _seconds(trip["duration"])
    legs = _listed(trip["LegList"]["Leg"])
    return (_moment(legs[-1]["Destination"]) - _moment(legs[0]["Origin"])).total_seconds()


def _listed(one_or_more: Any) -> list[Any]:
    return one_or_more if isinstance(one_or_more, list) else [one_or_more]


def _moment(stop: Mapping[str, str]) -> datetime:
    return datetime.fromisoformat(f"{stop['date']}T{stop['time']}")


NO_JOURNEY = "SVC_NO_RESULT"
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


def provider() -> TravelTimes | None:
    """The planner that the settings name; None without one. The system check says before what is wrong with them."""
    name = settings.PORTAL_TRAVEL_PROVIDER
    if name == "opentripplanner":
        return OpenTripPlanner(settings.PORTAL_TRAVEL_URL)
    if name == "rejseplanen":
        return Rejseplanen(settings.PORTAL_TRAVEL_URL or REJSEPLANEN_URL, settings.PORTAL_TRAVEL_KEY)
    return None


def settings_problem() -> str | None:
    """What is wrong with the settings for travelling times, None where nothing is."""
    name, url = settings.PORTAL_TRAVEL_PROVIDER, settings.PORTAL_TRAVEL_URL
    if name not in ("", "opentripplanner", "rejseplanen"):
        return f"PORTAL_TRAVEL_PROVIDER is {name!r}; leave it empty, or write opentripplanner or rejseplanen."
    if not name:
        return None
    if name == "rejseplanen" and not settings.PORTAL_TRAVEL_KEY:
        return "PORTAL_TRAVEL_KEY is empty; Rejseplanen answers those only who have a key."
    if (name == "opentripplanner" or url) and not _is_web_address(url):
        return f"PORTAL_TRAVEL_URL is {url!r}; write it like https://example.org/otp/gtfs/v1"
    return None


@contextmanager
def _making_sense() -> Iterator[None]:
    """Whatever an answer lacks, or has that nobody expected, is no answer."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise NoAnswer("the planner's answer makes no sense") from error


def _coordinate(postcode: Postcode) -> dict[str, Any]:
    return {"location": {"coordinate": {"latitude": postcode.latitude, "longitude": postcode.longitude}}}


def _json(request: Request) -> Mapping[str, Any]:
    """Ask, over HTTP and nothing else, and read the answer; errors often come with one that says what is the matter."""
    if not _is_web_address(request.full_url):
        raise NoAnswer("the planner's address is none of the web")
    try:
        try:
            with urlopen(request, timeout=TIMEOUT) as response:  # noqa: S310 - checked above
                body = _read(response)
        except HTTPError as error:
            with error:
                if error.code >= 500:
                    raise NoAnswer(f"the planner failed (HTTP {error.code})") from None
                body = _read(error)
        answer = json.loads(body)
    # The address asked for has the key in it: whoever logs what went wrong must not see it.
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        raise NoAnswer(f"the planner could not be asked ({type(error).__name__})") from None
    if not isinstance(answer, dict):
        raise NoAnswer("the planner's answer makes no sense")
    return answer


def _read(response: Any) -> bytes:
    """The whole of an answer. Raises TimeoutError where it comes a drop at a time, ValueError where it has no end."""
    body, patience = b"", time.monotonic() + TIMEOUT
    while part := response.read1(LARGEST_PART):
        body += part
        if time.monotonic() > patience:
            raise TimeoutError
        if len(body) > LARGEST_ANSWER:
            raise ValueError("too long")
    return body


def _is_web_address(text: str) -> bool:
    try:
        address = urlsplit(text)
    except ValueError:
        return False
    return address.scheme in ("http", "https") and bool(address.hostname)


def _quickest(seconds: Iterable[float]) -> int | None:
    """Whole minutes of the quickest of some journeys, None of none. Raises ValueError for less than nothing."""
    quickest = min(seconds, default=None)
    if quickest is None:
        return None
    if not 0 <= quickest < LONGEST:
        raise ValueError("no journey takes so long")
    return round(quickest / 60)


#: Seconds of a journey that nobody would call one: two days.
LONGEST = 2 * 86_400


def _seconds(duration: str) -> int:
    """Seconds of an ISO 8601 duration such as PT1H32M. Raises ValueError."""
    found = _DURATION.fullmatch(duration)
    if found is None:
        raise ValueError("no duration")
    days, hours, minutes, seconds = (int(number or 0) for number in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds
