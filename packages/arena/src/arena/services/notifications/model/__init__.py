"""The rules of notifications. Pure: time and preferences are given to them."""
