"""HTTP as the gateway speaks it. A host application that takes these names answers alike.

One form of answers and errors, request ids, bounded bodies, `Idempotency-Key`, ETags, origins.
"""

from backbeat.gateway.credentials import read_credentials
from backbeat.gateway.http.bodies import BodyLimits, with_body
from backbeat.gateway.http.envelope import (
    Asked,
    AsWhole,
    Envelope,
    PageEnvelope,
    Pagination,
    Problem,
    ProblemEnvelope,
    Shown,
    problem,
)
from backbeat.gateway.http.errors import on_error, on_http_error, on_validation
from backbeat.gateway.http.origins import check_origin
from backbeat.gateway.http.outermost import Outermost
from backbeat.gateway.http.repeats import HEADER as IDEMPOTENCY_KEY
from backbeat.gateway.http.repeats import once
from backbeat.gateway.http.request_ids import request_id
from backbeat.gateway.http.snapshots import tagged
from backbeat.gateway.http.table import said
from backbeat.gateway.origins import Origins
from backbeat.gateway.service.rate_gates import RateGates, network

__all__ = [
    "IDEMPOTENCY_KEY",
    "AsWhole",
    "Asked",
    "BodyLimits",
    "Envelope",
    "Origins",
    "Outermost",
    "PageEnvelope",
    "Pagination",
    "Problem",
    "ProblemEnvelope",
    "RateGates",
    "Shown",
    "check_origin",
    "network",
    "on_error",
    "on_http_error",
    "on_validation",
    "once",
    "problem",
    "read_credentials",
    "request_id",
    "said",
    "tagged",
    "with_body",
]
