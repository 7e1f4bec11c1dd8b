"""Every setting of an installation, and the order of the places it may come from."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Self

from pydantic import Field, PrivateAttr, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from typing_extensions import override

from backbeat.config.address import check_address, embedded_folder, mask_password
from backbeat.config.layers import environment_layer, explicit_layer, project_layer
from backbeat.config.problems import SECRET, as_configuration_error
from backbeat.config.project import DATA_FOLDER, find_project_root

LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]

_APP: Final = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_PRODUCTION: Final = frozenset({"production", "prod"})
_UNSET: Final = "default"


@dataclass(frozen=True)
class Provenance:
    """One setting as `backbeat doctor` shows it.

    Attributes:
        name: Name of the setting.
        value: Its value; a password in an address is masked.
        source: "default", the variable, the file, or "an argument".
    """

    name: str
    value: object
    source: str


class Settings(BaseSettings):
    """The settings of one process; frozen. `Settings.load()` gathers them.

    `Settings(...)` takes only what it is given and reads nothing.

    Attributes:
        url: Address of the server: redis://, rediss://, valkey://, valkeys://, unix:// or
            embedded://folder; of a cluster redis+cluster://one:7000,two:7000; of a primary that
            Sentinels watch redis+sentinel://one:26379,two:26379/main. Defaults to None: an embedded
            server in the project.
        namespace: Prefix of every key. Defaults to "bb".
        app: Where the application is, as "module:attribute". Defaults to None.
        env: Name of the surroundings; "production" refuses an embedded server that nobody asked
            for. Defaults to None.
        server_bin: Path of the server program to run embedded. Defaults to None: the first fit one.
        max_payload_bytes: Largest payload of a job, in bytes. Defaults to 256 KiB.
        lease: Seconds a worker holds a job without renewing. Defaults to 30.
        grace: Seconds a stopping worker waits for running jobs. Defaults to 25.
        token_secret: Signs tokens for one job, at least 32 characters, the same in every process.
            Defaults to None: there are no such tokens.
        metrics_host: Address at which a worker answers Prometheus and probes. Defaults to
            "127.0.0.1": this machine alone, since it asks nobody who they are.
        metrics_port: Port for that; each worker of a machine needs its own. Defaults to None: it
            answers nobody.
        log_level: Least level that is logged. Defaults to "INFO".
        log_json: Whether log lines are JSON. Defaults to False.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    url: str | None = Field(
        default=None,
        repr=False,
        description="an address such as redis://localhost:6379/0 or embedded://folder",
    )
    namespace: str = Field(
        default="bb",
        pattern=r"^[A-Za-z0-9._-]{1,128}$",
        description="1 to 128 letters, digits, dots, dashes or underscores",
    )
    app: str | None = Field(default=None, description="module:attribute, such as shop.jobs:app")
    env: str | None = Field(default=None, description="a name such as production or development")
    server_bin: Path | None = Field(default=None, description="the path of a server program")
    max_payload_bytes: int = Field(default=262_144, gt=0, description="a number of bytes above 0")
    lease: float = Field(
        default=30.0, gt=0, allow_inf_nan=False, description="a number of seconds above 0"
    )
    grace: float = Field(
        default=25.0, ge=0, allow_inf_nan=False, description="a number of seconds, 0 or more"
    )
    token_secret: SecretStr | None = Field(
        default=None, min_length=32, description="a secret of 32 characters or more"
    )
    metrics_host: str = Field(
        default="127.0.0.1", min_length=1, description="an address to bind to, such as 0.0.0.0"
    )
    metrics_port: int | None = Field(
        default=None, ge=0, le=65_535, description="a port from 1 to 65535, or 0 for any"
    )
    log_level: LogLevel = Field(
        default="INFO", description="DEBUG, INFO, WARNING, ERROR or CRITICAL"
    )
    log_json: bool = Field(default=False, description="true or false")

    _origins: dict[str, str] = PrivateAttr(default_factory=dict)
    _root: Path | None = PrivateAttr(default=None)

    @classmethod
    def load(cls, **overrides: object) -> Self:
        """Gather settings: defaults < project file < environment < `overrides`.

        Args:
            **overrides: Explicit values by field name; None means "not given".

        Returns:
            Frozen settings that remember where each value came from.

        Raises:
            ConfigurationError: A value does not fit, a name is unknown, or a file is unreadable;
                the message names field, source and what to do.
        """
        root = find_project_root()
        values: dict[str, Any] = {}
        origins: dict[str, str] = {}
        for layer in (project_layer(root), environment_layer(cls), explicit_layer(overrides)):
            values.update(layer.values)
            origins.update(layer.origins)
        try:
            settings = cls(**values)
        except ValidationError as error:
            raise as_configuration_error(error, cls.model_fields, origins) from None
        settings._origins, settings._root = origins, root
        return settings

    def provenance(self) -> list[Provenance]:
        """Every setting with its value and the place it came from, in the order of declaration."""
        return [
            Provenance(name, self._shown(name), self._source(name))
            for name in type(self).model_fields
        ]

    @property
    def root(self) -> Path:
        """The project: where its file is, else the working directory."""
        return self._root or find_project_root()

    @property
    def data_dir(self) -> Path:
        """Folder of the embedded server; one named in the address counts from the project."""
        folder = embedded_folder(self.url) or DATA_FOLDER
        return self.root / Path(folder).expanduser()

    @property
    def external(self) -> bool:
        """Whether the address names a server that is not ours to start."""
        return self.url is not None and embedded_folder(self.url) is None

    @property
    def production(self) -> bool:
        """Whether `env` says that this is production."""
        return (self.env or "").strip().lower() in _PRODUCTION

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is given: `load` layers the rest itself, so that each value has an origin."""
        return (init_settings,)

    @field_validator("url")
    @classmethod
    def _known_address(cls, url: str | None) -> str | None:
        return url if url is None else check_address(url)

    @field_validator("app")
    @classmethod
    def _module_and_attribute(cls, app: str | None) -> str | None:
        if app is not None and not _APP.fullmatch(app):
            raise ValueError("it must name a module and an attribute")
        return app

    @field_validator("log_level", mode="before")
    @classmethod
    def _any_case(cls, level: object) -> object:
        return level.upper() if isinstance(level, str) else level

    def _source(self, name: str) -> str:
        if name in self._origins:
            return self._origins[name]
        return "an argument" if name in self.model_fields_set else _UNSET

    def _shown(self, name: str) -> object:
        value = getattr(self, name)
        if isinstance(value, SecretStr):
            return "***"
        return mask_password(value) if name in SECRET and value else value
