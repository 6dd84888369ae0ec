"""A client certificate, as a front server hands it on after checking that the client holds it.

Two forms are read: `:base64:` of RFC 9440 (`Client-Cert`), and the escaped PEM of nginx
(`$ssl_client_escaped_cert`). It is told by the SHA-256 of its bytes, which no authority can forge.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote_to_bytes

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from directory.base.errors import InputRefusedError

MARK = "certificate "


@dataclass(frozen=True)
class Certificate:
    """What is kept of a certificate: the digest of its bytes, and when it holds (UTC)."""

    digest: str
    starts: datetime
    ends: datetime

    def is_good(self, now: datetime) -> bool:
        """Whether it holds now."""
        return self.starts <= now < self.ends

    def check(self, now: datetime) -> None:
        """Raise InputRefusedError when it does not hold now."""
        if not self.is_good(now):
            raise InputRefusedError(
                f"Ce certificat vaut du {self.starts:%d/%m/%Y} au {self.ends:%d/%m/%Y} : "
                "demandez-en un en cours de validité.",
                field="certificate",
            )


def read_pem(content: bytes) -> Certificate:
    """The first certificate of a PEM file; InputRefusedError where there is none."""
    try:
        return _of(x509.load_pem_x509_certificate(content))
    except ValueError as exc:
        raise InputRefusedError("Ce n'est pas un certificat PEM.", field="certificate") from exc


def read_header(told: bytes) -> Certificate | None:
    """The certificate of a header of the front server; None for what is none."""
    try:
        if told.startswith(b":") and told.endswith(b":"):
            return _of(x509.load_der_x509_certificate(base64.b64decode(told[1:-1], validate=True)))
        return _of(x509.load_pem_x509_certificate(unquote_to_bytes(told)))
    except (ValueError, binascii.Error):
        return None


def _of(certificate: x509.Certificate) -> Certificate:
    der = certificate.public_bytes(Encoding.DER)
    return Certificate(
        MARK + hashlib.sha256(der).hexdigest(),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
    )
