"""What several applications share, one folder a service.

A service uses the platform. It may not import another service, nor any application.
"""
