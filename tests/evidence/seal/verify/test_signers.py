"""Valid signatures by the wrong people, in the wrong order, or saying the wrong thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lotproof.evidence.seal import Credentials, SigningPolicy, pdfsign, verify_pack
from lotproof.evidence.seal.verify.findings import Finding
from lotproof.evidence.seal.verify.pdf_facts import PdfFacts, SignatureFacts
from lotproof.evidence.seal.verify.roles import check_roles

from ..odd_certificates import OddAuthority
from ..packs import AT, HONEST, REPORT, Signed, World
from .test_files import objects

if TYPE_CHECKING:
    from collections.abc import Iterable

PREPARER, REVIEWER, APPROVER = HONEST


def at_field(field: str) -> str:
    return f"{REPORT}#{field}"


def facts(policy: SigningPolicy, *signatures: Signed) -> PdfFacts:
    """What an honest reader would see of these signatures, whose cryptography is right."""
    return PdfFacts(
        path=REPORT,
        size=1,
        fields=tuple(role.field for _, role in policy.in_order()),
        signatures=tuple(_signature(policy, r, s) for r, s in enumerate(signatures, 1)),
        revisions=len(signatures) + 1,
    )


def _signature(policy: SigningPolicy, revision: int, signed: Signed) -> SignatureFacts:
    person = policy.person(signed.person)
    return SignatureFacts(
        field=signed.field,
        revision=revision,
        end=1,
        intact=True,
        valid=True,
        certificate=person.certs[0] if person else "0" * 64,
        name=signed.name or (person.printed_name if person else "Somebody"),
        reason=signed.meaning,
        claimed_at=AT + timedelta(hours=signed.hours),
    )


def codes(findings: Iterable[Finding]) -> set[tuple[str, str]]:
    return {(finding.code, finding.object) for finding in findings}


def judged(world: World, *signatures: Signed, now: datetime | None = None) -> set[tuple[str, str]]:
    return codes(check_roles(facts(world.policy, *signatures), world.policy, now))


def test_the_right_people_in_the_right_order_are_no_finding(world: World) -> None:
    assert judged(world, *HONEST) == set()


def test_row_41_a_stranger_signs_once_more(
    world: World, pack: Path, strangers: dict[str, Credentials]
) -> None:
    add_field(pack / REPORT, "extra")
    signed = Signed("extra", "P-002", "approval", 4)
    (pack / REPORT).write_bytes(
        world.sign((pack / REPORT).read_bytes(), signed, strangers["P-002"])
    )
    found = objects(world, pack)

    assert ("E_PDF_FIELDSET", REPORT) in found
    assert ("E_CERT_UNTRUSTED", at_field("extra")) in found


def test_row_42_a_colleague_signs_once_more(world: World, pack: Path) -> None:
    add_field(pack / REPORT, "extra")
    signed = Signed("extra", "P-011", "review", 4)
    (pack / REPORT).write_bytes(world.sign((pack / REPORT).read_bytes(), signed))

    assert ("E_PDF_FIELDSET", REPORT) in objects(world, pack)


def add_field(report: Path, name: str) -> None:
    """A further signature field, appended as a signing program would."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.fields import SigFieldSpec, append_signature_field

    writer: Any = IncrementalPdfFileWriter(BytesIO(report.read_bytes()))
    append_signature_field(writer, SigFieldSpec(name, box=(60, 60, 240, 124)))
    output = BytesIO()
    writer.write(output)
    report.write_bytes(output.getvalue())


def test_row_43_strangers_of_the_same_names_sign_everything(
    world: World, tmp_path: Path, strangers: dict[str, Credentials]
) -> None:
    pack = world.forge(tmp_path, *HONEST, keys=strangers)
    world.reseal(pack, strangers["seal"])
    found = objects(world, pack)

    assert {("E_CERT_UNTRUSTED", at_field(signed.field)) for signed in HONEST} <= found
    assert "E_SEAL_UNTRUSTED" in {code for code, _ in found}


def test_row_44_one_person_in_all_roles(world: World, tmp_path: Path) -> None:
    pack = world.forge(tmp_path, *(replace(signed, person="P-002") for signed in HONEST))
    found = objects(world, pack)

    assert ("E_SOD_SAME_PERSON", REPORT) in found
    assert ("E_ROLE_WRONG_SIGNER", at_field("preparer")) in found


def test_row_45_one_person_with_two_certificates(world: World) -> None:
    first, second, third = world.policy.people
    twice = first.model_copy(
        update={"roles": ("preparer", "reviewer"), "certs": (*first.certs, *second.certs)}
    )
    other = second.model_copy(update={"certs": ("1" * 64,)})
    policy = world.policy.model_copy(update={"people": (twice, other, third)})
    seen = facts(world.policy, *HONEST)

    assert ("E_SOD_SAME_PERSON", REPORT) in codes(check_roles(seen, policy))


def test_two_people_with_one_key_are_one(world: World) -> None:
    seen = facts(world.policy, *HONEST)
    twins = tuple(
        replace(one, key="1" * 64) if one.field != "approver" else one for one in seen.signatures
    )
    found = list(check_roles(replace(seen, signatures=twins), world.policy))

    assert [(one.code, one.found) for one in found] == [
        ("E_SOD_SAME_PERSON", "one key for P-004 and P-011")
    ]


def test_row_46_the_reviewer_in_the_place_of_the_approver(world: World) -> None:
    found = judged(world, PREPARER, REVIEWER, replace(APPROVER, person="P-011"))

    assert ("E_ROLE_WRONG_SIGNER", at_field("approver")) in found
    assert ("E_SOD_SAME_PERSON", REPORT) in found


def test_row_47_the_order_turned_round(world: World) -> None:
    turned = (
        replace(APPROVER, hours=1, certify=True),
        replace(REVIEWER, hours=2),
        replace(PREPARER, hours=3, certify=False),
    )

    assert ("E_ROLE_ORDER", REPORT) in judged(world, *turned)


def test_row_48_another_meaning_or_another_name(world: World) -> None:
    meaning = judged(world, PREPARER, REVIEWER, replace(APPROVER, meaning="review"))
    name = judged(world, PREPARER, REVIEWER, replace(APPROVER, name="Somebody Else"))

    assert meaning == {("E_MEANING_MISMATCH", at_field("approver"))}
    assert name == meaning


def test_row_51_a_certificate_that_had_expired(world: World, tmp_path: Path) -> None:
    late = [replace(signed, hours=24 * 365 * 14 + signed.hours, stamped=False) for signed in HONEST]
    pack = world.forge(tmp_path, *late)

    assert ("E_CERT_EXPIRED", at_field("approver")) in objects(world, pack)


@pytest.mark.parametrize(
    "times",
    [(2, 1, 3), (1, 2, 2000)],
    ids=["backdated", "weeks later"],
)
def test_row_52_signing_times_that_contradict_each_other(
    world: World, times: tuple[int, int, int]
) -> None:
    signed = [replace(one, hours=hours) for one, hours in zip(HONEST, times, strict=True)]

    assert judged(world, *signed) == {("E_TIME_SKEW", REPORT)}


def test_row_24_a_signature_from_the_future(world: World) -> None:
    assert judged(world, *HONEST, now=AT) == {("E_TIME_SKEW", REPORT)}
    assert judged(world, *HONEST, now=AT + timedelta(hours=3)) == set()


def test_a_signature_without_a_time(world: World) -> None:
    seen = facts(world.policy, *HONEST)
    timeless = replace(seen.signatures[2], claimed_at=None)
    seen = replace(seen, signatures=(*seen.signatures[:2], timeless))

    assert ("E_TIME_SKEW", REPORT) in codes(check_roles(seen, world.policy))


def test_a_role_that_has_not_signed(world: World) -> None:
    assert judged(world, PREPARER, REVIEWER) == {("E_ROLE_MISSING", at_field("approver"))}


@pytest.mark.parametrize("kind", ["rsa1024", "koblitz", "usage"])
def test_rows_54_and_55_weak_keys_and_certificates_for_other_uses(
    world: World, tmp_path: Path, kind: str
) -> None:
    authority = OddAuthority(tmp_path)
    key = authority.issue(kind)
    person = world.policy.people[0].model_copy(update={"certs": (key.fingerprint,)})
    pack = world.forge(tmp_path / "pack", HONEST[0], keys={"P-004": key})
    policy = world.policy.model_copy(update={"people": (person, *world.policy.people[1:])})
    report = verify_pack(pack, [world.ca.root, authority.root], policy=policy)
    found = {(f.code, f.object) for f in report.findings}
    expected = "E_CERT_USAGE" if kind == "usage" else "E_SIG_ALGO"

    assert (expected, at_field("preparer")) in found


def test_row_54_a_weak_digest(world: World, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdfsign, "DIGEST", "sha1")
    data = (world.draft / REPORT).read_bytes()
    (pack / REPORT).write_bytes(world.sign(data, replace(HONEST[0], stamped=False)))

    assert ("E_SIG_ALGO", at_field("preparer")) in objects(world, pack)


def test_row_56_another_certificate_with_the_same_issuer_and_serial(
    world: World, tmp_path: Path
) -> None:
    authority = OddAuthority(tmp_path)
    pinned, twin = authority.issue("plain", serial=7), authority.issue("plain", serial=7)
    person = world.policy.people[0].model_copy(update={"certs": (pinned.fingerprint,)})
    policy = world.policy.model_copy(update={"people": (person, *world.policy.people[1:])})
    pack = world.forge(tmp_path / "pack", HONEST[0], keys={"P-004": twin})
    report = verify_pack(pack, [world.ca.root, authority.root], policy=policy)

    assert ("E_CERT_UNTRUSTED", at_field("preparer")) in {
        (f.code, f.object) for f in report.findings
    }


def test_row_64_a_root_inside_the_pack_is_not_trusted(
    world: World, tmp_path: Path, strangers: dict[str, Credentials]
) -> None:
    pack = world.forge(tmp_path, HONEST[0], keys=strangers)
    (pack / "trust/ca.pem").write_bytes(strangers["P-004"].chain[0])
    world.reseal(pack, strangers["seal"])
    found = objects(world, pack)

    assert ("E_CERT_UNTRUSTED", at_field("preparer")) in found
    assert "E_SEAL_UNTRUSTED" in {code for code, _ in found}
