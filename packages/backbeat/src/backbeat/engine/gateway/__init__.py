"""What the gateway keeps on the server: API keys, the audit log, answers of requests.

Each name lies in one slot of a cluster, apart from every queue.
"""
