"""Asking journey planners, each as a real server in this process that answers as the planner would."""

import json
import socket
from datetime import datetime
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from portal.places import travel
from portal.places.register import by_code
from portal.places.travel import NoAnswer, OpenTripPlanner, Rejseplanen, provider
from tests.journey_planner import Planner, otp, serving

NYKOEBING, VIG = by_code()["4500"], by_code()["4560"]
TUESDAY = datetime(2026, 11, 24, 16, 0, tzinfo=ZoneInfo("Europe/Copenhagen"))


@pytest.fixture
def server():
    planner = Planner()
    with serving(planner):
        yield planner


@pytest.fixture
def hurried(monkeypatch):
    monkeypatch.setattr(travel, "TIMEOUT", 0.2)


def ask_otp(server):
    return OpenTripPlanner(server.url).minutes(NYKOEBING, VIG, TUESDAY)


def ask_rejseplanen(server):
    return Rejseplanen(server.url, "a-secret-key").minutes(NYKOEBING, VIG, TUESDAY)


ASK = pytest.mark.parametrize("ask", [ask_otp, ask_rejseplanen])


# OpenTripPlanner


@pytest.mark.demand("F027")
def test_opentripplanner_is_asked_about_two_postcodes_and_a_time_and_the_quickest_journey_counts(server):
    assert ask_otp(server.says(otp(2_790, 1_900, 4_000))) == 32

    ((_, body),) = server.asked
    asked = json.loads(body)
    assert asked["variables"] == {
        "from": {"location": {"coordinate": {"latitude": NYKOEBING.latitude, "longitude": NYKOEBING.longitude}}},
        "to": {"location": {"coordinate": {"latitude": VIG.latitude, "longitude": VIG.longitude}}},
        "at": "2026-11-24T16:00:00+01:00",
    }
    assert "planConnection" in asked["query"]


def test_where_opentripplanner_knows_of_no_journey_there_is_none(server):
    assert ask_otp(server.says(otp(errors=["NO_TRANSIT_CONNECTION"]))) is None


@pytest.mark.parametrize("code", ["OUTSIDE_SERVICE_PERIOD", "SYSTEM_ERROR"])
def test_a_planner_without_a_timetable_for_the_day_does_not_say_that_there_is_no_journey(server, code):
    with pytest.raises(NoAnswer):
        ask_otp(server.says(otp(errors=[code])))


def test_a_question_that_opentripplanner_refuses_has_no_answer(server):
    with pytest.raises(NoAnswer):
        ask_otp(server.says({"errors": [{"message": "Unknown type OffsetDateTime"}], "data": None}))


# Rejseplanen


@pytest.mark.demand("F027")
def test_rejseplanen_is_asked_about_two_postcodes_and_a_time_and_the_quickest_journey_counts(server):
    server.says({"Trip": [{"duration": "PT1H2M"}, {"duration": "PT46M"}]})

    assert ask_rejseplanen(server) == 46

    ((path, _),) = server.asked
    asked = urlsplit(path)
    assert asked.path == "/otp/trip"
    assert parse_qs(asked.query) == {
        "accessId": ["a-secret-key"],
        "originCoordLat": [str(NYKOEBING.latitude)],
        "originCoordLong": [str(NYKOEBING.longitude)],
        "destCoordLat": [str(VIG.latitude)],
        "destCoordLong": [str(VIG.longitude)],
        "date": ["2026-11-24"],
        "time": ["16:00"],
        "format": ["json"],
    }


@pytest.mark.parametrize(("duration", "minutes"), [("PT9M", 9), ("PT2H", 120), ("P1DT1M", 1_441), ("PT90S", 2)])
def test_durations_in_every_form(server, duration, minutes):
    assert ask_rejseplanen(server.says({"Trip": {"duration": duration}})) == minutes


def test_a_journey_without_a_duration_lasts_from_departure_to_arrival(server):
    walk = {"Origin": {"date": "2026-11-24", "time": "23:40:00"}, "Destination": {}}
    train = {"Origin": {}, "Destination": {"date": "2026-11-25", "time": "00:25:00"}}

    assert ask_rejseplanen(server.says({"Trip": [{"LegList": {"Leg": [walk, train]}}]})) == 45


@pytest.mark.parametrize("status", [200, 400])
def test_where_rejseplanen_knows_of_no_journey_there_is_none(server, status):
    assert ask_rejseplanen(server.says({"errorCode": "SVC_NO_RESULT", "errorText": "-"}, status)) is None


def test_a_key_that_is_refused_gives_no_answer_and_is_not_told(server):
    with pytest.raises(NoAnswer) as refused:
        ask_rejseplanen(server.says({"errorCode": "API_AUTH", "errorText": "a-secret-key is wrong"}, 403))

    assert "a-secret-key" not in str(refused.value)


# Whatever may go wrong


@ASK
@pytest.mark.parametrize(
    "answer",
    [
        [],
        {},
        {"Trip": None, "data": None},
        {"Trip": [{}], "data": {"planConnection": None}},
        {"Trip": [{"duration": "soon"}], "data": {"planConnection": {"routingErrors": [], "edges": [{"node": {}}]}}},
        {"Trip": [{"duration": "P9D"}], **otp(10**9)},
        {"Trip": [{"duration": -5}], **otp(-5)},
    ],
)
def test_an_answer_that_makes_no_sense_is_none(server, ask, answer):
    with pytest.raises(NoAnswer):
        ask(server.says(answer))


@ASK
@pytest.mark.parametrize("body", [b"", b"<html>Bad Gateway</html>", b"\xff\xfe{", b"[" * 200_000, b'{"Trip": NaN}'])
def test_an_answer_that_is_no_json_is_none(server, ask, body):
    server.body = body
    with pytest.raises(NoAnswer):
        ask(server)


@ASK
@pytest.mark.parametrize("status", [500, 503])
def test_a_planner_that_fails_gives_no_answer(server, ask, status):
    with pytest.raises(NoAnswer):
        ask(server.says({"Trip": [{"duration": "PT5M"}], **otp(300)}, status))


@ASK
def test_a_planner_that_keeps_silent_is_not_waited_for(server, ask, hurried):
    server.waits = True
    with pytest.raises(NoAnswer):
        ask(server)


@ASK
def test_a_planner_that_answers_a_drop_at_a_time_is_not_waited_for(server, ask, hurried):
    server.drips = True
    with pytest.raises(NoAnswer):
        ask(server)


@ASK
def test_an_answer_without_end_is_not_read_to_the_end(server, ask, monkeypatch):
    monkeypatch.setattr(travel, "LARGEST_ANSWER", 1_000)
    server.body = b" " * 2_000 + b"{}"
    with pytest.raises(NoAnswer):
        ask(server)


@ASK
def test_a_planner_that_is_not_there_gives_no_answer(ask):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NoAnswer):
        ask(Planner(url=f"http://127.0.0.1:{port}/otp"))


def test_nothing_but_the_web_is_asked():
    with pytest.raises(NoAnswer):
        OpenTripPlanner("file:///etc/hostname").minutes(NYKOEBING, VIG, TUESDAY)


# Which one is asked


def test_without_a_name_nobody_is_asked(settings):
    settings.PORTAL_TRAVEL_PROVIDER = ""

    assert provider() is None


def test_the_settings_name_the_planner(settings):
    settings.PORTAL_TRAVEL_PROVIDER, settings.PORTAL_TRAVEL_KEY = "rejseplanen", "a-key"
    assert provider() == Rejseplanen("https://www.rejseplanen.dk/api", "a-key")

    settings.PORTAL_TRAVEL_PROVIDER, settings.PORTAL_TRAVEL_URL = "opentripplanner", "http://127.0.0.1:8080/otp/gtfs/v1"
    assert provider() == OpenTripPlanner("http://127.0.0.1:8080/otp/gtfs/v1")
