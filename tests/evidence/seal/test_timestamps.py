"""Trusted time: refused without it, judged by it, and renewed before it ends."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyhanko.sign.timestamps import TimeStamper

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.seal import (
    DEMO_PASSPHRASE,
    DemoCa,
    demo_policy,
    make_demo_ca,
    open_time_source,
    renew_seal,
    seal_pack,
    sign_pack,
    verify_pack,
)
from lotproof.evidence.seal.timesources import (
    LocalSource,
    NetworkSource,
    TimeSource,
    timestamp_token,
)

from .packs import AT, HONEST, REPORT, World, digests

IN_2035 = datetime(2035, 6, 1, tzinfo=UTC)


class Silent(LocalSource):
    """Clears certificates, and has an address where nobody answers."""

    def stamper(self, at: datetime) -> TimeStamper:
        return NetworkSource("http://127.0.0.1:9/tsr", self.roots).stamper(at)


@pytest.fixture
def draft(world: World, tmp_path: Path) -> Path:
    return Path(shutil.copytree(world.draft, tmp_path / world.draft.name))


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory) -> DemoCa:
    """The authority that stamps in 2035, when the first one is about to end."""
    return make_demo_ca(tmp_path_factory.mktemp("later"), at=IN_2035 - timedelta(days=9))


def source_of(ca: DemoCa, folder: Path) -> TimeSource:
    policy = demo_policy(ca, keys=str(ca.root.parent))
    source = open_time_source(policy, folder / "policy.yml", [ca.root], DEMO_PASSPHRASE)
    assert source
    return source


def refused(world: World, pack: Path, source: TimeSource | None) -> str:
    before = digests(pack)
    with pytest.raises(LotproofError) as error:
        sign_pack(pack, "P-004", "authorship", world.keys["P-004"], at=AT, source=source)
    assert digests(pack) == before
    assert not list(pack.parent.glob(".*"))
    return str(error.value)


def revoking(world: World, holder: str, when: datetime) -> LocalSource:
    from cryptography.x509 import load_der_x509_certificate

    assert isinstance(world.source, LocalSource)
    serial = load_der_x509_certificate(world.keys[holder].certificate).serial_number
    return replace(world.source, revoked=((serial, when),))


def test_nobody_signs_without_the_authority_the_policy_asks_for(world: World, draft: Path) -> None:
    assert "no timestamp authority" in refused(world, draft, None)


def test_an_authority_that_does_not_answer_leaves_the_pack_as_it_was(
    world: World, draft: Path
) -> None:
    assert isinstance(world.source, LocalSource)
    silent = Silent(world.source.clock, world.source.issuer, world.source.roots)

    assert "an answer of the timestamp authority" in refused(world, draft, silent)


def test_a_revoked_certificate_signs_nothing(world: World, draft: Path) -> None:
    message = refused(world, draft, revoking(world, "P-004", AT - timedelta(days=1)))

    assert "revoked" in message


def test_a_revoked_seal_seals_nothing(world: World, tmp_path: Path) -> None:
    pack = Path(shutil.copytree(world.approved, tmp_path / world.approved.name))
    before = digests(pack)
    source = revoking(world, "seal", AT)

    with pytest.raises(LotproofError, match="revoked"):
        seal_pack(pack, world.keys["seal"], at=AT + timedelta(hours=4), source=source)
    assert digests(pack) == before


def test_row_40_a_signature_without_its_timestamp(world: World, tmp_path: Path) -> None:
    unstamped = [replace(one, stamped=one.person != "P-011") for one in HONEST]
    pack = world.forge(tmp_path, *unstamped)

    assert "E_TST_MISSING" in world.verify(pack).codes


def test_row_38_a_report_cut_before_its_archive_timestamp(world: World, pack: Path) -> None:
    data = (pack / REPORT).read_bytes()
    end = data.rindex(b"%%EOF", 0, data.rindex(b"%%EOF")) + 6
    (pack / REPORT).write_bytes(data[:end])

    assert "E_DTS_MISSING" in world.verify(pack).codes


def test_row_22_a_seal_without_its_timestamp(world: World, pack: Path) -> None:
    (pack / "signatures/seal.tst").unlink()

    assert "E_TST_MISSING" in world.verify(pack).codes


def test_row_22_a_timestamp_of_another_seal(world: World, pack: Path) -> None:
    token = (pack / "signatures/seal.tst").read_bytes()
    world.reseal(pack)
    (pack / "signatures/seal.tst").write_bytes(token)

    assert "E_TST_INVALID" in world.verify(pack).codes


def test_row_23_a_timestamp_by_an_authority_nobody_trusts(
    world: World, pack: Path, later: DemoCa
) -> None:
    forged = replace(world, source=source_of(later, pack))
    forged.reseal(pack)

    assert {"E_TST_UNTRUSTED", "E_CERT_EXPIRED"} & world.verify(pack).codes


def test_row_23_a_timestamp_under_a_policy_that_is_not_listed(world: World, pack: Path) -> None:
    assert world.policy.timestamps
    other = world.policy.timestamps.model_copy(update={"policy_oids": ("1.2.3",)})
    verifier = world.policy.model_copy(update={"timestamps": other})

    assert "E_TST_UNTRUSTED" in world.verify(pack, policy=verifier).codes


def test_row_24_timestamps_from_the_future(world: World, pack: Path) -> None:
    assert "E_TIME_SKEW" in world.verify(pack, now=AT).codes


def test_row_24_a_seal_stamped_before_the_approval(world: World, pack: Path) -> None:
    early = timestamp_token((pack / "signatures/seal.p7s").read_bytes(), world.source, AT)
    (pack / "signatures/seal.tst").write_bytes(early)

    assert "E_TST_ORDER" in world.verify(pack).codes


@pytest.mark.parametrize(("hours", "is_found"), [(0, True), (3, False)], ids=["before", "after"])
def test_rows_49_and_50_a_reviewer_revoked_before_or_after_the_review(
    world: World, tmp_path: Path, hours: int, *, is_found: bool, caplog: pytest.LogCaptureFixture
) -> None:
    told = replace(world, source=revoking(world, "P-011", AT + timedelta(hours=hours)))
    pack = world.forge(tmp_path, *HONEST[:2])
    report = pack / REPORT
    report.write_bytes(told.sign(report.read_bytes(), HONEST[2]))
    world.reseal(pack)

    assert ("E_CERT_REVOKED" in world.verify(pack).codes) is is_found
    assert [record for record in caplog.records if "signers" in record.name] == []


def test_a_policy_without_timestamps_is_told_as_a_limit(world: World, pack: Path) -> None:
    plain = world.policy.model_copy(update={"timestamps": None})

    assert "N_NO_TIMESTAMP" in world.verify(pack, policy=plain).codes


def test_row_36_revocation_data_taken_away(world: World, pack: Path) -> None:
    for path in pack.glob("trust/seal-revocation-*"):
        path.unlink()
    world.reseal(pack)

    assert "E_REVINFO_MISSING" in world.verify(pack).codes


def test_the_verdict_is_the_same_until_the_timestamps_end(world: World, pack: Path) -> None:
    years = {year: world.verify(pack, now=AT.replace(year=year)) for year in (2027, 2035, 2041)}

    assert years[2027].verdict == years[2035].verdict == "VERIFIED"
    assert "N_RENEW_BEFORE" in years[2035].codes
    assert years[2041].verdict == "INDETERMINATE"
    assert "U_ARCHIVE_EXPIRED" in years[2041].codes


def test_a_seal_renewed_in_2035_is_verified_in_2041(
    world: World, pack: Path, later: DemoCa
) -> None:
    before = digests(pack)
    added = renew_seal(pack, source_of(later, pack), at=IN_2035)
    report = verify_pack(pack, [world.ca.root, later.root], now=AT.replace(year=2041))

    assert report.findings == ()
    assert report.verdict == "VERIFIED"
    assert added.name == "seal-2.tst"
    assert before.items() <= digests(pack).items()


def test_a_seal_is_not_renewed_after_its_timestamp_has_ended(pack: Path, later: DemoCa) -> None:
    with pytest.raises(LotproofError, match="the last timestamp ended at 2036"):
        renew_seal(pack, source_of(later, pack), at=AT.replace(year=2037))
