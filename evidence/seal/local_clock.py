"""A timestamp authority in this process, for the demo and for sites that run their own.

Only what :class:`.timesources.LocalSource` needs: RFC 3161 tokens signed with an RSA key.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from .keys import FileCredentials

if TYPE_CHECKING:
    from pyhanko.sign.timestamps import TimeStamper

POLICY_OID: Final = "2.999.3161"
"""The policy a local authority stamps under: in the arc that is kept for examples."""


def local_stamper(credentials: FileCredentials, at: datetime) -> TimeStamper:
    """An authority whose clock says ``at``."""
    from asn1crypto import keys, tsp, x509
    from cryptography.hazmat.primitives import serialization
    from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

    class _LocalStamper(DummyTimeStamper):
        def _build_tst_info(
            self, message_imprint: tsp.MessageImprint, dt: datetime, req: tsp.TimeStampReq
        ) -> tsp.TSTInfo:
            info = super()._build_tst_info(message_imprint, dt, req)
            info["policy"] = tsp.ObjectIdentifier(POLICY_OID)
            return info

    key = credentials.private_key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return _LocalStamper(
        tsa_cert=x509.Certificate.load(credentials.certificate),
        tsa_key=keys.PrivateKeyInfo.load(key),
        fixed_dt=at,
    )
