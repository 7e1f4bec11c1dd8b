"""What a job is and how it moves: keys, scripts, calls, sessions, clients.

Knows nothing of handlers and workers. Imports only server, config, lua, values and errors.
"""
