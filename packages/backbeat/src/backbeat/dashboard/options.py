"""How a dashboard is set up."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardOptions:
    """How a dashboard is set up; every default is the safe one.

    Attributes:
        idle: Seconds without a request or a click after which a sign-in ends. Defaults to 30 min.
        longest: Seconds after which it ends in any case. Defaults to 12 hours.
        secure: Whether the cookie is sent over https alone; None: where the request came by it.
            Say True behind a proxy that ends TLS. Defaults to None.
        interval: Seconds between two readings for all pages together; more where one takes long.
            Defaults to 2.
    """

    idle: float = 1_800.0
    longest: float = 43_200.0
    secure: bool | None = None
    interval: float = 2.0
