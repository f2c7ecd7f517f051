"""One aggregate a file."""

from volunteers.boundary.models import TaskType
from volunteers.models.activity import Activity
from volunteers.models.offer import Offer
from volunteers.models.vetting import CertificateCheck
from volunteers.models.volunteer import Volunteer

__all__ = ["Activity", "CertificateCheck", "Offer", "TaskType", "Volunteer"]
