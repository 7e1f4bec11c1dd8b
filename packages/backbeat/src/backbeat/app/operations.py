"""Questions to a queue and commands for it, for async code."""

from backbeat.app.job_commands import JobCommands
from backbeat.app.steering import Steering


class Operations(JobCommands, Steering):
    """What can be asked of a queue and told to it.

    Every command has one effect, whatever is lost on the way. All of them raise ServerUnavailable
    when the server cannot be reached or refuses, and OutcomeUnknown when a command was sent and
    never answered.
    """
