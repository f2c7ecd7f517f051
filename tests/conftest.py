"""What every test may use."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import hypothesis
import pytest
from django.core.cache import cache
from django.core.signals import request_finished
from django.db import connection, transaction
from django.utils import translation

from portal.municipalities.models import Municipality
from portal.municipalities.rls import set_scope, take_site_role
from tests import factories

pytest_plugins = ["tests.demands", "tests.databases"]

# Of one commit, CI says the same every time; other examples are looked for on everybody's own machine.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")


@pytest.fixture(autouse=True)
def _danish() -> Iterator[None]:
    """A request leaves its language behind in the thread; one test's is not another's."""
    with translation.override("da"):
        yield


@pytest.fixture(autouse=True)
def _owner_between_requests() -> Iterator[None]:
    """A request takes the site's role until its transaction ends; a test's transaction is longer than that."""
    request_finished.connect(_back_to_owner)
    yield
    request_finished.disconnect(_back_to_owner)


@pytest.fixture(autouse=True)
def _fresh_rate_limits(request: pytest.FixtureRequest) -> None:
    """Log-in limits live in the shared cache; one test's attempts are not another's."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db" if not _transactional(request) else "transactional_db")
        cache.clear()


def _transactional(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction"))


@pytest.fixture
def odsherred(db: None) -> Municipality:
    return factories.make_municipality(factories.ODSHERRED)


@pytest.fixture
def roskilde(db: None) -> Municipality:
    return factories.make_municipality(factories.ROSKILDE)


@pytest.fixture
def as_site(db: None):
    """The database as the site's role sees it, with a municipality and a user in force."""

    @contextmanager
    def scope(*, municipality: int | None = None, user: int | None = None) -> Iterator[None]:
        with transaction.atomic():
            take_site_role()
            set_scope(municipality=municipality, user=user)
            try:
                yield
            finally:
                # What was written is looked at afterwards by the owner.
                _back_to_owner()

    return scope


def _back_to_owner(**_: object) -> None:
    if not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute("SELECT set_config('portal.municipality', '', true), set_config('portal.user', '', true)")
