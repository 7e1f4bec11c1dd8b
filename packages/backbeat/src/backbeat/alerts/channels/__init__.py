"""Who brings alerts to people and programs: apprise, and signed webhooks. Knows no rules."""
