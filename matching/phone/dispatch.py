"""/s/<token>/ – from the token in a message to the page that it opens."""

from django.http import HttpResponse
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from matching.phone.pages import PhoneRequest, PhoneView, is_given_up, language_for, render_words
from matching.phone.registry import PAGES
from portal.messages import links
from portal.messages.models import Link
from portal.municipalities.rls import in_force


# No token of its own against forged forms: who knows the address could as well open it. And since the address is told
# to no other site (no-referrer), browsers hide where a form comes from, which Django's check would refuse.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def phone(request: PhoneRequest, token: str, step: str = "") -> HttpResponse:
    """Open the link's page, with its municipality in force and in its party's language.

    A GET answers nothing: programs that preview messages open links by themselves. A link that opens nothing ends in a
    friendly page with somebody to call.
    """
    response = _opened(request, token, step)
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _opened(request: PhoneRequest, token: str, step: str) -> HttpResponse:
    link = None
    try:
        link = links.open_link(token, now=timezone.now())
        links.check_rate(link)
        page = PAGES.get((link.purpose, step))
        if page is None or is_given_up(link, timezone.now()):
            raise links.LinkRefused(links.REVOKED, link)
        return _shown(request, link, page.view)
    except links.LinkRefused as refusal:  # also by the page itself: of two answers at once the later one
        return _refused(request, refusal.reason, link or refusal.link, step)


def _refused(request: PhoneRequest, reason: str, link: Link | None, step: str) -> HttpResponse:
    """Why nothing opens; a link that has been used shows what came of the answer, where there is something to tell."""
    if link is None:
        return _over(request, links.TOO_OFTEN if links.count_wrong(request) else reason, None)
    page = PAGES.get((link.purpose, step))
    if page and page.after and reason == links.USED and not is_given_up(link, timezone.now()):
        try:
            links.check_rate(link)
            return _shown(request, link, page.after)
        except links.LinkRefused as refusal:
            reason = refusal.reason
    return _over(request, reason, link)


def _shown(request: PhoneRequest, link: Link, view: PhoneView) -> HttpResponse:
    request.phone_language = language_for(request, link.party)
    with (
        in_force(municipality=link.municipality_id, user=link.party.user_id),
        translation.override(request.phone_language),
    ):
        return view(request, link)


def _over(request: PhoneRequest, reason: str, link: Link | None) -> HttpResponse:
    request.phone_language = language_for(request, link.party if link else None)
    context = {"reason": reason, "municipality": link.municipality if link else None}
    with translation.override(request.phone_language):
        status = 429 if reason == links.TOO_OFTEN else 410 if link else 404
        return render_words(request, "phone/over.html", context, status=status)
