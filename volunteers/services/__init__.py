"""What changes volunteers: keyword-only functions, each in one transaction, each with its audit record."""

from volunteers.services.consent import say_yes_to_matching, take_back, take_back_yes_to_matching
from volunteers.services.contact import (
    change_contact_details,
    contact_details_for_staff,
    follow_account_email,
)
from volunteers.services.profile import change_profile
from volunteers.services.sign_up import (
    CODE_OF_CONDUCT,
    CONFIDENTIALITY,
    AlreadyVolunteer,
    EmailTaken,
    SignUp,
    WorkAccount,
    confirm_email,
    sign_up,
    undo_sign_up,
)
from volunteers.services.states import end_breaks, move, welcome_waiting
from volunteers.services.vetting import AlreadyRecorded, record_certificate

__all__ = [
    "CODE_OF_CONDUCT",
    "CONFIDENTIALITY",
    "AlreadyRecorded",
    "AlreadyVolunteer",
    "EmailTaken",
    "SignUp",
    "WorkAccount",
    "change_contact_details",
    "change_profile",
    "confirm_email",
    "contact_details_for_staff",
    "end_breaks",
    "follow_account_email",
    "move",
    "record_certificate",
    "say_yes_to_matching",
    "sign_up",
    "take_back",
    "take_back_yes_to_matching",
    "undo_sign_up",
    "welcome_waiting",
]
