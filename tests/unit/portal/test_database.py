"""Addresses and roles, worked out without asking any server."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
import pytest

from portal import database

OWNER = "postgresql://owner:s%C3%B8d@db.example.org:5433/town"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "DATABASE_URL",
        "DATABASE_SITE_URL",
        "PORTAL_SITE_ROLE",
        "PORTAL_SITE_URL",
        "PORTAL_OWNER_URL",
    ):
        monkeypatch.delenv(name, raising=False)


def test_the_private_server_has_the_same_addresses_every_time() -> None:
    assert database.urls() == database.urls()
    assert database.urls("main") != database.urls("test")


def test_django_reads_the_private_address_as_a_socket_folder() -> None:
    owner, site = map(dj_database_url.parse, database.urls())

    assert (owner["USER"], site["USER"]) == ("portal_owner", "portal_site")
    assert owner["HOST"] == site["HOST"]
    assert Path(owner["HOST"]).name.startswith("portal-")
    assert owner["NAME"] == "portal"


def test_with_a_server_given_the_site_logs_in_there_as_another_role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", OWNER)

    owner, site = database.urls()

    assert owner == OWNER
    assert urlsplit(site).username == "town_site"
    assert (urlsplit(site).hostname, urlsplit(site).port, urlsplit(site).path) == (
        "db.example.org",
        5433,
        "/town",
    )


def test_every_machine_works_out_the_same_password_and_not_the_owners(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", OWNER)

    _, first = database.urls()
    _, second = database.urls()

    assert urlsplit(first).password == urlsplit(second).password
    assert len(urlsplit(first).password or "") == 64


def test_another_owners_password_gives_another_site_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", OWNER)
    _, first = database.urls()
    monkeypatch.setenv("DATABASE_URL", OWNER.replace("s%C3%B8d", "sur"))

    _, second = database.urls()

    assert urlsplit(first).password != urlsplit(second).password


def test_where_the_owner_needs_no_password_the_site_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://owner@db.example.org/town")

    assert database.urls()[1] == "postgresql://town_site@db.example.org/town"


@pytest.mark.parametrize(
    ("variables", "role"),
    [
        ({}, "portal_site"),
        ({"DATABASE_URL": OWNER}, "town_site"),
        ({"DATABASE_URL": OWNER, "DATABASE_SITE_URL": "postgresql://visitor@h/town"}, "visitor"),
        ({"DATABASE_URL": OWNER, "PORTAL_SITE_ROLE": "chosen"}, "chosen"),
        ({"DATABASE_URL": "postgresql://o@h/" + "n" * 63}, "n" * 58 + "_site"),
    ],
)
def test_the_sites_role(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], role: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert database.site_role() == role


def test_nothing_is_started_when_the_addresses_are_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_SITE_URL", "postgresql://site@h/town")

    assert database.prepare_environment() is None
    assert "PORTAL_OWNER_URL" not in os.environ
