"""One attempt at a job: its rules, its end, and what that means."""
