"""Finds the code in a mail, as a person does."""

import re
from collections.abc import Sequence

from django.core.mail import EmailMessage

CODE = re.compile(r"^\d{8}$", re.MULTILINE)


def code_in(mail: EmailMessage) -> str:
    """The one code that stands on a line of its own."""
    (code,) = CODE.findall(str(mail.body))
    return code


def to(mails: Sequence[EmailMessage], address: str) -> EmailMessage:
    """The newest mail to this address."""
    return [mail for mail in mails if mail.to == [address]][-1]
