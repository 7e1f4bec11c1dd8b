"""The use cases of users: signing up, in and out, and what the house grants."""
