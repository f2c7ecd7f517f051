"""The demo data is consistent, at real places, and holds nothing that the portal may not keep."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from matching.domain import codes
from portal.languages.registry import all_languages, danish_level
from volunteers.boundary.reference import read_facts
from volunteers.choices import REQUEST_KINDS, ActivityKind, Gender, HelpKind, HouseholdType, Interest, Transport

ROOT = Path(__file__).resolve().parents[3]
DEMO = ROOT / "content" / "demo"
FILES = ("municipalities", "staff", "needs", "volunteers", "households", "activities", "meeting_places")
JOINED = {306, 760, 265}
ROLES = {"adviser", "volunteer_coordinator", "editor", "municipal_administrator", "department"}
STATUSES = {"active", "paused", "awaiting_email", "waiting_for_municipality"}
OPEN_SIDES = {"volunteer", "association", "shared"}

# Whole words or beginnings of words, in small letters. Languages may be named, peoples and faiths may not.
FORBIDDEN = re.compile(
    r"\b(kontaktperson|aflastningsfamilie|støttefamilie|støtteperson|cpr|flugt|flygtet|flygtning|asyl|tortur|traum"
    r"|nationalitet|statsborger|religi|muslim|islam|kristen|kristn|kirke|moské|jøde|jødisk|hindu|buddhis"
    r"|diagnose|helbred|handicap|psykiatri|gravid|analfabet|ghetto"
    r"|syrer|syrisk|syrien|eritre|afghan|irak|iran|ukrainer|ukraine\b|somalier|somalia|congo|colombia|burma|myanmar"
    r"|kurder|araber|tyrker)"
)
CPR_PATTERN = re.compile(r"\b\d{6}[- ]?\d{4}\b")
PHONE = re.compile(r"5550 \d{4}")
EMAIL_LOCAL = re.compile(r"[a-z]+([.-][a-z]+)*")


@cache
def load(name: str) -> list[dict[str, Any]]:
    return json.loads((DEMO / f"{name}.json").read_text(encoding="utf-8"))


@cache
def postcodes() -> dict[str, set[int]]:
    """Postcode -> codes of the municipalities it lies in."""
    with (ROOT / "portal" / "places" / "postcodes.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: {int(code) for code in _municipalities(row)} for row in csv.DictReader(file)}


def _municipalities(row: dict[str, str]) -> list[str]:
    return f"{row['municipality']} {row['also']}".split()


@cache
def sides() -> dict[str, str]:
    """Task type -> its side in the boundary catalogue."""
    return {row["code"]: row["side"] for row in read_facts()}


def texts(value: Any) -> Iterator[str]:
    """Every string in a JSON value, names of fields included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def repeated(values: list[Any]) -> list[Any]:
    return [value for value, count in Counter(values).items() if count > 1]


def keys(name: str) -> set[str]:
    return {row["key"] for row in load(name)}


# What there is


def test_there_are_enough_people_for_lists_and_refusals_to_show() -> None:
    assert {row["code"] for row in load("municipalities")} == JOINED
    assert len(load("volunteers")) >= 60
    assert len(load("households")) == 25
    assert 12 <= len(load("needs")) <= 14


def test_every_municipality_has_each_role_and_odsherred_two_advisers() -> None:
    held = Counter((row["municipality"], role) for row in load("staff") for role in row["roles"])

    assert set(held) == {(code, role) for code in JOINED for role in ROLES}
    assert held[306, "adviser"] == 2


def test_keys_and_addresses_are_unique() -> None:
    keyed = ("staff", "volunteers", "households", "activities", "meeting_places")
    assert repeated([row["key"] for name in keyed for row in load(name)]) == []
    assert repeated([row["email_local"] for name in ("staff", "volunteers") for row in load(name)]) == []
    assert repeated([row["slug"] for row in load("needs")]) == []


def test_the_readme_says_where_every_need_household_and_activity_comes_from() -> None:
    readme = (DEMO / "README.md").read_text(encoding="utf-8")
    named = [row["slug"] for row in load("needs")] + sorted(keys("households") | keys("activities"))

    assert [name for name in named if f"`{name}`" not in readme] == []


# Nobody real, nothing that may not be kept


@pytest.mark.parametrize("name", FILES)
def test_no_text_tells_of_origin_faith_health_or_flight(name: str) -> None:
    found = [text for text in texts(load(name)) if FORBIDDEN.search(text.casefold()) or CPR_PATTERN.search(text)]

    assert found == []


def test_phones_and_addresses_are_invented_ones() -> None:
    people = load("municipalities") + load("volunteers") + load("households")

    assert [row for row in people if row["phone"] is not None and not PHONE.fullmatch(row["phone"])] == []
    public = load("municipalities") + load("activities")
    assert [row for row in public if row["email"] and not row["email"].endswith("@example.org")] == []
    assert [row for row in load("activities") if row["phone"] and not PHONE.fullmatch(row["phone"])] == []
    locals_ = [row["email_local"] for name in ("staff", "volunteers") for row in load(name)]
    assert [local for local in locals_ if not EMAIL_LOCAL.fullmatch(local)] == []


def test_a_phone_is_shared_only_by_the_two_roles_of_one_person() -> None:
    households = {row["key"]: row["phone"] for row in load("households")}
    two_roles = [row for row in load("volunteers") if row["household"]]
    phones = [row["phone"] for row in load("volunteers")] + [phone for phone in households.values() if phone]

    assert len(two_roles) == 1
    assert repeated(phones) == [households[row["household"]] for row in two_roles]


# Places


@pytest.mark.parametrize("name", ["needs", "volunteers", "households", "activities", "meeting_places"])
def test_postcodes_are_real_and_in_the_municipality(name: str) -> None:
    astray = [row for row in load(name) if row["municipality"] not in postcodes().get(row["postcode"], set())]

    assert astray == []


def test_only_those_who_wait_live_outside_the_municipalities_that_joined() -> None:
    waiting = [row for row in load("volunteers") if row["status"] == "waiting_for_municipality"]

    assert len(waiting) == 2
    assert [row for row in load("volunteers") if (row["municipality"] in JOINED) == (row in waiting)] == []
    assert {row["municipality"] for name in ("needs", "households") for row in load(name)} == JOINED


# Codes


def test_needs_ask_for_known_help_within_the_boundary() -> None:
    for need in load("needs"):
        assert need["kind"] in HelpKind.values, need["slug"]
        assert {sides().get(code) for code in need["task_types"]} <= OPEN_SIDES, need["slug"]
        assert set(need["languages"]) <= set(all_languages()), need["slug"]
        assert need["number_wanted"] > 0 and need["needed_by_days"] > 0, need["slug"]
        assert need["intro"] and 2 <= len(need["body"]) <= 3, need["slug"]


def test_a_need_names_a_municipal_owner_exactly_where_a_task_is_shared() -> None:
    for need in load("needs"):
        shared = "shared" in {sides()[code] for code in need["task_types"]}
        assert (need["municipal_owner"] is not None) == shared, need["slug"]


def test_the_needs_together_ask_for_every_kind_of_help() -> None:
    assert {need["kind"] for need in load("needs")} == set(HelpKind.values)


def test_volunteers_are_described_in_known_codes() -> None:
    for row in load("volunteers"):
        assert row["household_type"] in HouseholdType.values, row["key"]
        assert row["age_band"] in codes.ADULT_BANDS, row["key"]
        assert row["gender"] in {"", *Gender.values}, row["key"]
        assert set(row["children_bands"]) <= set(codes.CHILD_BANDS), row["key"]
        assert set(row["transport"]) <= set(Transport.values), row["key"]
        assert row["status"] in STATUSES, row["key"]
        assert row["household"] is None or row["household"] in keys("households"), row["key"]
        assert 1 <= row["max_km"] <= 200, row["key"]


def test_volunteers_offer_each_kind_once_and_have_room_for_someone() -> None:
    for row in load("volunteers"):
        kinds = [offer["kind"] for offer in row["offers"]]
        assert kinds and set(kinds) <= set(HelpKind.values) and repeated(kinds) == [], row["key"]
        assert all(1 <= offer["capacity"] <= 20 for offer in row["offers"]), row["key"]


@pytest.mark.parametrize("name", ["volunteers", "households"])
def test_people_share_languages_times_and_interests_in_known_codes(name: str) -> None:
    for row in load(name):
        assert row["languages"] and set(row["languages"]) <= set(all_languages()), row["key"]
        assert set(row["languages"].values()) <= {1, 2, 3, 4}, row["key"]
        assert row["slots"] and set(row["slots"]) <= set(codes.SLOTS), row["key"]
        assert set(row["interests"]) <= set(Interest.values), row["key"]


def test_households_are_described_in_known_codes() -> None:
    for row in load("households"):
        assert row["wishes"] and set(row["wishes"]) <= set(REQUEST_KINDS), row["key"]
        assert repeated(row["wishes"]) == [], row["key"]
        assert set(row["children_bands"]) <= set(codes.CHILD_BANDS), row["key"]
        assert set(row["gender_wish"]) <= codes.GENDERS, row["key"]
        assert set(row.get("genders", [])) <= codes.GENDERS, row["key"]
        assert set(row["wants_age_band"]) <= set(codes.ADULT_BANDS), row["key"]
        assert row["background_wish"] in codes.BACKGROUND_WISHES, row["key"]
        assert row["contact_language"] in row["languages"], row["key"]
        assert row["has_network"] in {True, False, None}, row["key"]


def test_a_household_speaks_the_danish_of_its_module() -> None:
    said = {row["key"]: row["languages"].get("da", 0) for row in load("households")}
    by_module = {row["key"]: danish_level(row["danish_module"]) for row in load("households")}

    assert said == by_module


def test_a_household_has_an_adviser_of_its_own_municipality() -> None:
    advisers = {row["key"]: row["municipality"] for row in load("staff") if "adviser" in row["roles"]}

    assert [row for row in load("households") if advisers.get(row["adviser"]) != row["municipality"]] == []


def test_nobody_has_waited_longer_than_they_have_been_known() -> None:
    for row in load("households"):
        assert row["waiting_days"] >= 0, row["key"]
        assert row["arrived_days_ago"] < 0 or row["waiting_days"] <= row["arrived_days_ago"], row["key"]


def test_activities_are_described_in_known_codes_and_welcome_somebody() -> None:
    for row in load("activities"):
        assert row["kind"] in ActivityKind.values, row["key"]
        assert row["slots"] and set(row["slots"]) <= set(codes.SLOTS), row["key"]
        assert set(row["languages"]) <= set(all_languages()) and "da" in row["languages"], row["key"]
        assert set(row["children"]) <= set(codes.CHILD_BANDS), row["key"]
        assert row["adults"] or row["children"], row["key"]
        assert row["phone"] or row["email"], row["key"]
        assert row["seated"].keys() <= keys("households") and len(row["seated"]) <= row["capacity"], row["key"]


# Those the demo must show


def test_each_municipality_has_a_homework_cafe_and_there_are_language_cafes_and_a_group_for_women() -> None:
    kinds = Counter((row["municipality"], row["kind"]) for row in load("activities"))

    assert {code for code, kind in kinds if kind == "homework_cafe"} == JOINED
    assert {code for code, kind in kinds if kind == "language_cafe"} == JOINED
    assert [row["key"] for row in load("activities") if row["women_only"]] == ["kvindegruppe-roskilde"]


def test_the_one_volunteer_under_18_offers_only_what_is_open_to_minors() -> None:
    young = [row for row in load("volunteers") if row["age_band"] == codes.UNDER_18]

    assert [{offer["kind"] for offer in row["offers"]} for row in young] == [{"company", "activity"}]


def test_certificates_in_force_run_out_and_missing_are_all_there() -> None:
    certificates = [row["certificate"] for row in load("volunteers")]
    left = [item["valid_days"] - item["days_ago"] for item in certificates if item]

    assert None in certificates
    assert min(left) < 0 < max(left)
    assert all(item["organisation"] for item in certificates if item)


def test_most_volunteers_speak_danish_well_and_a_few_are_still_learning() -> None:
    levels = Counter(row["languages"]["da"] for row in load("volunteers"))

    assert set(levels) == {2, 3, 4}
    assert levels[2] <= 5


@pytest.mark.parametrize("scarce", ["ti", "prs", "ps", "ckb", "kmr"])
def test_some_languages_are_spoken_by_three_volunteers_at_most(scarce: str) -> None:
    speakers = [row for row in load("volunteers") if scarce in row["languages"]]

    assert 1 <= len(speakers) <= 3


def test_a_name_in_another_script_stands_on_both_sides() -> None:
    arabic = re.compile(r"[\u0600-\u06ff]")

    assert any(arabic.search(row["first_name"]) for row in load("volunteers"))
    assert any(arabic.search(row["display_name"]) for row in load("households"))
