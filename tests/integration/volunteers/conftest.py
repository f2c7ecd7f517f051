"""What the tests of volunteers share."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _danish_to_begin_with() -> Iterator[None]:
    """A request for another language leaves that language in force, and with it the addresses."""
    with translation.override("da"):
        yield
