"""What the pages about consents read from a request."""

from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from portal.privacy.models import Consent, Party


def chosen_consent(request: HttpRequest, party: Party) -> Consent:
    """The consent of this very party that a form names. Raises Http404 for anything else."""
    try:
        pk = UUID(request.POST.get("samtykke", ""))
    except ValueError:
        raise Http404 from None
    return get_object_or_404(party.consents.select_related("party"), pk=pk)
