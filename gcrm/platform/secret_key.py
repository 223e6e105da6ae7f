"""The workspace's own key: it signs sessions, and seals what another server entrusted to a person here."""

import base64
import hashlib
import hmac
import secrets
from pathlib import Path
from typing import Any


def secret_key(folder: Path) -> bytes:
    """The key that signs sessions: made once, kept in the workspace for its owner alone."""
    file = folder / "secret_key"
    try:
        key = file.read_bytes()
    except FileNotFoundError:
        key = secrets.token_bytes(32)
        try:
            with file.open("xb") as fresh:
                file.chmod(0o600)
                fresh.write(key)
        except FileExistsError:  # another process was quicker: its key is the key
            key = file.read_bytes()
    if len(key) < 32:
        raise RuntimeError(f"{file} is damaged: {len(key)} bytes. Remove it and start again; everybody signs in anew.")
    return key


def seal(folder: Path, text: str) -> str:
    """A text that only this workspace can read again: a copy of its database without the key's file tells nothing."""
    return bytes(_box(folder).encrypt(text.encode())).decode()


def unseal(folder: Path, sealed: str) -> str | None:
    """The text that was sealed; None where it was sealed with another key, as in another workspace."""
    from cryptography.fernet import InvalidToken

    try:
        return bytes(_box(folder).decrypt(sealed.encode())).decode()
    except InvalidToken:
        return None


def _box(folder: Path) -> Any:
    """AES and HMAC (Fernet) under a key made of the workspace's, for this purpose alone."""
    from cryptography.fernet import Fernet

    made = hmac.new(secret_key(folder), b"gcrm: sealed for another server", hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(made))
