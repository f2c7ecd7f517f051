"""Who may do what: one table, read by the views, the menus and the tests.

A permission is given to roles, always within one municipality. Nobody has a permission outside it: what another
municipality owns does not exist (404).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from portal.municipalities.models import Role

PERMISSIONS: dict[str, frozenset[str]] = {
    "household.view": frozenset({Role.ADVISER}),
    "household.register": frozenset({Role.ADVISER}),
    "household.invite": frozenset({Role.ADVISER}),
    "household.close": frozenset({Role.ADVISER}),
    "household.hand_over": frozenset({Role.ADVISER, Role.ADMINISTRATOR}),
    "household.move": frozenset({Role.ADVISER}),
    "move.answer": frozenset({Role.ADVISER}),
    "household.copy": frozenset({Role.ADVISER}),
    "suggestion.view": frozenset({Role.ADVISER}),
    "proposal.make": frozenset({Role.ADVISER}),
    "proposal.answer_for_household": frozenset({Role.ADVISER}),
    "draft.view": frozenset({Role.ADVISER}),
    "draft.make": frozenset({Role.ADVISER}),
    "draft.send": frozenset({Role.ADVISER}),
    "match.view": frozenset({Role.ADVISER}),
    "match.end": frozenset({Role.ADVISER}),
    "match.pause": frozenset({Role.ADVISER}),
    "match.contact": frozenset({Role.ADVISER}),
    "meeting.arrange": frozenset({Role.ADVISER}),
    "place.view": frozenset({Role.ADVISER, Role.VOLUNTEER_COORDINATOR}),
    "place.post": frozenset({Role.VOLUNTEER_COORDINATOR}),
    "fairness.view": frozenset({Role.ADVISER, Role.ADMINISTRATOR}),
    "border.open": frozenset({Role.ADMINISTRATOR}),
    "activity.view": frozenset({Role.ADVISER, Role.VOLUNTEER_COORDINATOR, Role.EDITOR}),
    "activity.post": frozenset({Role.VOLUNTEER_COORDINATOR}),
    "seat.take": frozenset({Role.ADVISER}),
    "volunteer.view": frozenset({Role.ADVISER, Role.VOLUNTEER_COORDINATOR}),
    "recruit.view": frozenset({Role.ADVISER, Role.VOLUNTEER_COORDINATOR, Role.EDITOR}),
    "data.view": frozenset({Role.ADVISER, Role.VOLUNTEER_COORDINATOR}),
    "volunteer.contact": frozenset({Role.VOLUNTEER_COORDINATOR}),
    "volunteer.close": frozenset({Role.VOLUNTEER_COORDINATOR}),
    "certificate.record": frozenset({Role.VOLUNTEER_COORDINATOR}),
    "audit.view": frozenset({Role.ADMINISTRATOR}),
    "retention.view": frozenset({Role.ADMINISTRATOR}),
    "weights.view": frozenset({Role.ADVISER, Role.ADMINISTRATOR}),
    "weights.choose": frozenset({Role.ADMINISTRATOR}),
    "follow_up.view": frozenset({Role.ADVISER}),
    "follow_up.do": frozenset({Role.ADVISER}),
    "concern.view": frozenset({Role.VOLUNTEER_COORDINATOR}),
    "concern.handle": frozenset({Role.VOLUNTEER_COORDINATOR}),
    "contact.edit": frozenset({Role.ADMINISTRATOR}),
    "boundary.view": frozenset(Role.values),
    "boundary.keep": frozenset({Role.EDITOR, Role.ADMINISTRATOR}),
    "department.keep": frozenset({Role.ADMINISTRATOR}),
    "interface.keep": frozenset({Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR}),
    "pressure.view": frozenset({Role.VOLUNTEER_COORDINATOR, Role.EDITOR, Role.ADMINISTRATOR}),
    "agreement.view": frozenset({Role.ADVISER}),
    "agreement.confirm_for_household": frozenset({Role.ADVISER}),
    "hand_over.view": frozenset({Role.ADVISER}),
    "hand_over.make": frozenset({Role.ADVISER}),
    "hand_over.answer": frozenset({Role.ADVISER, Role.DEPARTMENT}),
    "reception.view": frozenset({Role.ADVISER}),
    "reception.run": frozenset({Role.ADVISER}),
    "reception.arrivals": frozenset({Role.ADVISER, Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR}),
    "reception.template": frozenset({Role.ADMINISTRATOR}),
    "reception.review": frozenset({Role.ADVISER, Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR}),
    "step.do": frozenset({Role.ADVISER, Role.DEPARTMENT}),
    "work.view": frozenset(Role.values),
}

View = Callable[..., HttpResponse]


def may(request: HttpRequest, permission: str) -> bool:
    """Whether the person asking has `permission` in the municipality in force."""
    return bool(PERMISSIONS[permission] & getattr(request, "roles", frozenset()))


def requires(permission: str) -> Callable[[View], View]:
    """A view below /kommune/<slug>/ that needs `permission` there. Signed out: to the log-in. Otherwise: 404."""
    PERMISSIONS[permission]  # an unknown name fails when the module is loaded, not when somebody clicks

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not may(request, permission):
                raise Http404
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate
