"""A page below a MATCH link: ending the match. The link opens nothing afterwards, so thanks come with the answer."""

from django.http import HttpResponse
from django.utils import timezone

from matching.forms.cases import NO, EndForm
from matching.models import Side
from matching.phone.of_match import match_of
from matching.phone.pages import PhoneRequest, address_of, record_of, render_page
from matching.phone.proposal import side_of
from matching.services.matches import MatchOver, end_match
from matching.states import LIVE_MATCHES
from portal.messages.models import Link

STEP = "slut"


def end(request: PhoneRequest, link: Link) -> HttpResponse:
    """What happens, a reason for those who want to give one, and whether they would like to meet somebody else."""
    found, side = match_of(link), Side(side_of(link))
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        again = request.POST.get("again") != NO
        try:
            reason = form.cleaned_data["reason"]
            end_match(found, side=side, reason=reason, again=again, now=timezone.now(), record=record_of(link))
        except MatchOver:
            pass  # the other one, or another tap, was first: it is over all the same
        return render_page(request, link, "phone/ended.html", {"again": again, "side": side.value})
    context = {
        "form": form,
        "side": side.value,
        "is_live": found.state in LIVE_MATCHES,
        "here": address_of(request, link, STEP),
        "back": address_of(request, link),
    }
    return render_page(request, link, "phone/end.html", context)
