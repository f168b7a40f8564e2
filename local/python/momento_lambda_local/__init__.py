"""An in-memory Momento for tests: `start` starts it on a free port of this machine, `stop` ends it.

    import momento_lambda_local

    with momento_lambda_local.start(caches=["sessions"]) as momento:
        os.environ.update(momento.environment)

For pytest there are fixtures: momento_lambda_local.pytest_plugin, which pytest finds by itself.
"""

from momento_lambda_local.program import NoProgramError, find_program
from momento_lambda_local.server import LocalMomento, StartError, start

__all__ = ["LocalMomento", "NoProgramError", "StartError", "find_program", "start"]
