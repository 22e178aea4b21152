"""What a verification can find, and the report that lists all of it.

Codes begin with ``E_`` (the pack fails), ``U_`` (it cannot be decided) or ``N_`` (worth knowing).
Which rule raises which code is left to the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from ..model import PackRecord
    from .stages import Stage

Verdict = Literal["VERIFIED", "FAILED", "INDETERMINATE"]

CODES: Final[dict[str, str]] = {
    "E_AUDIT_CHAIN": "the audit trail was changed, shortened or re-ordered",
    "E_AUDIT_MISMATCH": "the audit trail and the signatures tell different stories",
    "E_CANONICAL": "a JSON file is not in its one spelling",
    "E_CERT_EXPIRED": "the certificate was not valid when it signed",
    "E_CERT_REVOKED": "the certificate had been revoked when it signed",
    "E_CERT_UNTRUSTED": "the signer's certificate is not one you or the policy trust",
    "E_CERT_USAGE": "the certificate is not meant for signatures",
    "E_CHAIN_FORK": "two packs that differ claim one place in a series",
    "E_CHAIN_OTHER": "the pack that another names is here with other content",
    "E_CONTENT_MISMATCH": "judged again, the evidence says something else than the pack",
    "E_DTS_MISSING": "the timestamp over the whole report is missing",
    "E_EVIDENCE_BINDING": "report, evidence manifest and evidence do not belong together",
    "E_FETCH_PRESENT": "the bag asks for files to be fetched from elsewhere",
    "E_FILE_EXTRA": "a file or folder that no manifest lists",
    "E_FILE_HASH": "the file is not the one that was listed",
    "E_FILE_MISSING": "a listed file is not there",
    "E_FILE_SIZE": "the file has another size than the evidence manifest says",
    "E_FORMAT": "the file cannot be read as what it should be",
    "E_INTERNAL": "the verifier itself failed; nothing can be said of this part",
    "E_MANIFEST_ALGO": "a manifest with another algorithm than SHA-256",
    "E_MANIFEST_MISSING": "a manifest is missing",
    "E_MANIFEST_SYNTAX": "a manifest line is not written as the rules say",
    "E_MEANING_MISMATCH": "name or meaning in the signature are not those of the policy",
    "E_NAME_COLLISION": "two names that some file systems take for one",
    "E_NAME_NORMALIZATION": "a name with characters that look like others",
    "E_NAME_RESERVED": "a name that some systems cannot store",
    "E_PATH_UNSAFE": "a name that could lead outside the pack",
    "E_PDF_FIELDSET": "the report has other form fields than the policy says",
    "E_PDF_METADATA": "title or other metadata of the report were changed after signing",
    "E_PDF_MODIFIED": "the report was changed after a signature",
    "E_PDF_PARSE": "the report cannot be read safely",
    "E_PDF_TRAILING": "bytes follow the last signature",
    "E_POLICY_DIGEST": "the signing policy is not the one that was signed for, or not yours",
    "E_REJECTED": "the pack was rejected; another version takes its place",
    "E_REVINFO_MISSING": "nothing shows that a certificate had not been revoked when it signed",
    "E_ROLE_MISSING": "a role has not signed",
    "E_ROLE_ORDER": "the roles did not sign in the order of the policy",
    "E_ROLE_WRONG_SIGNER": "the signer does not have that role",
    "E_ROLLBACK": "this is not the version you expect",
    "E_ROW_ROOT": "the rows are not those the evidence manifest stands for",
    "E_SEAL_INVALID": "the seal does not fit the list of files",
    "E_SEAL_MISSING": "the pack is not sealed",
    "E_SEAL_ROLE": "sealed with a certificate that is not the site's seal",
    "E_SEAL_UNTRUSTED": "the seal's certificate is not one you trust",
    "E_SIG_ALGO": "an algorithm or key that is too weak",
    "E_SIG_CRYPTO": "the signature itself is broken",
    "E_SIG_DIGEST": "the signed bytes were changed",
    "E_SOD_SAME_PERSON": "one person signed in two roles that need two",
    "E_SPECIAL_FILE": "not a plain file: a link, device or pipe",
    "E_TIME_SKEW": "signing times that contradict each other or lie in the future",
    "E_TST_INVALID": "a timestamp that does not fit what it should stamp",
    "E_TST_MISSING": "a timestamp is missing",
    "E_TST_ORDER": "timestamps that contradict the order of signing",
    "E_TST_UNTRUSTED": "a timestamp by an authority that you or the policy do not trust",
    "E_ZIP_DUPLICATE": "two files of one name in the zip",
    "E_ZIP_ENCRYPTED": "an encrypted file in the zip",
    "E_ZIP_HEADER_MISMATCH": "the zip contradicts itself, or was written by another program",
    "E_ZIP_HIDDEN_DATA": "bytes in the zip that belong to no file",
    "E_ZIP_LIMITS": "more files or bytes in the zip than it can hold honestly",
    "E_ZIP_METHOD": "a compressed file in the zip; packs are stored",
    "E_ZIP_PREFIX_SUFFIX": "bytes before or after the zip",
    "E_ZIP_RATIO": "a file in the zip that would unpack to many times its size",
    "E_ZIP_TRUNCATED": "the end of the zip is missing",
    "N_CHAIN_SUPERSEDED": "a later version takes the place of a pack",
    "N_NO_TIMESTAMP": "no trusted timestamp: signing times are the signers' claims",
    "N_NOT_RECOMPUTED": "this could not be judged again here",
    "N_POLICY_FROM_PACK": "the signing policy was taken from the pack, where the signers bound it",
    "N_RECOMPUTED": "judged again from the enclosed evidence by the enclosed maps",
    "N_RENEW_BEFORE": "signatures can be checked as long as their timestamps; renew before",
    "N_ROW_ROOT_EQUAL": "the file differs, yet its rows are those that were listed",
    "U_ARCHIVE_EXPIRED": "a timestamp has ended, so what it covers cannot be checked any more",
    "U_CHAIN_MISSING": "a pack that another names, or of a month in a series, is not here",
    "U_NO_ANCHOR": "no root certificate given: who signed cannot be decided",
}
"""Every code with its meaning in plain words."""


_TOLD: Final = {"N_RENEW_BEFORE", "N_RECOMPUTED", "N_NOT_RECOMPUTED"}
"""Notes that say something with what was found."""


def harmless(text: str) -> str:
    """A text with every sign that is not printed, such as one that moves the cursor, written out.

    Line ends stay, since they are the report's own.
    """
    return "".join(
        sign if sign.isprintable() or sign == "\n" else sign.encode("unicode_escape").decode()
        for sign in text
    )


def _one_line(text: str) -> str:
    return text.replace("\n", "\\n")


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing found: where, what should have been there, what was."""

    code: str
    object: str
    expected: str = ""
    found: str = ""

    def __str__(self) -> str:
        parts = [f"{self.code}  {_one_line(self.object)}: {CODES[self.code]}"]
        parts += [f"expected: {_one_line(self.expected)}"] if self.expected else []
        parts += [f"found: {_one_line(self.found)}"] if self.found else []
        return "\n    ".join(parts)


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature as people read it; printed whether or not the pack holds."""

    report: str
    role: str
    person_id: str
    printed_name: str
    meaning: str
    signed_at: str
    certificate: str


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """Everything a verification found.

    Attributes:
        verdict: VERIFIED, FAILED, or INDETERMINATE when nothing speaks against the pack but
            nobody said whom to trust.
        pack: id and version, or the name given when those cannot be read.
        findings: every ``E_`` and ``U_`` finding, sorted.
        notes: every ``N_`` finding, sorted.
        signatures: who signed what, when, meaning what.
        anchors: SHA-256 of the root certificates used.
        files: how many files were read.
        octets: how many bytes were read.
        tagmanifest_sha256: digest by which another pack names this one.
        thorough: whether pyHanko's difference analysis ran as well.
        tool: name and version of the verifier.
        stages: what came of each of the nine stages, in order.
        record: what the pack says of itself; None where it cannot be read, or of an excerpt.
    """

    verdict: Verdict
    pack: str
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    signatures: tuple[SignatureLine, ...]
    anchors: tuple[str, ...]
    files: int
    octets: int
    tagmanifest_sha256: str | None
    thorough: bool
    tool: str
    stages: tuple[Stage, ...]
    record: PackRecord | None = None

    @property
    def exit_code(self) -> int:
        """0 verified, 1 failed, 2 indeterminate."""
        return {"VERIFIED": 0, "FAILED": 1, "INDETERMINATE": 2}[self.verdict]

    @property
    def codes(self) -> set[str]:
        """The codes of all findings and notes."""
        return {finding.code for finding in (*self.findings, *self.notes)}

    def to_json(self) -> dict[str, Any]:
        """The same as plain values, each finding with its meaning."""
        value = asdict(replace(self, record=None))
        value["record"] = self.record.model_dump(mode="json") if self.record else None
        for finding in (*value["findings"], *value["notes"]):
            finding["meaning"] = CODES[finding["code"]]
        return value

    def lines(self) -> Iterator[str]:
        """The report in words, for a terminal; what a pack says can move no cursor there."""
        yield from map(harmless, self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"{self.verdict}  {self.pack}  ({self.files} files, {self.octets:,} bytes)"
        for stage in self.stages:
            count = f", {stage.findings} found" if stage.findings else ""
            yield f"  {stage.number}  {stage.name:<20} {stage.outcome}{count}"
        for line in self.signatures:
            yield (
                f"  {line.report}: {line.role}, {_one_line(line.printed_name)} ({line.person_id}),"
                f" {_one_line(line.meaning)}, {line.signed_at}"
            )
        for finding in self.findings:
            yield f"  {finding}"
        for note in self.notes:
            told = f" ({_one_line(note.found)})" if note.code in _TOLD else ""
            yield f"  note: {note.object}: {CODES[note.code]}{told}"


def verdict_of(findings: Iterable[Finding]) -> Verdict:
    """FAILED if anything speaks against the pack, else INDETERMINATE if anything is undecided."""
    kinds = {finding.code[0] for finding in findings}
    if "E" in kinds:
        return "FAILED"
    return "INDETERMINATE" if "U" in kinds else "VERIFIED"
