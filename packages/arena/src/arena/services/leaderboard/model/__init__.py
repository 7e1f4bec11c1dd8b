"""The rules of boards. Pure."""
