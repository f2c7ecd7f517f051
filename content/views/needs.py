"""The list of needs."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from content.listing import Listing

PAGE_SIZE = 20


@require_safe
@vary_on_headers("HX-Request")  # else the browser's back button could show the stored results as the whole page
def needs(request: HttpRequest) -> HttpResponse:
    """Works without JavaScript; with it, only the results are fetched again when a field changes."""
    restored = request.headers.get("HX-History-Restore-Request") == "true"
    only_results = request.headers.get("HX-Request") == "true" and not restored
    listing = Listing(request.GET)
    found = listing.needs()
    query = request.GET.copy()
    query.pop("side", None)
    context = {
        "form": listing.form,
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("side")),
        "query": query.urlencode(),
        "wider": [(item, listing.address_without(item.without)) for item in listing.wider()] if not found else [],
        "searched": any(request.GET.get(name) for name in listing.form.fields),
        "only_results": only_results,
    }
    template = "content/includes/need_results.html" if only_results else "content/needs.html"
    response = render(request, template, context)
    if only_results:
        # Kept by the browser, the part would be shown as the whole page when somebody goes back.
        response.headers["Cache-Control"] = "no-store"
    return response
