"""How a gateway is set up."""

from dataclasses import dataclass, field

from backbeat.alerts import AlertSetup
from backbeat.app.redaction import Redactor
from backbeat.gateway.http.bodies import BodyLimits
from backbeat.gateway.service.rates import Rates


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayOptions:
    """How a gateway is set up; every default is the safe one.

    Attributes:
        read_only: Whether to refuse every change, whoever asks. Defaults to False.
        origins: Origins such as "https://ops.example.com" whose pages may ask and write, besides
            our own. Defaults to none.
        rates: How much may be asked in a time.
        bodies: What is taken of a body.
        redactor: Takes secrets out of what leaves. Defaults to None: that of the application, which
            alerts use as well.
        alerts: What watchers look by, to be shown. Defaults to None: what the project's file says.
    """

    read_only: bool = False
    origins: tuple[str, ...] = ()
    rates: Rates = field(default_factory=Rates)
    bodies: BodyLimits = field(default_factory=BodyLimits)
    redactor: Redactor | None = None
    alerts: AlertSetup | None = None
