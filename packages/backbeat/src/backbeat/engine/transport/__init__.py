"""How calls reach the server: targets, connections, and what to do with every kind of failure.

Only this folder imports the Redis client. It sends each call once; repeating is the session's part.
"""
