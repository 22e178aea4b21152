"""Keys that lie in hardware tokens; SoftHSM stands for the hardware."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from lotproof.evidence.errors import LotproofError
from lotproof.evidence.seal import policy_yaml, read_record
from lotproof.evidence.seal.keys import Credentials, FileCredentials
from lotproof.evidence.seal.policy import POLICY_PATH, InToken, SigningPolicy, TokenKey
from lotproof.evidence.seal.tokens import open_token

from .packs import World
from .signing_desk import Desk

PIN = "24680135"
LIBRARIES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/libsofthsm2.so")


@pytest.fixture(scope="module")
def module(world: World, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The library, with a token for P-004, one for the seal, one for both P-002 and the seal.

    It reads its configuration once in a process.
    """
    library = next((path for path in LIBRARIES if Path(path).is_file()), None)
    if shutil.which("softhsm2-util") is None or library is None:
        pytest.skip("softhsm2 is not installed")
    root = tmp_path_factory.mktemp("tokens")
    (root / "tokens").mkdir()
    (root / "softhsm2.conf").write_text(f"directories.tokendir = {root}/tokens\n")
    os.environ["SOFTHSM2_CONF"] = str(root / "softhsm2.conf")
    for label in ("P-004", "seal"):
        _initialise(label, world.keys[label], root)
    _initialise("both", world.keys["P-002"], root)
    _import("both", world.keys["seal"], root, "seal")
    for label in ("P-004", "seal"):
        _put_certificates(library, label, world.keys[label])
    _put_certificates(library, "both", world.keys["P-002"])
    _put_certificates(library, "both", world.keys["seal"], "seal")
    return library


def _initialise(label: str, key: Credentials, root: Path) -> None:
    new = ["softhsm2-util", "--init-token", "--free", "--so-pin", PIN]
    subprocess.run([*new, "--label", label, "--pin", PIN], check=True, capture_output=True)
    _import(label, key, root, label)


def _import(token: str, key: Credentials, root: Path, label: str) -> None:
    assert isinstance(key, FileCredentials)
    pem = root / f"{label}.pem"
    pem.write_bytes(
        key.private_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    put = ["softhsm2-util", "--import", str(pem), "--token", token, "--id", _id(label)]
    subprocess.run([*put, "--label", label, "--pin", PIN], check=True, capture_output=True)


def _id(label: str) -> str:
    return "02" if label == "seal" else "01"


def _put_certificates(library: str, token: str, key: Credentials, label: str = "") -> None:
    import pkcs11
    from asn1crypto import x509
    from pkcs11 import Attribute
    from pkcs11.util.x509 import decode_x509_certificate

    own, number = label or token, bytes.fromhex(_id(label or token))
    opened = pkcs11.lib(library).get_token(token_label=token)
    with opened.open(user_pin=PIN, rw=True) as session:
        for name, der in ((own, key.certificate), *(("above", one) for one in key.chain)):
            assert x509.Certificate.load(der)
            values = decode_x509_certificate(der)
            session.create_object(
                {**values, Attribute.LABEL: name, Attribute.ID: number, Attribute.TOKEN: True}
            )


def snapshot(pack: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in pack.rglob("*") if path.is_file()}


def _in_tokens(policy: SigningPolicy, module: str) -> SigningPolicy:
    def place(label: str) -> InToken:
        return InToken(pkcs11=TokenKey(module=module, token_label=label, cert_label=label))

    people = tuple(
        who.model_copy(update={"key": place("P-004")}) if who.person_id == "P-004" else who
        for who in policy.people
    )
    seal = policy.seal.model_copy(update={"key": place("seal")})
    return policy.model_copy(update={"people": people, "seal": seal})


@pytest.fixture
def desk(world: World, module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("LOTPROOF_PIN", PIN)
    monkeypatch.setenv("LOTPROOF_SEAL_PIN", PIN)
    return Desk(tmp_path, world, _in_tokens(world.policy, module), monkeypatch)


def test_packs_signed_and_sealed_from_tokens_verify(world: World, desk: Desk) -> None:
    packs = desk.drafts(2)

    for person, meaning in (("P-004", "authorship"), ("P-011", "review"), ("P-002", "approval")):
        said = desk.sign(packs, person, meaning)
        assert said.exit_code == 0, said.output

    for pack in packs:
        assert read_record(pack).state == "sealed"
        assert world.verify(pack, now=desk.at).exit_code == 0


def test_a_token_with_the_keys_of_a_person_and_of_the_seal_is_no_policy(
    world: World, desk: Desk, module: str
) -> None:
    def place(label: str) -> InToken:
        return InToken(pkcs11=TokenKey(module=module, token_label="both", cert_label=label))

    people = tuple(
        who.model_copy(update={"key": place("both")}) if who.person_id == "P-002" else who
        for who in world.policy.people
    )
    seal = world.policy.seal.model_copy(update={"key": place("seal")})
    shared = world.policy.model_copy(update={"people": people, "seal": seal})
    packs = desk.drafts()
    before = snapshot(packs[0])
    (desk.root / "signing-policy.yml").write_text(policy_yaml(shared))

    said = desk.sign(packs, "P-004", "authorship")
    for label, holder in (("both", "P-002"), ("seal", "seal")):
        opened = open_token(place(label).pkcs11, PIN)
        opened.close()
        assert opened.fingerprint == world.keys[holder].fingerprint

    assert "P-002 and the seal share token 'both'" in f"{said.output}{said.exception}"
    assert snapshot(packs[0]) == before


def test_a_wrong_pin_is_refused_and_the_pack_stays(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOTPROOF_PIN", "11111111")
    packs = desk.drafts()

    said = desk.sign(packs, "P-004", "authorship")

    assert isinstance(said.exception, LotproofError) or said.exit_code == 3
    assert "refuses the PIN" in f"{said.output}{said.exception}"
    assert read_record(packs[0]).state == "draft"


@pytest.mark.parametrize(
    ("label", "certificate", "message"),
    [
        ("absent", "P-004", "no such token"),
        ("P-004", "absent", "0 certificates labelled 'absent'"),
    ],
)
def test_a_place_that_is_none_is_named(
    module: str, label: str, certificate: str, message: str
) -> None:
    place = TokenKey(module=module, token_label=label, cert_label=certificate)

    with pytest.raises(LotproofError, match=message):
        open_token(place, PIN)


@pytest.mark.usefixtures("module")
def test_a_library_that_is_none_is_named(tmp_path: Path) -> None:
    place = TokenKey(module=f"{tmp_path}/none.so", token_label="x", cert_label="x")

    with pytest.raises(LotproofError, match=r"none\.so"):
        open_token(place, PIN)


def test_without_the_extra_the_message_says_how_to_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    place = TokenKey(module="/m.so", token_label="x", cert_label="x")

    with pytest.raises(LotproofError) as error:
        open_token(place, PIN)

    assert "lotproof[pkcs11]" in error.value.fix


def test_the_policy_in_a_pack_does_not_say_where_keys_lie(world: World) -> None:
    policy = _in_tokens(world.policy, "/opt/maker/token.so")

    assert b"/opt/maker" not in policy.to_json()
    assert policy.to_json() == (world.sealed / POLICY_PATH).read_bytes()


def test_a_token_without_a_label_of_the_key_is_no_policy() -> None:
    with pytest.raises(ValueError, match="cert_label or key_label"):
        TokenKey(module="/m.so", token_label="x")
