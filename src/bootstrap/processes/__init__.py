"""Child processes that never outlive Chimera."""

from src.bootstrap.processes.child import Account, ChildExit, ChildProcess, launch_command
from src.bootstrap.processes.launch import die_with_parent
from src.bootstrap.processes.supervisor import Supervisor

__all__ = ["Account", "ChildExit", "ChildProcess", "Supervisor", "die_with_parent", "launch_command"]
