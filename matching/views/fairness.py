"""Do all groups wait alike? For advisers and the administrator."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from matching.answers import fairness as figures
from matching.domain.fairness import SMALLEST_GROUP, WITHIN_DAYS
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest

HEADINGS = {
    "language_group": _("By language"),
    "area": _("By area"),
    "household_size": _("By household size"),
}


@require_safe
@requires("fairness.view")
def fairness(request: StaffRequest) -> HttpResponse:
    """Waiting time and share matched within thirty days, by language, area and household size."""
    today = timezone.localdate()
    tables = figures.tables(request.municipality, today=today)
    context = {
        "municipality": request.municipality,
        "tables": [(name, heading, tables[name]) for name, heading in HEADINGS.items() if tables[name]],
        "up_to": figures.last_sunday(today),
        "days": WITHIN_DAYS,
        "smallest": SMALLEST_GROUP,
        "years": figures.YEARS,
    }
    return render(request, "matching/fairness.html", context)
