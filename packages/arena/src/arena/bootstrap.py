"""The composition root: mounts the applications and is the only module that knows them all.

No application is mounted yet.
"""
