"""Signed checkpoints: what is signed, with which key, and the file that a party takes away.

Whoever holds a checkpoint and the public key can later prove that nothing before it was changed, even if the
whole database was rewritten since. Signatures are Ed25519 (https://www.rfc-editor.org/rfc/rfc8032).
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from oversight.kernel.digests import canonical, read_moment

ISSUER: Final = "Oversight of probation, England and Wales"
KIND: Final = "oversight-checkpoint-1"
_SEED_LENGTH: Final = 32
_LONGEST_FILE: Final = 64 * 1024


@dataclass(frozen=True)
class SignedCheckpoint:
    """How far the record had come, signed.

    Args:
        sequence: Number of the last entry then, which is also how many there were.
        digest: Digest of that entry.
        at: Moment of the checkpoint, as ``kernel.digests.moment_text`` writes it.
        by: Reference of who took it.
        issuer: Which service signed.
        public_key: The Ed25519 public key that fits the signature, 32 bytes in base64.
        signature: Signature over ``signed_bytes``, 64 bytes in base64.
    """

    sequence: int
    digest: str
    at: str
    by: str
    issuer: str
    public_key: str
    signature: str

    @property
    def signed_bytes(self) -> bytes:
        """Canonical text of everything but the key and the signature."""
        return _statement(self.sequence, self.digest, self.at, self.by, self.issuer)

    @property
    def file_text(self) -> str:
        """Content of the file that a party takes away; ``read_checkpoint`` reads it back."""
        fields = {
            "kind": KIND,
            "issuer": self.issuer,
            "at": self.at,
            "by": self.by,
            "sequence": self.sequence,
            "digest": self.digest,
            "public_key": self.public_key,
            "signature": self.signature,
        }
        return json.dumps(fields, indent=2) + "\n"

    @property
    def file_name(self) -> str:
        """Name for that file."""
        return f"oversight-checkpoint-{self.sequence}.json"

    def is_signed_by(self, public_key: str) -> bool:
        """Tell whether the signature fits ``public_key`` (base64) and everything that is said."""
        try:
            key = Ed25519PublicKey.from_public_bytes(b64decode(public_key, validate=True))
            key.verify(b64decode(self.signature, validate=True), self.signed_bytes)
        except (InvalidSignature, ValueError):
            return False
        return True


def sign(*, sequence: int, digest: str, at: str, by: str) -> SignedCheckpoint:
    """Sign the statement that entry ``sequence`` had ``digest`` at the moment ``at``.

    Raises:
        ImproperlyConfigured: The signing key in the settings is no key.
    """
    key = Ed25519PrivateKey.from_private_bytes(_seed())
    signature = key.sign(_statement(sequence, digest, at, by, ISSUER))
    return SignedCheckpoint(
        sequence, digest, at, by, ISSUER, _public(key), b64encode(signature).decode("ascii")
    )


def public_key() -> str:
    """Give the public key that fits this service's signatures, in base64; a first run makes the key.

    Raises:
        ImproperlyConfigured: The signing key in the settings is no key.
    """
    return _public(Ed25519PrivateKey.from_private_bytes(_seed()))


def known_public_key() -> str | None:
    """Give the public key as ``public_key`` does, or None when this machine has no signing key yet."""
    if settings.SIGNING_KEY or Path(settings.SIGNING_KEY_FILE).exists():
        return public_key()
    return None


def read_checkpoint(content: bytes) -> SignedCheckpoint:
    """Read the file of a checkpoint; whether its signature is good is another question.

    Raises:
        ValueError: The content is no checkpoint. The message says what is wrong with it.
    """
    if len(content) > _LONGEST_FILE:
        raise ValueError("it is too long to be a checkpoint")
    try:
        fields: Any = json.loads(content)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    if not isinstance(fields, dict) or fields.get("kind") != KIND:
        raise ValueError(f"it does not say that its kind is {KIND}")
    texts = {}
    for name in ("issuer", "at", "by", "digest", "public_key", "signature"):
        value = fields.get(name)
        if not isinstance(value, str):
            raise ValueError(f"its {name} is missing or is not text")  # noqa: TRY004 - of a file's content
        texts[name] = value
    sequence = fields.get("sequence")
    if isinstance(sequence, bool) or not isinstance(sequence, int) or sequence < 1:
        raise ValueError("its sequence is missing or is not a whole number from 1")
    try:
        read_moment(texts["at"])
        checkpoint = SignedCheckpoint(sequence=sequence, **texts)
        _ = checkpoint.signed_bytes
    except ValueError as error:
        raise ValueError(f"it cannot be read: {error}") from None
    return checkpoint


def read_public_key(content: bytes) -> str:
    """Read a public key, in base64 or PEM, and give it in base64.

    Raises:
        ValueError: The content is no Ed25519 public key.
    """
    if content.lstrip().startswith(b"-----BEGIN"):
        try:
            key = load_pem_public_key(content)
        except ValueError:
            raise ValueError("it is not a public key in PEM form") from None
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("it is not an Ed25519 key")
        return b64encode(key.public_bytes_raw()).decode("ascii")
    try:
        raw = b64decode(content.strip(), validate=True)
    except ValueError:
        raw = b""
    if len(raw) != _SEED_LENGTH:
        raise ValueError("it is not an Ed25519 public key: 32 bytes in base64, or PEM")
    return b64encode(raw).decode("ascii")


def _statement(sequence: int, digest: str, at: str, by: str, issuer: str) -> bytes:
    return canonical(
        {"kind": KIND, "issuer": issuer, "at": at, "by": by, "sequence": sequence, "digest": digest}
    ).encode("ascii")


def _public(key: Ed25519PrivateKey) -> str:
    return b64encode(key.public_key().public_bytes_raw()).decode("ascii")


def _seed() -> bytes:
    written = settings.SIGNING_KEY or _kept(Path(settings.SIGNING_KEY_FILE))
    try:
        seed = b64decode(written, validate=True)
    except ValueError:
        seed = b""
    if len(seed) != _SEED_LENGTH:
        raise ImproperlyConfigured(
            "The signing key is not 32 bytes in base64. Make one with: openssl rand -base64 32"
        )
    return seed


def _kept(path: Path) -> str:
    """Return the key kept in ``path``; make one, readable by its owner alone, when there is none."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written aside and linked, so that nobody ever reads half a key and the first of two makers wins.
        descriptor, aside = tempfile.mkstemp(dir=path.parent, prefix=".signing-key-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(b64encode(secrets.token_bytes(_SEED_LENGTH)))
            with suppress(FileExistsError):
                os.link(aside, path)
        finally:
            Path(aside).unlink()
    return path.read_text().strip()
