"""What is known of alerts: which are raised, which are silenced, and what has yet to be delivered.

All of it lies in one slot of a cluster, apart from every queue. Knows no rules and no channels.
"""
