"""Work that may hang, crash or swallow memory, done in processes that can be killed."""

from helpers.pool.processes import Outcome, Pool, PoolError, default_processes

__all__ = ["Outcome", "Pool", "PoolError", "default_processes"]
