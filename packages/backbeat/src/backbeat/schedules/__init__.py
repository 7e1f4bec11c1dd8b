"""When schedules have slots: cron, every, at, and what becomes of slots that were missed.

Pure rules: they do no I/O and read no clock; the time comes in as milliseconds since 1970.
"""
