"""Every process of a Procfile on one machine: started, watched, restarted, ended, and their logs.

Knows commands and processes, and nothing of jobs. Honcho reads the file, opens the processes and
prints their lines.
"""
