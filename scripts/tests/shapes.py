"""JSON Schema of what our manifests use of Compose and Kubernetes: whatever else is a slip of hand.

Written down from their references for the fields that we use, and no more of them.
"""

from typing import Any, Final

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string", "minLength": 1}
NUMBER: Final[Schema] = {"type": "integer", "minimum": 0}
FLAG: Final[Schema] = {"type": "boolean"}
NAME: Final[Schema] = {"type": "string", "pattern": r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"}
QUANTITY: Final[Schema] = {"type": "string", "pattern": r"^[0-9]+(m|Ki|Mi|Gi)?$"}
SECONDS: Final[Schema] = {"type": "string", "pattern": r"^[0-9]+s$"}


def of(*required: str, **properties: Schema) -> Schema:
    """An object with these fields, and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def many(of_what: Schema) -> Schema:
    """A list with at least one entry."""
    return {"type": "array", "items": of_what, "minItems": 1}


def named(of_what: Schema) -> Schema:
    """An object with any names."""
    return {"type": "object", "additionalProperties": of_what, "minProperties": 1}


def _kind(version: str, kind: str, spec: Schema) -> Schema:
    meta = of("name", name=NAME, labels=named(TEXT))
    return of(
        "apiVersion", "kind", "metadata", "spec",
        apiVersion={"const": version}, kind={"const": kind}, metadata=meta, spec=spec,
    )  # fmt: skip


_PROBE = of(
    "httpGet",
    httpGet=of("path", "port", path={"type": "string", "pattern": "^/"}, port=TEXT),
    periodSeconds=NUMBER,
    failureThreshold=NUMBER,
)
_CONTAINER = of(
    "name", "image",
    name=NAME, image=TEXT, args=many(TEXT),
    envFrom=many(of("secretRef", secretRef=of("name", name=NAME))),
    ports=many(of("containerPort", name=NAME, containerPort=NUMBER)),
    startupProbe=_PROBE, livenessProbe=_PROBE, readinessProbe=_PROBE,
    lifecycle=of("preStop", preStop=of("exec", exec=of("command", command=many(TEXT)))),
    resources=of("requests", "limits", requests=named(QUANTITY), limits=named(QUANTITY)),
    securityContext=of(
        allowPrivilegeEscalation=FLAG, capabilities=of("drop", drop=many({"const": "ALL"}))
    ),
)  # fmt: skip
_POD = of(
    "containers",
    terminationGracePeriodSeconds=NUMBER,
    securityContext=of(runAsNonRoot=FLAG),
    containers=many(_CONTAINER),
)
KUBERNETES: Final[dict[str, Schema]] = {
    "Deployment": _kind(
        "apps/v1", "Deployment",
        of(
            "selector", "template",
            replicas=NUMBER,
            selector=of("matchLabels", matchLabels=named(TEXT)),
            template=of(
                "metadata", "spec",
                metadata=of("labels", labels=named(TEXT), annotations=named(TEXT)), spec=_POD,
            ),
        ),
    ),
    "Service": _kind(
        "v1", "Service",
        of(
            "selector", "ports",
            selector=named(TEXT),
            ports=many(of("port", name=NAME, port=NUMBER, targetPort=TEXT)),
            sessionAffinity={"enum": ["None", "ClientIP"]},
        ),
    ),
    "ScaledObject": _kind(
        "keda.sh/v1alpha1", "ScaledObject",
        of(
            "scaleTargetRef", "triggers",
            scaleTargetRef=of("name", name=NAME),
            minReplicaCount=NUMBER, maxReplicaCount=NUMBER, cooldownPeriod=NUMBER,
            triggers=many(of("type", "metadata", type=TEXT, metadata=named(TEXT))),
        ),
    ),
}  # fmt: skip

_SERVICE = of(
    "image",
    image=TEXT, command=many(TEXT), environment=named(TEXT), ports=many(TEXT), volumes=many(TEXT),
    healthcheck=of(
        "test", test=many(TEXT), interval=SECONDS, timeout=SECONDS, start_period=SECONDS,
        retries=NUMBER,
    ),
    expose=many(TEXT),
    depends_on=named(
        of("condition", condition={"enum": ["service_started", "service_healthy"]})
    ),
    restart={"enum": ["no", "always", "on-failure", "unless-stopped"]},
    stop_grace_period=SECONDS,
)  # fmt: skip
COMPOSE: Final[Schema] = of(
    "services", services=named(_SERVICE), volumes=named({"type": ["object", "null"]})
)
