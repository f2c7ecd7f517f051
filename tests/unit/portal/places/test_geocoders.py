"""A geocoder that needs no network, and online ones that fall back on it instead of failing."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from geopy.geocoders.base import Geocoder
from geopy.point import Point
from pytest_django import Settings

from portal.places.checks import check_geocoder
from portal.places.geocoders import GEOCODERS, OfflineFallback, PostcodeGeocoder, get_geocoder
from portal.places.register import by_code

ANSWER = b'{"features": [{"geometry": {"coordinates": [12.08, 55.64]}, "properties": {"name": "Roskilde"}}]}'


class Service(BaseHTTPRequestHandler):
    """An online geocoder on this machine that answers as it is told."""

    status: ClassVar[int] = 200
    body: ClassVar[bytes] = ANSWER
    wait: ClassVar[float] = 0.0

    def do_GET(self) -> None:
        time.sleep(self.wait)
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the tests' output quiet."""


@contextmanager
def online(settings: Settings, **behaviour: Any) -> Iterator[Geocoder]:
    """The geocoder of a portal set to Photon, where the service behaves as told."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Told", (Service,), behaviour))
    server.handle_error = lambda *args: None  # type: ignore[method-assign]  # the client hung up: as intended
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    settings.PORTAL_GEOCODER = "photon"
    domain = f"127.0.0.1:{server.server_port}"
    settings.PORTAL_GEOCODER_OPTIONS = {"scheme": "http", "domain": domain, "timeout": 0.3}
    try:
        yield get_geocoder()
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.demand("F026")
@pytest.mark.parametrize("query", ["4500", "Nykøbing Sj", "Algade 3, 4500 Nykøbing Sj"])
def test_a_postcode_town_or_address_is_found_without_network(query: str) -> None:
    location = PostcodeGeocoder().geocode(query)

    assert str(location) == "4500 Nykøbing Sj"
    assert (location.latitude, location.longitude) == (55.9281, 11.6393)
    assert location.raw["municipalities"] == (306,)


def test_all_places_of_a_name_when_asked_for_all() -> None:
    locations = PostcodeGeocoder().geocode("nykøbing", exactly_one=False)

    assert [location.raw["code"] for location in locations] == ["4500", "4800", "7900"]
    assert str(PostcodeGeocoder().geocode("nykøbing")) == "4500 Nykøbing Sj"


@pytest.mark.parametrize("query", ["", "0800", "Roskide", "4501", "3900", "!!!"])
def test_what_has_no_certain_place_has_none(query: str) -> None:
    assert PostcodeGeocoder().geocode(query) is None
    assert PostcodeGeocoder().geocode(query, exactly_one=False) is None


@pytest.mark.parametrize("point", [(55.93, 11.64), "55.93, 11.64", Point(55.93, 11.64)])
def test_a_point_leads_back_to_the_nearest_postcode(point: Any) -> None:
    assert str(PostcodeGeocoder().reverse(point)) == "4500 Nykøbing Sj"
    assert len(PostcodeGeocoder().reverse(point, exactly_one=False)) == 5


def test_forward_and_back_gives_the_same_postcode() -> None:
    geocoder = PostcodeGeocoder()

    for code in ("1050", "3730", "4592", "6720", "9990"):
        assert geocoder.reverse(geocoder.geocode(code).point).raw["code"] == code


def test_an_online_service_is_asked_first(settings: Settings) -> None:
    with online(settings) as geocoder:
        location = geocoder.geocode("4000")

    assert (location.latitude, location.longitude) == (55.64, 12.08)


@pytest.mark.parametrize(
    "behaviour",
    [{"status": 500}, {"status": 429}, {"body": b"<html>"}, {"body": b"{}"}, {"body": b"[1]"}, {"wait": 0.6}],
    ids=["broken", "too many", "no json", "no features", "another shape", "too slow"],
)
def test_a_failing_service_gives_the_offline_answer_and_a_warning_without_the_query(
    settings: Settings, behaviour: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with online(settings, **behaviour) as geocoder, caplog.at_level(logging.INFO):
        location = geocoder.geocode("Hemmelig Sti 7, 4000 Roskilde")

    assert location.raw["code"] == "4000"
    assert "Photon failed" in caplog.text
    assert "Hemmelig" not in caplog.text


def test_reverse_falls_back_too(settings: Settings) -> None:
    with online(settings, status=500) as geocoder:
        assert str(geocoder.reverse((55.93, 11.64))) == "4500 Nykøbing Sj"


def test_what_the_service_does_not_know_is_looked_up_offline_without_a_warning(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    with online(settings, body=b'{"features": []}') as geocoder:
        location = geocoder.geocode("4000")

    assert location.raw["code"] == "4000"
    assert "failed" not in caplog.text


def test_a_service_that_is_not_there_does_no_harm(settings: Settings) -> None:
    settings.PORTAL_GEOCODER = "photon"
    settings.PORTAL_GEOCODER_OPTIONS = {"scheme": "http", "domain": "127.0.0.1:9", "timeout": 0.3}

    assert str(get_geocoder().geocode("4500")) == "4500 Nykøbing Sj"


def test_without_settings_the_geocoder_is_the_offline_one(settings: Settings) -> None:
    del settings.PORTAL_GEOCODER

    assert isinstance(get_geocoder(), PostcodeGeocoder)


OPTIONS = {"nominatim": {"user_agent": "test"}, "pelias": {"domain": "localhost"}}


@pytest.mark.parametrize("name", GEOCODERS)
def test_each_name_gives_its_geocoder_and_passes_the_check(settings: Settings, name: str) -> None:
    settings.PORTAL_GEOCODER = name
    settings.PORTAL_GEOCODER_OPTIONS = OPTIONS.get(name, {})

    geocoder = get_geocoder()

    inner = geocoder.online if isinstance(geocoder, OfflineFallback) else geocoder
    assert type(inner).__name__.lower().startswith(name)
    assert check_geocoder() == []


@pytest.mark.parametrize(
    ("name", "options", "error"),
    [
        ("dawa", {}, "places.E001"),
        ("", {}, "places.E001"),
        ("photon", ["x"], "places.E002"),
        ("photon", {"domian": "localhost"}, "places.E002"),
        ("nominatim", {}, "places.E002"),  # its terms ask for a user agent
        ("pelias", {}, "places.E002"),  # it has no public server
    ],
)
def test_wrong_settings_are_caught_by_a_check(settings: Settings, name: str, options: Any, error: str) -> None:
    settings.PORTAL_GEOCODER = name
    settings.PORTAL_GEOCODER_OPTIONS = options

    assert [found.id for found in check_geocoder()] == [error]


def test_the_offline_geocoder_and_the_register_agree() -> None:
    location = PostcodeGeocoder().geocode("3730")

    assert (location.latitude, location.longitude) == (
        by_code()["3730"].latitude,
        by_code()["3730"].longitude,
    )
