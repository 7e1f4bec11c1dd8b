"""Inboxes over Socket.IO: pages follow that of their user, and are told in every process."""
