"""People who are signed in, each in a browser of their own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from portal.accounts.models import User
from portal.municipalities.models import Municipality, Role
from tests import factories


def signed_in(user: User) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def _in_danish() -> Iterator[None]:
    """The last page's language stays in force in the thread; it is not the next test's."""
    with translation.override("da"):
        yield


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
