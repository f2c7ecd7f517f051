"""Pages about privacy that volunteers and households share."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.privacy.export import Copy


def copy_page(request: HttpRequest, copy: Copy, *, title: str, back: str) -> HttpResponse:
    """A copy of what is kept, as a page; with `?fil=json` as a file. `back` is where it leads back to."""
    if request.GET.get("fil") == "json":
        text = json.dumps(copy.as_data(), ensure_ascii=False, indent=2)
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="my-data.json"'
        return response
    return render(request, "privacy/copy.html", {"copy": copy, "page_title": title, "back": back})
