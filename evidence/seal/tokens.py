"""A signer's key in a hardware token, which never leaves it (PKCS#11).

Needs the extra ``pkcs11``. The certificates above the signer's may lie in the token too; those that
do travel along with the signature.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..errors import LotproofError
from .keys import Credentials
from .policy import TokenKey

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer


@dataclass(frozen=True, slots=True)
class TokenCredentials(Credentials):
    """Credentials whose key is used where it lies; the session ends with :meth:`close`."""

    place: TokenKey
    session: Any = field(repr=False)

    def signer(self) -> Signer:
        """The same for pyHanko.

        Its signing raises ``LotproofError`` when the token fails, such as when it was pulled out.
        """
        from asn1crypto import x509
        from pkcs11.exceptions import PKCS11Error
        from pyhanko.sign.pkcs11 import PKCS11Signer

        place = self.place

        class TokenSigner(PKCS11Signer):
            async def async_sign_raw(
                self,
                data: bytes,
                digest_algorithm: str,
                dry_run: bool = False,
            ) -> bytes:
                try:
                    made = await super().async_sign_raw(data, digest_algorithm, dry_run)
                except PKCS11Error as error:
                    raise _refused(place, error) from error
                return bytes(made)

        certificate = x509.Certificate.load(self.certificate)
        return TokenSigner(
            self.session,
            signing_cert=certificate,
            ca_chain=list(self.store()),
            key_label=place.key_label or place.cert_label,
            # many tokens hash nothing themselves; the signature is the same
            use_raw_mechanism=certificate.public_key.algorithm == "ec",
        )

    def close(self) -> None:
        """Log out of the token."""
        self.session.close()


def open_token(place: TokenKey, pin: str) -> TokenCredentials:
    """Log in to a token and read the signer's certificate and those beside it.

    Raises:
        LotproofError: the extra is not installed, no such library, token or certificate, or the
            token refuses the PIN.
    """
    try:
        import pkcs11
    except ImportError as error:
        raise LotproofError(
            "a key in a token, and python-pkcs11 is not installed",
            "the extra pkcs11",
            "pip install 'lotproof[pkcs11]'",
        ) from error
    try:
        session = (
            pkcs11.lib(place.module).get_token(token_label=place.token_label).open(user_pin=pin)
        )
    except (pkcs11.PKCS11Error, RuntimeError, OSError) as error:
        raise _refused(place, error) from error
    try:
        certificate, chain = _certificates(place, session)
    except BaseException:
        session.close()
        raise
    return TokenCredentials(certificate, chain, place, session)


def _certificates(place: TokenKey, session: Any) -> tuple[bytes, tuple[bytes, ...]]:  # noqa: ANN401
    from pkcs11 import Attribute, ObjectClass

    wanted = place.cert_label or place.key_label
    own: list[bytes] = []
    others: list[bytes] = []
    for one in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
        (own if one[Attribute.LABEL] == wanted else others).append(bytes(one[Attribute.VALUE]))
    if len(own) != 1:
        raise LotproofError(
            f"{len(own)} certificates labelled {wanted!r} in token {place.token_label!r}",
            "one",
            "list what the token holds with its maker's program, and correct the policy",
        )
    return own[0], tuple(others)


_TOLD = {
    "PinIncorrect": "the token refuses the PIN",
    "PinLenRange": "the token refuses the PIN",
    "PinInvalid": "the token refuses the PIN",
    "PinLocked": "the PIN is locked after too many wrong ones",
    "NoSuchToken": "no such token is plugged in",
    "UserAlreadyLoggedIn": "the token is open already; person and seal need a token each",
}


def _refused(place: TokenKey, error: Exception) -> LotproofError:
    kind = type(error).__name__
    return LotproofError(
        f"token {place.token_label!r}: {_TOLD.get(kind, f'{kind} {error}'.strip())}",
        "a token that opens with its PIN and holds the key",
        f"check the PIN, that the token is plugged in, and that {place.module} is its library",
    )
