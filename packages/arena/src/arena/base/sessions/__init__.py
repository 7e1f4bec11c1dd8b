"""Who signs in, and how they are known afterwards: users, passwords, Google, sessions.

A session is a signed token that names a row; the row says whether it still stands. Where PostgreSQL
is away, tokens go on being good for what every player may: see `recognising`.
"""
