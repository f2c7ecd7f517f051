"""What a view may count on in a request, for readers and the type checker."""

from django.http import HttpRequest

from portal.accounts.models import User
from portal.municipalities.models import Municipality


class PersonRequest(HttpRequest):
    """A request of somebody who is signed in (`login_required`)."""

    user: User


class StaffRequest(PersonRequest):
    """A request below /kommune/<slug>/ that passed `requires(…)`: municipality in force, and the roles in it."""

    municipality: Municipality
    roles: frozenset[str]
