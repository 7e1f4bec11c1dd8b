"""The secret that signs sessions: given, or for development made once and kept in the folder."""

import os
import secrets
from pathlib import Path
from typing import Final

from arena.base.errors import Misconfigured
from arena.base.settings import ArenaSettings

_NAME: Final = "jwt_secret"
_LEAST: Final = 32
_HOW: Final = "python -c 'import secrets; print(secrets.token_urlsafe(48))'"


def session_secret(settings: ArenaSettings) -> str:
    """The secret of this installation; the same for all processes on one data folder.

    Raises:
        Misconfigured: None is given in production, or it is shorter than 32 characters, or others
            may read the file in which ours is kept.
    """
    if settings.jwt_secret is not None:
        secret = settings.jwt_secret.get_secret_value()
        if len(secret) < _LEAST:
            raise Misconfigured(
                f"JWT_SECRET has {len(secret)} characters and needs {_LEAST}: make one with {_HOW}"
            )
        return secret
    if settings.node_env == "production":
        raise Misconfigured(f"JWT_SECRET is needed in production: make one with {_HOW}")
    return _kept(settings.data_dir / _NAME)


def _kept(path: Path) -> str:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Whole or not at all: another process may read it at the same moment.
    draft = path.with_name(f"{_NAME}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    if path.stat().st_mode & 0o077:
        raise Misconfigured(
            f"{path} signs sessions and others may read it: chmod 600, or remove it"
        )
    return path.read_text(encoding="utf-8")
