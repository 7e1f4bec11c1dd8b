"""The use cases of notifications: each opens its transactions itself."""
