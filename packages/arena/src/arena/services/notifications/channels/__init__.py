"""Who brings notifications: a provider over HTTP, apprise, the inbox in a browser.

A channel knows one way to one recipient. Whom to tell, when and how often is decided above it.
"""
