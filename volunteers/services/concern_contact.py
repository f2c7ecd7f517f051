"""A municipality's own way in for whoever is worried about a child."""

from django.db import transaction

from portal.audit.record import Record
from portal.municipalities.models import Municipality


@transaction.atomic
def set_concern_contact(municipality: Municipality, *, phone: str, url: str, record: Record) -> bool:
    """Write number and page, which are public. True if they changed."""
    row = Municipality.objects.select_for_update(no_key=True).get(pk=municipality.pk)
    if (row.concern_phone, row.concern_url) == (phone, url):
        return False
    row.concern_phone, row.concern_url = phone, url
    row.save(update_fields=["concern_phone", "concern_url"])
    record.write("municipality.concern_contact", row)
    return True
