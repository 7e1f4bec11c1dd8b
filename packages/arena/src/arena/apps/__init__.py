"""The applications, one folder each, all of the same anatomy.

An application uses services and the platform. It may not import another application.
"""
