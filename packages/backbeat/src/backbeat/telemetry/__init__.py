"""Metrics, traces and log lines in the words of others: Prometheus, OpenTelemetry, structlog.

Knows neither application nor worker: it is given values, and says them. Nobody imports this room
who does not ask for it; its libraries come with `pip install backbeat[telemetry]`.
"""
