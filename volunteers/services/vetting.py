"""Noting that a child certificate was obtained."""

from datetime import date

from django.db import transaction

from portal.audit.record import Record
from volunteers.models import CertificateCheck, Volunteer


class AlreadyRecorded(Exception):
    """The very same check stands there already: sent twice, or noted by a colleague a moment ago."""


@transaction.atomic
def record_certificate(
    volunteer: Volunteer, *, obtained_on: date, organisation: str, renew_by: date, record: Record
) -> CertificateCheck:
    """Note that a child certificate was obtained: when, by whom, renew by. Never the certificate (R09).

    Raises AlreadyRecorded.
    """
    locked = Volunteer.objects.within(volunteer.municipality_id).select_for_update().get(pk=volunteer.pk)
    values = {"obtained_on": obtained_on, "organisation": organisation, "renew_by": renew_by}
    if locked.certificate_checks.filter(**values).exists():
        raise AlreadyRecorded
    check = CertificateCheck(
        municipality_id=locked.municipality_id,
        volunteer=locked,
        recorded_by_id=record.actor.user_id,
        **values,
    )
    check.full_clean(exclude=["volunteer"])
    check.save()
    record.write("certificate.recorded", locked, renew_by=renew_by.isoformat())
    return check
