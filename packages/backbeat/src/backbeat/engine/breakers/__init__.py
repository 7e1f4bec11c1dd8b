"""Circuit breakers: what the calls of all workers to one dependency have in common.

All of a name lies in one slot of a cluster, apart from every queue. Knows the engine's scripts,
sessions and transports.
"""
