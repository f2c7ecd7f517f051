"""Why a program failed, read from its log. Standard library only."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

FULL_DISK_BYTES = 20_000_000  # PostgreSQL alone asks for 16 MB at a time

# What is found in the log, from what it means to the person at the terminal; the first that is found counts.
REASONS = {
    "no space left on the disk": ("No space left on device", "ENOSPC", "Check free disk space"),
    "a package is not the one whose hash is written down": ("DO NOT MATCH THE HASHES", "EINTEGRITY"),
    "the certificate of the package index is not trusted": (
        "CERTIFICATE_VERIFY_FAILED",
        "SELF_SIGNED",
        "UNABLE_TO_",
    ),
    "the network or the package index cannot be reached": (
        *("Retrying (Retry", "NewConnectionError", "ConnectionError", "ProxyError", "Network is unreachable"),
        *("name resolution", "Connection refused", "ReadTimeout", "FetchError", "ETIMEDOUT", "ENOTFOUND"),
        *("EAI_AGAIN", "ENETUNREACH", "ECONNREFUSED", "ECONNRESET"),
    ),
    "no ready-made package for this Python and this machine": (
        "No matching distribution",
        "Could not find a version",
    ),
    "a folder may not be written to": ("Permission denied", "EACCES"),
}


def explain(log: Path) -> str:
    """The most likely reason for a failure, in a few words."""
    text = log.read_text(encoding="utf-8", errors="replace")
    if shutil.disk_usage(log.parent).free < FULL_DISK_BYTES:
        return "no space left on the disk"
    for reason, signs in REASONS.items():
        if any(sign in text for sign in signs):
            return reason
    return _last_error(text)


def _last_error(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if re.search(r"error|exception", line, re.IGNORECASE)]
    return (errors or lines or ["it does not say why"])[-1]
