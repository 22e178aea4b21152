"""``data/VERIFY.txt``: how to check a pack with tools that are not ours.

The text is part of the pack, so it names only tools that an auditor can get anywhere. A test runs
each of its command lines.
"""

from __future__ import annotations

from typing import Final

from .model import PackRecord

VERIFY_PATH: Final = "data/VERIFY.txt"

_TEXT: Final = """\
HOW TO CHECK THIS PACK                                                {folder}

You need no software of ours. Lines that begin with $ are typed in the folder that holds pack.json.
You need the site's root certificate as a file, and you must have received it by another way than
this pack: what lies in trust/ is a copy for convenience and proves nothing. Put its place first:

  CA=/where/you/keep/the/site/ca.pem

1. No file was changed, removed or swapped. Nothing may be printed.

  $ sha256sum --check --strict --quiet manifest-sha256.txt
  $ sha256sum --check --strict --quiet tagmanifest-sha256.txt

2. No file was added. It must print {names} and no other: {seal_files}
   and tagmanifest-sha256.txt, which the seal covers.

  $ find . -type f -printf '%P\\n' | grep -vxF "$(cut -c67- *manifest-sha256.txt)" | sort

3. The list was sealed by the site. It must say: CMS Verification successful.
   (After the seal certificate has expired, add: -no_check_time)

  $ openssl cms -verify -binary -inform DER -in signatures/seal.p7s \
-content tagmanifest-sha256.txt -CAfile "$CA" -purpose any -out /dev/null

4. Each report was signed and not changed since. It must say for every signature: Signature is
   Valid. The last one must say: Total document signed. Names, roles, meanings and times of the
   signatures stand on the approvals page. A PDF reader shows the same once it trusts the site's
   root certificate.

  $ for report in data/reports/*.pdf; do pdfsig -nocert "$report"; done

5. The reports speak of this evidence. The number printed must be the evidence digest that stands
   on the approvals page of each report; the file is attached to each report as well.

  $ sha256sum data/evidence/evidence-manifest.json

6. The pack is a whole BagIt bag (Python package bagit). It must say: is valid.

  $ bagit.py --validate .

7. The record of who did what is in one piece. Each line of data/audit/audit-trail.jsonl names
   the SHA-256 of the line before it, and this number must stand in pack.json as audit_head:

  $ tail -n 1 data/audit/audit-trail.jsonl | sha256sum

What these tools do not notice: a page drawn over after signing, a wrong order of signatures, one
person in two roles, a row changed by someone who could also renew the manifests. `lotproof verify`
looks for these too, lists everything it finds and needs no network.

{times}"""

_UNSTAMPED: Final = """\
This pack holds no trusted timestamp: the times of its signatures are what the signers claim.
"""

_STAMPED: Final = """\
8. A timestamp authority saw the seal. It must say: Verification: OK. The second command prints
   when. (After the authority's certificate has expired, add: -no_check_time)

  $ openssl ts -verify -data signatures/seal.p7s -in signatures/seal.tst -token_in -CAfile "$CA"
  $ openssl ts -reply -in signatures/seal.tst -token_in -text | grep "Time stamp"

9. No certificate had been revoked when it sealed. These are the authorities' own lists; none may
   name the serial number of the seal's certificate, which the last command prints.

  $ for list in trust/seal-revocation-*.crl; do [ ! -e "$list" ] || \
openssl crl -inform DER -in "$list" -noout -text; done
  $ openssl pkcs7 -inform DER -in signatures/seal.p7s -print_certs | openssl x509 -noout -serial

Each signature in a report carries a timestamp too, the whole report a last one (pdfsig lists it as
ETSI.RFC3161), and the revocation lists of that day. Newer timestamps that renew a seal lie in
signatures/ as well and are checked in the same way, each over the one before it.
"""


def guide(record: PackRecord, *, stamped: bool = False) -> str:
    """The text for one pack.

    Args:
        record: of the pack.
        stamped: whether its policy asks for timestamps.
    """
    seal = "signatures/seal.p7s, which is the\n   seal itself,"
    if stamped:
        seal = (
            "signatures/seal.p7s, which is the\n   seal itself, signatures/seal.tst, its timestamp,"
        )
    return _TEXT.format(
        folder=record.folder,
        names="three names" if stamped else "two names",
        seal_files=seal,
        times=_STAMPED if stamped else _UNSTAMPED,
    )
