"""People who are signed in, each in a browser of their own."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.audit.record import SYSTEM, Record
from portal.municipalities.models import Municipality, Role
from tests import factories

HOUSEHOLDS = {"name": "Dilovan Testperson", "phone": "55501111", "email": "dilovan@example.org"}
VOLUNTEERS = {"name": "Birthe Prøvesen", "phone": "55502222", "email": "birthe@example.org"}


def signed_in(user: User) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def adviser(odsherred: Municipality) -> User:
    return factories.make_member(odsherred, user=factories.make_user(name="Lisbeth Rådgiver"))


@pytest.fixture
def staff(adviser: User) -> Client:
    """An adviser's browser."""
    return signed_in(adviser)


@pytest.fixture
def staff_url(odsherred: Municipality) -> Callable[..., str]:
    """Addresses of the municipality's own pages."""

    def address(view: str, *args: Any) -> str:
        return reverse(view, args=[odsherred.slug, *args])

    return address


@pytest.fixture
def administrator(odsherred: Municipality) -> User:
    return factories.make_member(odsherred, Role.ADMINISTRATOR)


@pytest.fixture
def household(odsherred):
    return factories.make_household(odsherred, contact=HOUSEHOLDS, language="ar")


@pytest.fixture
def volunteer(odsherred):
    return factories.make_volunteer(odsherred, contact=VOLUNTEERS, display_name="Birthe")


@pytest.fixture
def proposal(household, volunteer, adviser):
    return factories.make_proposal(household.requests.get(), volunteer, by=adviser)


@pytest.fixture
def helper(volunteer):
    """The volunteer's browser."""
    return signed_in(volunteer.party.user)


@pytest.fixture
def record(odsherred):
    return Record(SYSTEM, odsherred.code)
