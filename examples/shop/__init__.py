"""A shop that is always busy: queues of every kind, to look at and to steer in the dashboard."""
