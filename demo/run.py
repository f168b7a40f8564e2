"""`make demo`: one function in Python and one in Node, cold once and warm 20 times, on this machine alone.

Both run under AWS's runtime clients against a small Runtime API, find their Momento key in Secrets Manager
(moto) and talk to momento-lambda-local. The run ends with status 0 only if each function made exactly one
look-up and one connection and always served the right value. The work is in demonstration.py; this file only
makes sure that a Ctrl-C during the imports ends the program without a traceback, as it does later.
"""

import signal
import sys
from pathlib import Path

signal.signal(signal.SIGINT, signal.SIG_DFL)
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "stubs"))

from demonstration import main  # noqa: E402  the two lines above must come first

if __name__ == "__main__":
    main()
