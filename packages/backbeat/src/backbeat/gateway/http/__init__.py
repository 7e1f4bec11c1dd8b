"""The gateway over HTTP: one way for every request, one form for every answer."""
