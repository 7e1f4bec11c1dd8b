"""The OpenAPI document: for whoever is recognised."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request

from backbeat.gateway.http.route import PROBLEMS, GatewayRoute

router = APIRouter(prefix="", tags=["document"], route_class=GatewayRoute)


@router.get("/openapi.json", responses=PROBLEMS)
async def read_document(request: Request) -> dict[str, Any]:
    """This document, as OpenAPI 3.1."""
    mounted_at = request.scope.get("root_path") or "/"
    return {**request.app.openapi(), "servers": [{"url": mounted_at}]}
