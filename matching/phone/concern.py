"""A page below a MATCH link: something is wrong. No words are asked for: the coordinator calls."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone, translation

from matching.models import Match
from matching.models.match import Side
from matching.phone.pages import PhoneRequest, address_of, go_to, record_of, render_page
from matching.states import LIVE_MATCHES
from matching.telling import Stage, kinds_for, tell
from portal.messages.models import Link
from portal.messages.outbox import message_language
from portal.privacy.models import PartyKind

STEP = "galt"


def concern(request: PhoneRequest, link: Link) -> HttpResponse:
    """Choose what it is about, for a volunteer also whether the family knows, and thanks."""
    found = Match.objects.following("what the link is about").select_related("volunteer").get(pk=link.subject_id)
    side = Side.VOLUNTEER if link.party.kind == PartyKind.VOLUNTEER else Side.HOUSEHOLD
    stage = Stage.TOLD if request.GET.get("sendt") else Stage.CHOOSE
    if request.method == "POST" and found.state in LIVE_MATCHES:
        stage = tell(request.POST.dict(), found, side, now=timezone.now(), record=record_of(link))
        if stage == Stage.TOLD:
            return go_to(request, link, STEP, sendt="1")
    context = {
        "match": found,
        "back": address_of(request, link),
        "stage": stage.value,
        "kinds": kinds_for(side),
        "kind": request.POST.get("hvad", ""),
        "is_live": found.state in LIVE_MATCHES,
        "is_volunteer": side == Side.VOLUNTEER,
        "duty_address": duty_address(link),
    }
    return render_page(request, link, "phone/concern.html", context)


def duty_address(link: Link) -> str:
    """The page about the duty to notify, for this municipality, in the language nearest to the party's own."""
    with translation.override(message_language(link.party)):
        return f"{reverse('duty')}?kommune={link.municipality.slug}"
