"""Settings of the house, from the environment: the names that the seeds use, and a few of its own.

Jobs and hot state live on the server that Backbeat's own settings name: `BACKBEAT_URL`, else what
`REDIS_URL` or `REDIS_HOST`, `REDIS_PORT`, `REDIS_PASSWORD`, `REDIS_DB` say, else the embedded one.
"""

from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ArenaSettings(BaseSettings):
    """What an installation may say.

    Attributes:
        node_env: "production" refuses whatever is only for trying out.
        host: Address to listen on.
        port: Port to listen on.
        database_url: `postgresql://user:password@host:port/name`; None: the embedded PostgreSQL.
        database_pool: Connections to it, at most, of one process.
        data_dir: Folder of the embedded PostgreSQL.
        jwt_secret: Signs sessions, at least 32 characters; None: one is made for the folder.
        jwt_expires_in: How long a session is good for: "24h", "30m", "7d", or seconds.
        google_client_id: Audience of Google's tokens; None: no sign-in with Google.
        email_provider_url: Address of the API that sends e-mail; None: none is sent.
        email_provider_token: Its token.
        push_provider_url: The same for push.
        push_provider_token: Its token.
        sms_provider_url: The same for SMS.
        sms_provider_token: Its token.
        chat_channels: Chats that people may be told by, separated by commas: "slack,discord".
        cors_origin: Origins of browsers that may ask, separated by commas.
        socket_cors_origin: Such that may connect a socket; both lists are one.
        trusted_proxies: Addresses of proxies, separated by commas, whose word is taken for whom
            they pass on.
        rate_limit_window_ms: Window of the limit on requests.
        rate_limit_max_requests: Requests that one address may make within it.
        auction_extension_seconds: By how much a late bid moves the end of an auction whose seller
            says nothing of it.
        auction_premium_bps: What buyers pay on top of the price, in hundredths of a per cent; of
            auctions that are drafted from now on.
    """

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", populate_by_name=True)

    node_env: Literal["development", "test", "production"] = "development"
    host: str = "127.0.0.1"
    port: int = Field(default=4000, ge=0, le=65_535)

    database_url: SecretStr | None = None
    database_pool: int = Field(default=10, ge=1, le=200, validation_alias="POSTGRES_MAX_POOL")
    data_dir: Path = Field(default=Path(".arena"), validation_alias="ARENA_DATA_DIR")
    postgres_host: str | None = None
    postgres_port: int = 5432
    postgres_db: str = "arena"
    postgres_user: str = "arena"
    postgres_password: SecretStr = SecretStr("")

    backbeat_url: SecretStr | None = None
    redis_url: SecretStr | None = None
    redis_host: str | None = None
    redis_port: int = 6379
    redis_password: SecretStr = SecretStr("")
    redis_db: int = Field(default=0, ge=0)
    redis_tls: bool = False

    jwt_secret: SecretStr | None = None
    jwt_expires_in: str = "24h"
    google_client_id: str | None = None
    email_provider_url: str | None = None
    email_provider_token: SecretStr = SecretStr("")
    push_provider_url: str | None = None
    push_provider_token: SecretStr = SecretStr("")
    sms_provider_url: str | None = None
    sms_provider_token: SecretStr = SecretStr("")
    chat_channels: str = ""
    cors_origin: str = ""
    socket_cors_origin: str = ""
    trusted_proxies: str = ""
    rate_limit_window_ms: int = Field(default=900_000, ge=1, le=86_400_000)
    rate_limit_max_requests: int = Field(default=100, ge=1)

    auction_extension_seconds: int = Field(default=30, ge=1, le=86_400)
    auction_premium_bps: int = Field(default=0, ge=0, le=10_000)

    @cached_property
    def origins(self) -> tuple[str, ...]:
        """Origins of browsers, besides our own."""
        both = f"{self.cors_origin},{self.socket_cors_origin}".split(",")
        return tuple(dict.fromkeys(each.strip() for each in both if each.strip()))

    @cached_property
    def backbeat(self) -> str | None:
        """Address of the server of jobs; None for the embedded one."""
        for url in (self.backbeat_url, self.redis_url):
            if url is not None:
                return url.get_secret_value()
        if self.redis_host is None:
            return None
        password = self.redis_password.get_secret_value()
        login = f":{quote(password, safe='')}@" if password else ""
        scheme = "rediss" if self.redis_tls else "redis"
        return f"{scheme}://{login}{self.redis_host}:{self.redis_port}/{self.redis_db}"

    @cached_property
    def postgres(self) -> str | None:
        """Address of PostgreSQL; None for the embedded one."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        if self.postgres_host is None:
            return None
        user, password = (
            quote(each, safe="")
            for each in (self.postgres_user, self.postgres_password.get_secret_value())
        )
        login = f"{user}:{password}" if password else user
        return f"postgresql://{login}@{self.postgres_host}:{self.postgres_port}/{self.postgres_db}"
