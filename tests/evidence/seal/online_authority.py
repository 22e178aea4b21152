"""A certificate authority, OCSP responder and timestamp authority that answer over HTTP, here.

Keys and certificates are made by certomancer for this run; one of them has been withdrawn.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml
from asn1crypto import ocsp, tsp
from certomancer.registry import (
    ArchLabel,
    CertLabel,
    CertomancerConfig,
    PKIArchitecture,
    ServiceLabel,
)
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from lotproof.evidence.seal.keys import FileCredentials

SIGNERS = ("P-004", "P-004-old", "P-011", "P-002", "seal")
WITHDRAWN = "P-004-old"
_TYPES = {"ocsp": "application/ocsp-response", "tsa": "application/timestamp-reply",
          "crls": "application/pkix-crl"}  # fmt: skip


@dataclass
class Authority:
    """The services and their keys.

    Attributes:
        root: its root certificate, as PEM.
        keys: of those who sign, and an older one of the preparer that was withdrawn.
        url: of the timestamp authority.
        asked: which services were asked, in their order.
        silent: services that answer with an error.
    """

    root: Path
    keys: dict[str, FileCredentials]
    url: str
    asked: list[str] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)


def _extension(name: str, schema: str, params: Any, *, critical: bool = False) -> dict[str, Any]:
    return {"id": name, "critical": critical, "smart-value": {"schema": schema, "params": params}}


def _certificate(subject: str, *extensions: dict[str, Any], **more: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    validity = {
        "valid-from": (now - timedelta(days=30)).isoformat(),
        "valid-to": (now + timedelta(days=700)).isoformat(),
    }
    return {
        "subject": subject, "issuer": "root", "validity": validity,
        "extensions": list(extensions), **more,
    }  # fmt: skip


def _usage(*names: str) -> dict[str, Any]:
    return _extension("key_usage", "key-usage", list(names), critical=True)


def _config(url: str) -> dict[str, Any]:
    where = (
        _extension("authority_information_access", "aia-urls", {"ocsp-responder-names": ["root"]}),
        _extension("crl_distribution_points", "crl-dist-url", {"crl-repo-names": ["root"]}),
    )
    people = {
        name: _certificate(name, _usage("digital_signature", "non_repudiation"), *where)
        for name in SIGNERS
    }
    since = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    people[WITHDRAWN]["revocation"] = {"revoked-since": since, "reason": "key_compromise"}
    purpose = "extended_key_usage"
    certs = people | {
        "root": _certificate(
            "root", _usage("digital_signature", "key_cert_sign", "crl_sign"),
            {"id": "basic_constraints", "critical": True, "value": {"ca": True}},
        ),
        "responder": _certificate(
            "responder", _usage("digital_signature"),
            {"id": purpose, "value": ["ocsp_signing"]}, {"id": "ocsp_no_check", "value": None},
        ),
        "clock": _certificate(
            "clock", _usage("digital_signature"),
            {"id": purpose, "critical": True, "value": ["time_stamping"]}, *where,
        ),
    }  # fmt: skip
    names = ("root", "responder", "clock", *SIGNERS)
    return {
        "external-url-prefix": url,
        "keysets": {"all": {"keys": {name: {"path": f"{name}.pem"} for name in names}}},
        "pki-architectures": {
            "house": {
                "keyset": "all",
                "entities": {name: {"common-name": name} for name in names},
                "certs": certs,
                "services": {
                    "ocsp": {"root": {"for-issuer": "root", "responder-cert": "responder",
                                      "signing-key": "responder"}},
                    "crl-repo": {"root": {"for-issuer": "root", "signing-key": "root",
                                          "simulated-update-schedule": "P1D"}},
                    "time-stamping": {"clock": {"signing-key": "clock", "signing-cert": "clock"}},
                },
            }
        },
    }  # fmt: skip


@contextmanager
def online(folder: Path) -> Iterator[Authority]:
    """Serve an authority until the block ends.

    Args:
        folder: where keys go.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    url = f"http://127.0.0.1:{server.server_port}"
    config = _config(url)
    private = _write_keys(folder, config["keysets"]["all"]["keys"])
    house = CertomancerConfig.from_yaml(yaml.safe_dump(config), str(folder)).get_pki_arch(
        ArchLabel("house")
    )
    root = folder / "root-certificate.pem"
    root.write_bytes(_certificate_pem(house, "root"))
    keys = {name: FileCredentials(_der(house, name), (), private[name]) for name in SIGNERS}
    made = Authority(root, keys, f"{url}/house/tsa/clock")
    server.RequestHandlerClass = _handler(house, made)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _write_keys(folder: Path, files: dict[str, dict[str, str]]) -> dict[str, Any]:
    made = {}
    for name, file in files.items():
        key = ec.generate_private_key(ec.SECP256R1())
        made[name] = key
        (folder / file["path"]).write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )  # fmt: skip
    return made


def _der(house: PKIArchitecture, name: str) -> bytes:
    return bytes(house.get_cert(CertLabel(name)).dump())


def _certificate_pem(house: PKIArchitecture, name: str) -> bytes:
    from asn1crypto import pem

    return bytes(pem.armor("CERTIFICATE", _der(house, name)))


def _handler(house: PKIArchitecture, made: Authority) -> type[BaseHTTPRequestHandler]:
    services = house.service_registry

    def answer(kind: str, body: bytes) -> bytes:
        now = datetime.now(UTC)
        if kind == "ocsp":
            request = ocsp.OCSPRequest.load(body)
            responder = services.summon_responder(ServiceLabel("root"), now)
            return bytes(responder.build_ocsp_response(request).dump())
        if kind == "tsa":
            stamped = tsp.TimeStampReq.load(body)
            clock = services.summon_timestamper(ServiceLabel("clock"), now)
            return bytes(clock.request_tsa_response(stamped).dump())
        return bytes(services.get_crl(ServiceLabel("root"), now).dump())

    class Handler(BaseHTTPRequestHandler):
        """Answers as the service its path names."""

        def do_POST(self) -> None:
            self._answer()

        def do_GET(self) -> None:
            self._answer()

        def _answer(self) -> None:
            kind = self.path.split("/")[2]
            made.asked.append(kind)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if kind in made.silent:
                self.send_error(503)
                return
            told = answer(kind, body)
            self.send_response(200)
            self.send_header("Content-Type", _TYPES[kind])
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as inherited
            """Nothing is printed."""

    return Handler
