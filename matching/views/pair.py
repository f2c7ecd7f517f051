"""Why one volunteer is suggested for one wish, or is not."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from matching import facts
from matching.answers.pair import explain_pair
from matching.models import Request
from matching.states import RequestState
from matching.words import reasons
from portal.municipalities.permissions import requires
from portal.municipalities.requests import StaffRequest
from volunteers.models import Offer


@require_safe
@requires("suggestion.view")
def pair(request: StaffRequest, pk: int, offer: int) -> HttpResponse:
    """The reasons and the parts of the score; or every rule that stands between the two."""
    now = timezone.now()
    wishes = facts.with_facts(Request.objects.within(request.municipality), now=now)
    wish = get_object_or_404(wishes, pk=pk)
    offers = Offer.objects.following("ours, and those who help here from across an open border")
    found = get_object_or_404(offers.select_related("volunteer"), pk=offer)
    answer = explain_pair(wish, found, now=now)
    context = {
        "municipality": request.municipality,
        "wish": wish,
        "household": wish.household,
        "offer": found,
        "candidate": answer.candidate,
        "broken": [reasons.rule_text(rule) for rule in answer.broken],
        "may_propose": answer.candidate is not None and wish.state == RequestState.OPEN,
    }
    return render(request, "matching/pair.html", context)
