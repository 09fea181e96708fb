"""ADB's authorisation: the host signs a token with its RSA key, or offers the key for a person to allow.

Source: `adb_auth.h`, `daemon/auth.cpp` and `android_pubkey.cpp` of Android's adb. RSASSA-PKCS1-v1_5; the
20-byte token is taken for a SHA-1 digest.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN_SIZE = 20
_HEAD = struct.Struct("<II")
_DIGEST_INFO = bytes.fromhex("3021300906052b0e03021a05000414")


class AuthKind(IntEnum):
    """arg0 of an AUTH packet."""

    TOKEN = 1
    SIGNATURE = 2
    RSA_PUBLIC_KEY = 3


class Policy(StrEnum):
    """How a phone treats computers that it does not know."""

    OPEN = "open"
    """No authorisation at all, as emulators and userdebug builds have it."""
    ASK = "ask"
    """The host is unauthorized until a person allows its key."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A host's RSA key."""

    modulus: int
    exponent: int
    size: int
    """Bytes of the modulus."""
    name: str
    """user@host, as the host calls itself."""

    @property
    def fingerprint(self) -> str:
        """What the dialog "Allow USB debugging?" shows: MD5 of the key, with colons."""
        raw = self.modulus.to_bytes(self.size, "little")
        digest = hashlib.md5(raw, usedforsecurity=False).hexdigest().upper()
        return ":".join(digest[i : i + 2] for i in range(0, len(digest), 2))

    def signed(self, token: bytes, signature: bytes) -> bool:
        """Return whether a signature over a token is this key's."""
        if len(signature) != self.size:
            return False
        found = pow(int.from_bytes(signature, "big"), self.exponent, self.modulus).to_bytes(self.size, "big")
        tail = b"\x00" + _DIGEST_INFO + token
        return found == b"\x00\x01" + b"\xff" * (self.size - 2 - len(tail)) + tail


def parse_public_key(payload: bytes) -> PublicKey | None:
    """Read `base64 name`, NUL at the end; None if it is no key.

    The base64 holds: words of the modulus, n0inv, modulus little-endian, rr, exponent.
    """
    encoded, _, name = payload.rstrip(b"\0").partition(b" ")
    try:
        raw = base64.b64decode(encoded, validate=True)
        words, _ = _HEAD.unpack_from(raw)
        size = words * 4
        (exponent,) = struct.unpack_from("<I", raw, _HEAD.size + 2 * size)
    except (binascii.Error, struct.error, ValueError):
        return None
    modulus = int.from_bytes(raw[_HEAD.size : _HEAD.size + size], "little")
    if size < 64 or modulus < 2 or exponent < 3:
        return None
    return PublicKey(modulus, exponent, size, name.decode("utf-8", "replace"))


class Authorizer:
    """Knows which hosts are allowed, and asks about the others.

    Args:
        policy: how unknown hosts are treated.
        tokens: makes the tokens to be signed.
    """

    def __init__(self, policy: Policy, tokens: Callable[[int], bytes]) -> None:
        self.policy = policy
        self.on_ask: Callable[[PublicKey], None] = lambda _key: None
        """Called when a dialog opens on the phone."""
        self._tokens = tokens
        self._allowed: list[PublicKey] = []
        self._waiting: dict[PublicKey, list[Callable[[], None]]] = {}

    def token(self) -> bytes:
        """Return a fresh token."""
        return self._tokens(TOKEN_SIZE)

    def knows(self, token: bytes, signature: bytes) -> bool:
        """Return whether an allowed key signed the token."""
        return any(key.signed(token, signature) for key in self._allowed)

    def ask(self, key: PublicKey, allowed: Callable[[], None]) -> None:
        """Open the dialog for a key; `allowed` is called when a person says yes."""
        new = key not in self._waiting
        self._waiting.setdefault(key, []).append(allowed)
        if new:
            self.on_ask(key)

    @property
    def asking(self) -> tuple[PublicKey, ...]:
        """Keys whose dialogs are open."""
        return tuple(self._waiting)

    def allow(self) -> int:
        """Say "always allow from this computer" to all open dialogs; return how many there were."""
        waiting, self._waiting = self._waiting, {}
        for key, callbacks in waiting.items():
            self._allowed.append(key)
            for callback in callbacks:
                callback()
        return len(waiting)

    def revoke(self) -> None:
        """Forget all computers, as "Revoke USB debugging authorisations" does."""
        self._allowed.clear()
