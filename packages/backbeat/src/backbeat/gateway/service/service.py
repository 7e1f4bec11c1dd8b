"""Every resource of one application, behind one guard."""

from backbeat.alerts import AlertSetup
from backbeat.app import AuditLog, Backbeat
from backbeat.app.redaction import Redactor
from backbeat.gateway.service.alerts import Alerts
from backbeat.gateway.service.audit import Audit
from backbeat.gateway.service.breakers import Breakers
from backbeat.gateway.service.dead import Dead
from backbeat.gateway.service.flows import Flows
from backbeat.gateway.service.following import Following
from backbeat.gateway.service.groups import Groups
from backbeat.gateway.service.guard import Guard
from backbeat.gateway.service.health import Health
from backbeat.gateway.service.intake import Intake
from backbeat.gateway.service.jobs import Jobs
from backbeat.gateway.service.keys import Keys
from backbeat.gateway.service.limits import Limits
from backbeat.gateway.service.locks import Locks
from backbeat.gateway.service.metrics import Metrics
from backbeat.gateway.service.queues import Queues
from backbeat.gateway.service.schedules import Schedules
from backbeat.gateway.service.workers import Workers


class Service:
    """What can be asked of an application from outside, and told to it.

    Attributes:
        app: The application.
        guard: Decides what a caller may, and writes down what callers change.
        redactor: Takes secrets out of what leaves.
    """

    def __init__(
        self,
        app: Backbeat,
        *,
        redactor: Redactor | None = None,
        read_only: bool = False,
        alerts: AlertSetup | None = None,
    ) -> None:
        """Serve an application. Asks nothing yet.

        Args:
            app: The application.
            redactor: Takes secrets out. Defaults to that of the application.
            read_only: Whether to refuse every change, whoever asks. Defaults to False.
            alerts: What watchers look by. Defaults to None: what the project's file says.
        """
        self.app = app
        self.redactor = redactor or app.redactor
        self.guard = Guard(AuditLog(app.connections), self.redactor, read_only=read_only)
        parts = (app, self.guard, self.redactor)
        self.queues = Queues(*parts)
        self.jobs = Jobs(*parts)
        self.intake = Intake(*parts)
        self.dead = Dead(*parts)
        self.schedules = Schedules(*parts)
        self.workers = Workers(*parts)
        self.groups = Groups(*parts)
        self.limits = Limits(*parts)
        self.locks = Locks(*parts)
        self.breakers = Breakers(*parts)
        self.flows = Flows(*parts)
        self.metrics = Metrics(*parts)
        self.alerts = Alerts(*parts, setup=AlertSetup.load if alerts is None else lambda: alerts)
        self.following = Following(*parts)
        self.keys = Keys(*parts)
        self.audit = Audit(*parts)
        self.health = Health(*parts)
