"""Schemas of what `deploy/` is written for.

Those of Compose and of Kubernetes are theirs, by way of libraries. That of KEDA is written down
here from its reference, for the fields that we use and no more of them.
"""

from typing import Any, Final

import compose_spec
import jsonschema_rs
import kubernetes_validate  # type: ignore[import-untyped] # untyped

Schema = dict[str, Any]

KUBERNETES_VERSION: Final = "1.30"
"""The oldest one that our manifests are held against."""

_TEXT: Final[Schema] = {"type": "string", "minLength": 1}
_NUMBER: Final[Schema] = {"type": "integer", "minimum": 0}
_TEXTS: Final[Schema] = {
    "type": "object", "additionalProperties": _TEXT, "minProperties": 1,
}  # fmt: skip


def flaws_of_kubernetes(document: dict[str, Any]) -> list[str]:
    """What is wrong with an object, fields that there are not among it."""
    if document["kind"] == "ScaledObject":
        return [str(error) for error in _KEDA.iter_errors(document)]
    try:
        kubernetes_validate.validate(document, KUBERNETES_VERSION, strict=True)
    except kubernetes_validate.ValidationError as error:
        return [error.message]
    return []


def flaws_of_compose(text: str) -> list[str]:
    """What is wrong with a compose file whose variables are filled in."""
    try:
        compose_spec.PyCompose.from_yaml(text).validate()
    except ValueError as error:
        return [str(error)]
    return []


def _of(*required: str, **properties: Schema) -> Schema:
    """An object with these fields, and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


_TRIGGER: Final = _of("type", "metadata", type=_TEXT, metadata=_TEXTS)
_SPEC: Final = _of(
    "scaleTargetRef", "triggers",
    scaleTargetRef=_of("name", name=_TEXT),
    minReplicaCount=_NUMBER, maxReplicaCount=_NUMBER, cooldownPeriod=_NUMBER,
    triggers={"type": "array", "items": _TRIGGER, "minItems": 1},
)  # fmt: skip
_KEDA: Final = jsonschema_rs.validator_for(_of(
    "apiVersion", "kind", "metadata", "spec",
    apiVersion={"const": "keda.sh/v1alpha1"}, kind={"const": "ScaledObject"},
    metadata=_of("name", name=_TEXT), spec=_SPEC,
))  # fmt: skip
