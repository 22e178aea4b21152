"""``pyhanko sign validate`` as its library does it, for ``python -m benchmarks.pyhanko_validate``.

The command itself is a package of its own; this leaves out its reading of options, so it is the
faster of the two. Every signature is validated with its timestamp, under the root given.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext


def main() -> None:
    """Validate every signature of a file; ends in an error where one is not sound."""
    parser = argparse.ArgumentParser()
    parser.add_argument("pdf", type=Path)
    parser.add_argument("--trust", required=True)
    parser.add_argument("--no-diff-analysis", action="store_true")
    given = parser.parse_args()
    root = x509.Certificate.load(pem.unarmor(Path(given.trust).read_bytes())[2])
    with given.pdf.open("rb") as stream:
        reader = PdfFileReader(stream)
        for signature in reader.embedded_regular_signatures:
            context = ValidationContext(trust_roots=[root], allow_fetching=False)
            status = validate_pdf_signature(
                signature, signer_validation_context=context, skip_diff=given.no_diff_analysis
            )
            if not (status.bottom_line or (given.no_diff_analysis and status.intact)):
                raise SystemExit(f"{signature.field_name}: {status.summary()}")


main()
