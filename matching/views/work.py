"""Where municipal staff begin."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from matching import selectors
from matching.answers.next_best import came_to_nothing
from matching.answers.recruit import arrivals
from matching.drafting.rows import ready_for
from matching.selectors_hand_overs import of_departments, own_departments
from matching.selectors_reception import department_steps, overdue_steps
from matching.views import concerns, follow_up
from portal.accounts.models import User
from portal.municipalities.models import Role
from portal.municipalities.permissions import may, requires
from portal.municipalities.requests import StaffRequest

# The dashboard shows the beginning of each list; the list of households has the rest.
SHOWN = 20
# Wishes whose proposal came to nothing, each with the next best.
AFRESH = 5

# Permission, page and words of everything else that can be reached from here, in the order of use.
TOOLS = (
    ("household.view", "households", _("All households")),
    ("follow_up.view", "follow_up", _("To follow up")),
    ("reception.view", "receptions", _("Receptions")),
    ("agreement.view", "agreements", _("What people agree to do together")),
    ("hand_over.view", "hand_overs", _("Handed over to departments")),
    ("step.do", "department_work", _("My department")),
    ("concern.view", "concerns", _("Somebody wants to be called")),
    ("draft.view", "drafts", _("Draft for all who wait")),
    ("volunteer.view", "volunteers", _("Volunteers")),
    ("activity.view", "activities", _("Cafés and activities")),
    ("place.view", "meeting_places", _("Meeting places")),
    # The coordinator too, whose activities are among what is stopped.
    ("pressure.view", "stopped", _("Stopped at the boundary")),
    ("reception.arrivals", "arrivals", _("Planned arrivals")),
    ("recruit.view", "recruit", _("People to recruit")),
    ("data.view", "data_report", _("To be corrected")),
    ("fairness.view", "fairness", _("Do all groups wait alike?")),
    ("weights.view", "weights", _("What counts in the score")),
    ("boundary.view", "boundary", _("Who does what: the register")),
    ("boundary.view", "interfaces", _("Agreed with partners: who does what")),
    ("department.keep", "departments", _("Departments and who works there")),
    ("contact.edit", "concern_contact", _("Worried about a child: your number")),
    ("household.hand_over", "advisers", _("Advisers and their households")),
    ("border.open", "neighbours", _("Neighbouring municipalities")),
    ("reception.template", "reception_templates", _("Reception templates")),
    ("reception.review", "reviews", _("Yearly reviews")),
    ("pressure.view", "pressure", _("Where the boundary is under pressure")),
    ("retention.view", "retention", _("How long things are kept")),
    ("audit.view", "audit", _("Audit trail")),
)


@require_safe
@requires("work.view")
def work(request: StaffRequest) -> HttpResponse:
    """For an adviser who waits, who has to answer and what came of it; for every role what it may do."""
    department = _department(request) if may(request, "step.do") else {}
    context: dict[str, object] = {
        "municipality": request.municipality,
        "roles": request.roles,
        "tools": [(page, text) for permission, page, text in TOOLS if _leads_on(request, permission, page, department)],
    }
    context |= department
    if may(request, "household.view"):
        context |= _cases(request)
    if may(request, "follow_up.view"):
        context |= follow_up.head(request.municipality, adviser=_adviser(request))
    if may(request, "reception.view"):
        late = overdue_steps(request.municipality, request.user, timezone.localdate())
        context["own_overdue_steps"] = late.count()
    if may(request, "concern.view"):
        context["open_concerns"] = concerns.waiting(request.municipality).count()
    if may(request, "recruit.view"):
        context["arrivals"] = arrivals(request.municipality.code, now=timezone.now())
    return render(request, "matching/work.html", context)


def _adviser(request: StaffRequest) -> User | None:
    """Whose households alone are asked for; None for everybody's."""
    return request.user if request.GET.get("mine") == "1" else None


def _leads_on(request: StaffRequest, permission: str, page: str, department: Mapping[str, object]) -> bool:
    """Whether a page is there for this person; that of a department for those alone who work in one."""
    if page == "department_work" and not department and Role.DEPARTMENT not in request.roles:
        return False
    return may(request, permission)


def _department(request: StaffRequest) -> dict[str, object]:
    """How much waits for the departments that this person works in, if any."""
    now, departments = timezone.now(), own_departments(request.user, request.municipality)
    if not departments:
        return {}
    steps = department_steps(request.municipality, request.user, timezone.localdate(now))
    return {
        "departments": departments,
        "department_waits": of_departments(departments, request.municipality, now).count(),
        "department_overdue": sum(line.is_overdue for line in steps),
    }


def _cases(request: StaffRequest) -> dict[str, object]:
    now, municipality = timezone.now(), request.municipality
    adviser = _adviser(request)
    waiting = selectors.waiting_requests(municipality, now, adviser=adviser)
    proposals = selectors.live_proposals(municipality, adviser=adviser)
    shorter: dict[str, QuerySet[Any]] = {
        "matches": selectors.new_matches(municipality, now, adviser=adviser),
        "on_the_way": selectors.on_the_way(municipality, timezone.localdate(now), adviser=adviser),
        "paused_wishes": selectors.paused_requests(municipality, adviser=adviser),
        "paused_matches": selectors.paused_matches(municipality, adviser=adviser),
    }
    return {
        "now": now,
        "only_mine": adviser is not None,
        "ready": ready_for(municipality.code, request.user.pk),
        "came_to_nothing": came_to_nothing(municipality, now=now, limit=AFRESH, adviser=adviser),
        "closed_seats": selectors.seats_in_closed(municipality, adviser=adviser),
        "waiting": waiting[:SHOWN],
        "waiting_count": waiting.count(),
        "proposals": proposals[:SHOWN],
        "proposals_count": proposals.count(),
        # One more than is shown tells whether there are more.
        **{name: list(rows[: SHOWN + 1]) for name, rows in shorter.items()},
        "shown": SHOWN,
        "last_shown": f":{SHOWN}",
    }
