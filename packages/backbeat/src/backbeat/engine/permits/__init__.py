"""Locks, semaphores and limits: what is shared by name, beyond any one queue.

All of a name lies in one slot of a cluster, apart from every queue. Knows the engine's scripts,
sessions and transports.
"""
