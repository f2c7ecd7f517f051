"""GatewayAPI's REST interface (https://gatewayapi.com/docs/apis/rest/): one POST for each SMS."""

import json
import logging
from base64 import b64encode
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from portal.messages.sms.port import GatewayBusy, GatewayRefused, GatewayUnsure

logger = logging.getLogger(__name__)

#: Seconds that the gateway has for an answer, and bytes that the answer may have.
TIMEOUT = 10.0
LARGEST_ANSWER = 65_536
# 3GPP TS 23.038: what fits in seven bits a sign. Anything else makes the whole message UCS-2.
GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€\f"
)


@dataclass(frozen=True, slots=True)
class GatewayApi:
    """The gateway at an address, with the account's token; `sender` is what the phone shows."""

    url: str
    token: str
    sender: str

    def send(self, number: str, text: str, reference: str) -> str:
        """As the port says."""
        sms: dict[str, Any] = {
            "sender": self.sender,
            "message": text,
            "recipients": [{"msisdn": int(number)}],
            "userref": reference,
        }
        if not GSM_7.issuperset(text):
            sms["encoding"] = "UCS2"
        return _id_in(self._post(sms))

    def _post(self, sms: dict[str, Any]) -> bytes:
        login = b64encode(f"{self.token}:".encode()).decode()
        headers = {"Content-Type": "application/json", "Authorization": f"Basic {login}"}
        address = f"{self.url.rstrip('/')}/rest/mtsms"
        # The system check lets nothing but http and https be an address.
        request = Request(address, json.dumps(sms).encode(), headers)  # noqa: S310
        try:
            with urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
                return bytes(answer.read(LARGEST_ANSWER))
        except HTTPError as error:
            with error:
                raise _refusal(error.code) from None
        # What went wrong may hold the number, and the request holds the token: only its kind is told.
        except URLError as error:  # before the gateway had the whole of it
            raise GatewayBusy(type(error.reason).__name__) from None
        except (OSError, HTTPException) as error:
            raise GatewayUnsure(type(error).__name__) from None


def _refusal(status: int) -> GatewayBusy | GatewayRefused:
    """Of the answers that are no yes, those about this one message are final.

    401, 403 and 402 are about the account: somebody puts that right, and the message can go then.
    """
    return GatewayRefused(f"HTTP {status}") if status in (400, 413, 414, 422) else GatewayBusy(f"HTTP {status}")


def _id_in(body: bytes) -> str:
    """The gateway's number for the SMS. It has taken the SMS by now, so that an odd answer is no reason to repeat."""
    try:
        return str(json.loads(body)["ids"][0])
    except (ValueError, LookupError, TypeError):
        logger.warning("The SMS gateway took a message and gave no number for it.")
        return ""
