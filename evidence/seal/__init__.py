"""From staged evidence to a signed, sealed pack, and back: is a pack still what was signed?

The names below are the whole interface. They are loaded on first use, because the libraries behind
them take half a second.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .appearance import SignatureText as SignatureText
    from .archive import zip_pack as zip_pack
    from .audit import AuditEvent as AuditEvent
    from .demo_ca import DEMO_PASSPHRASE as DEMO_PASSPHRASE
    from .demo_ca import DEMO_PEOPLE as DEMO_PEOPLE
    from .demo_ca import DemoCa as DemoCa
    from .demo_ca import DemoPerson as DemoPerson
    from .demo_ca import demo_policy as demo_policy
    from .demo_ca import make_demo_ca as make_demo_ca
    from .demo_ca import policy_yaml as policy_yaml
    from .evidence_manifest import EVIDENCE_MANIFEST as EVIDENCE_MANIFEST
    from .evidence_manifest import EvidenceManifest as EvidenceManifest
    from .evidence_manifest import write_evidence_manifest as write_evidence_manifest
    from .fields import place_signature_fields as place_signature_fields
    from .keys import Credentials as Credentials
    from .keys import load_credentials as load_credentials
    from .model import PackIdentity as PackIdentity
    from .model import PackRecord as PackRecord
    from .model import PackReference as PackReference
    from .model import SignatureBox as SignatureBox
    from .model import Tool as Tool
    from .paths import safe_name as safe_name
    from .policy import Person as Person
    from .policy import Role as Role
    from .policy import SigningPolicy as SigningPolicy
    from .policy import load_policy as load_policy
    from .rejecting import reject_pack as reject_pack
    from .renewing import renew_seal as renew_seal
    from .sealing import seal_pack as seal_pack
    from .signing import SignedPack as SignedPack
    from .signing import sign_pack as sign_pack
    from .staging import finish_draft as finish_draft
    from .staging import new_pack as new_pack
    from .staging import read_policy as read_policy
    from .staging import read_record as read_record
    from .timesources import TimeSource as TimeSource
    from .timesources import open_time_source as open_time_source
    from .verify import CODES as CODES
    from .verify import Finding as Finding
    from .verify import VerificationReport as VerificationReport
    from .verify import verify_pack as verify_pack

_HOME = {
    "SignatureText": "appearance",
    "zip_pack": "archive",
    "AuditEvent": "audit",
    "DEMO_PASSPHRASE": "demo_ca",
    "DEMO_PEOPLE": "demo_ca",
    "DemoCa": "demo_ca",
    "DemoPerson": "demo_ca",
    "demo_policy": "demo_ca",
    "make_demo_ca": "demo_ca",
    "policy_yaml": "demo_ca",
    "EVIDENCE_MANIFEST": "evidence_manifest",
    "EvidenceManifest": "evidence_manifest",
    "write_evidence_manifest": "evidence_manifest",
    "place_signature_fields": "fields",
    "Credentials": "keys",
    "load_credentials": "keys",
    "PackIdentity": "model",
    "PackRecord": "model",
    "PackReference": "model",
    "SignatureBox": "model",
    "Tool": "model",
    "safe_name": "paths",
    "Person": "policy",
    "Role": "policy",
    "SigningPolicy": "policy",
    "load_policy": "policy",
    "reject_pack": "rejecting",
    "renew_seal": "renewing",
    "seal_pack": "sealing",
    "SignedPack": "signing",
    "sign_pack": "signing",
    "finish_draft": "staging",
    "new_pack": "staging",
    "read_policy": "staging",
    "read_record": "staging",
    "TimeSource": "timesources",
    "open_time_source": "timesources",
    "CODES": "verify",
    "Finding": "verify",
    "VerificationReport": "verify",
    "verify_pack": "verify",
}

__all__ = sorted(_HOME)  # noqa: PLE0605 - the names above


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
