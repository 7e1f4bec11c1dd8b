"""What every service and application stands on: money, errors, settings, stores, HTTP."""
