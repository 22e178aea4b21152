"""Part of a pack, handed over: proven field by field, counted, and silent on what is withheld."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from lotproof.evidence.disclosure import (
    COMMITMENTS,
    commit,
    disclose,
    load_choice,
    secret_of,
    verify_disclosed,
)
from lotproof.evidence.disclosure.leaves import Place, leaf_of
from lotproof.evidence.errors import LotproofError
from lotproof.evidence.seal import (
    DEMO_PASSPHRASE,
    demo_policy,
    finish_draft,
    make_demo_ca,
    new_pack,
    open_time_source,
    place_signature_fields,
    seal_pack,
    sign_pack,
    verify_pack,
    write_evidence_manifest,
)

from ..seal.packs import AT, BOXES, IDENTITY, REPORT, SIGNERS, open_keys, render, stage_evidence

CHOICE: dict[str, Any] = {
    "recipient": "Harbour Health",
    "profile": "customer",
    "datasets": {
        "events": {"columns": ["lot_id", "status"], "where": {"status": "released"}},
        "documents": {"columns": ["document_id", "kind", "issued_by"]},
        "signatures": {"columns": ["about"]},
        "exceptions": {"columns": ["id", "score", "reason"]},
    },
    "withhold_persons": ["P-031"],
}


@dataclass(frozen=True)
class Sealed:
    """A sealed pack made to be disclosed, the secret and whom to trust."""

    pack: Path
    secret: bytes
    root: Path

    def handed(self, where: Path, **change: Any) -> Path:
        file = where / "choice.yml"
        file.write_text(yaml.safe_dump(CHOICE | change), encoding="utf-8")
        return disclose(self.pack, load_choice(file), self.secret, where / "handed").folder

    def codes(self, folder: Path) -> set[str]:
        report = verify_disclosed(folder, [self.root])
        return {finding.code for finding in report.findings}


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    root = tmp_path_factory.mktemp("disclosable")
    ca = make_demo_ca(root / "keys", at=AT - timedelta(days=30))
    policy, keys = demo_policy(ca), open_keys(ca)
    pack = new_pack(root, IDENTITY, policy)
    stage_evidence(pack, 12)
    with duckdb.connect() as con:
        for name, rows in (
            ("documents", ("('D1', 'audit_report', 'P-002'), ('D2', 'label', 'P-031'), "
             "('D3', 'label', 'P-004')) t(document_id, kind, issued_by)")),
            ("signatures", "('D1'), ('D3')) t(about)"),
            ("exceptions", "('EX-1', 97, 'This sample is odd.')) t(id, score, reason)"),
        ):  # fmt: skip
            con.execute(f"create table {name} as from (values {rows}")
            for ending, form in (("parquet", "format parquet"), ("csv", "header")):
                con.execute(f"copy {name} to '{pack}/data/evidence/{name}.{ending}' ({form})")
    secret = secret_of(root, make=True)
    commit(pack, "AP-2026-10-LEU_v1", secret)
    write_evidence_manifest(pack)
    render(pack / REPORT, "Monthly", pack / "data/evidence/evidence-manifest.json")
    place_signature_fields(pack / REPORT, BOXES, policy)
    pack = finish_draft(pack, actor="lotproof", at=AT, anchors=(ca.root,))
    source = open_time_source(policy, root / "p.yml", [ca.root], DEMO_PASSPHRASE)
    for hours, (person, meaning) in enumerate(SIGNERS, 1):
        at = AT + timedelta(hours=hours)
        sign_pack(pack, person, meaning, keys[person], at=at, source=source)
    seal_pack(pack, keys["seal"], at=AT + timedelta(hours=4), source=source)
    return Sealed(pack, secret, ca.root)


def test_a_pack_with_commitments_is_verified_as_any_other(sealed: Sealed) -> None:
    assert verify_pack(sealed.pack, [sealed.root]).verdict == "VERIFIED"


def test_what_is_handed_over_is_proven_and_the_rest_counted(sealed: Sealed, tmp_path: Path) -> None:
    folder = sealed.handed(tmp_path)
    told = json.loads((folder / "disclosure.json").read_bytes())
    kept = [row["fields"] for row in told["datasets"]["events"]["rows"] if "fields" in row]
    committed = json.loads((sealed.pack / COMMITMENTS).read_bytes())["datasets"].values()
    every = sum(part["rows"] * len(part["columns"]) for part in committed)

    assert verify_disclosed(folder, [sealed.root]).verdict == "VERIFIED"
    assert {row["status"]["value"] for row in kept} == {"released"}
    assert len(kept) == 8
    assert told["withheld"]["fields"] == every - 2 * 8 - (2 + 3) - 1
    assert told["withheld"]["rows"] == sum(part["rows"] for part in committed) - 8 - 2 - 1


def test_nothing_of_what_is_withheld_stands_in_it(sealed: Sealed, tmp_path: Path) -> None:
    folder = sealed.handed(tmp_path)
    text = (folder / "disclosure.json").read_text(encoding="utf-8")
    told = json.loads(text)

    assert "audit_report" not in text
    assert "This sample is odd" not in text
    assert "P-031" not in text
    assert "P-004" in text
    assert ["fields" in row for row in told["datasets"]["documents"]["rows"]] == [
        False, True, True,
    ]  # fmt: skip
    assert ["fields" in row for row in told["datasets"]["signatures"]["rows"]] == [False, True]
    assert not any(path.suffix in (".parquet", ".csv", ".pdf") for path in folder.rglob("*"))


def test_inside_the_house_internal_audits_and_exceptions_may_go(
    sealed: Sealed, tmp_path: Path
) -> None:
    text = (sealed.handed(tmp_path, profile="internal") / "disclosure.json").read_text("utf-8")

    assert "audit_report" in text
    assert "This sample is odd" in text


def test_a_withheld_value_cannot_be_tried_out_without_its_salt(
    sealed: Sealed, tmp_path: Path
) -> None:
    told = json.loads((sealed.handed(tmp_path) / "disclosure.json").read_bytes())
    rows = told["datasets"]["documents"]["rows"]
    hashed = rows[1]["withheld"]["issued_by"]
    place = Place("AP-2026-10-LEU_v1", "documents", 1, "issued_by")
    salts = [field["salt"] for row in rows for field in row.get("fields", {}).values()]

    assert len(set(salts)) == len(salts) == 5
    assert hashed not in {leaf_of(place, bytes.fromhex(s), "P-031").hex() for s in salts}
    assert hashed != leaf_of(place, b"", "P-031").hex()


def _change(folder: Path, change: str) -> None:
    file = folder / "disclosure.json"
    told = json.loads(file.read_bytes())
    rows = told["datasets"]["events"]["rows"]
    given = next(row for row in rows if "fields" in row)
    if change == "value":
        given["fields"]["lot_id"]["value"] = "LEU-R-99"
    elif change == "salt":
        given["fields"]["lot_id"]["salt"] = "00" * 32
    elif change == "row left out":
        rows.remove(given)
    elif change == "count":
        told["withheld"]["rows"] -= 1
    elif change == "no field":
        del given["fields"]["lot_id"]
    elif change == "other dataset":
        told["datasets"]["invented"] = {"rows": []}
    file.write_text(json.dumps(told), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("value", "E_ROW_ROOT"),
        ("salt", "E_ROW_ROOT"),
        ("row left out", "E_ROW_ROOT"),
        ("count", "E_EVIDENCE_BINDING"),
        ("no field", "E_FORMAT"),
        ("other dataset", "E_ROW_ROOT"),
    ],
)
def test_what_was_changed_after_it_was_handed_over_is_found(
    sealed: Sealed, tmp_path: Path, change: str, code: str
) -> None:
    folder = sealed.handed(tmp_path)
    _change(folder, change)

    assert code in sealed.codes(folder)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (COMMITMENTS, "E_FILE_HASH"),
        ("manifest-sha256.txt", "E_FILE_HASH"),
        ("tagmanifest-sha256.txt", "E_SEAL_INVALID"),
    ],
)
def test_the_way_from_the_seal_to_the_fields_cannot_be_changed(
    sealed: Sealed, tmp_path: Path, file: str, code: str
) -> None:
    folder = sealed.handed(tmp_path)
    path = folder / "sealed" / file
    path.write_bytes(path.read_bytes().replace(b"0", b"1", 1))

    assert code in sealed.codes(folder)


def test_without_the_seal_nothing_is_proven(sealed: Sealed, tmp_path: Path) -> None:
    folder = sealed.handed(tmp_path)
    shutil.rmtree(folder / "sealed" / "signatures")

    assert "E_SEAL_MISSING" in sealed.codes(folder)


def test_another_secret_proves_nothing_and_writes_nothing(sealed: Sealed, tmp_path: Path) -> None:
    other = Sealed(sealed.pack, b"\0" * 32, sealed.root)
    with pytest.raises(LotproofError, match="does not come to"):
        other.handed(tmp_path)

    assert not (tmp_path / "handed").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"profile": "everybody"},
        {"datasets": {"events": {"columns": ["no_such"]}}},
        {"datasets": {"no_such": {"columns": ["lot_id"]}}},
        {"datasets": {"events": {"where": {}}}},
        {"for": "x"},
    ],
)
def test_a_choice_that_is_not_understood_is_refused(
    sealed: Sealed, tmp_path: Path, change: dict[str, Any]
) -> None:
    with pytest.raises(LotproofError):
        sealed.handed(tmp_path, **change)


def _deeper(folder: Path) -> None:
    (folder / "disclosure.json").write_text("[" * 200_000)


def _said_twice(folder: Path) -> None:
    file = folder / "disclosure.json"
    file.write_text(file.read_text("utf-8").replace("{", '{"profile": "internal",', 1), "utf-8")


def _said_beside(folder: Path) -> None:
    file = folder / "disclosure.json"
    told = json.loads(file.read_bytes()) | {"note": "nothing was withheld"}
    file.write_text(json.dumps(told), "utf-8")


def _put_beside(folder: Path) -> None:
    (folder / "summary.pdf").write_bytes(b"%PDF-1.7 all is met")


def _leaves_swapped(folder: Path) -> None:
    file = folder / "disclosure.json"
    told = json.loads(file.read_bytes())
    one, other = [row for row in told["datasets"]["events"]["rows"] if "fields" in row][:2]
    one["fields"]["lot_id"], other["fields"]["lot_id"] = (
        other["fields"]["lot_id"], one["fields"]["lot_id"],
    )  # fmt: skip
    file.write_text(json.dumps(told), "utf-8")


def _no_policy(folder: Path) -> None:
    (folder / "sealed/data/policy/signing-policy.json").write_bytes(b"{}")


def _no_rows(folder: Path) -> None:
    file = folder / "disclosure.json"
    told = json.loads(file.read_bytes())
    told["datasets"]["events"]["rows"] = 7
    file.write_text(json.dumps(told), "utf-8")


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (_deeper, "E_FORMAT"),
        (_said_twice, "E_FORMAT"),
        (_said_beside, "E_FORMAT"),
        (_put_beside, "E_FILE_EXTRA"),
        (_leaves_swapped, "E_ROW_ROOT"),
        (_no_policy, "E_FILE_HASH"),
        (_no_rows, "E_FORMAT"),
    ],
)
def test_an_excerpt_made_to_mislead_fails_with_a_code(
    sealed: Sealed, tmp_path: Path, harm: Callable[[Path], None], code: str
) -> None:
    folder = sealed.handed(tmp_path)
    harm(folder)
    report = verify_disclosed(folder, [sealed.root])

    assert report.verdict == "FAILED"
    assert code in report.codes
