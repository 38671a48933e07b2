"""How the web process runs, in the demo and in production alike; the environment sizes it."""

import gc
import os
from typing import Any

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
# A worker is replaced after this many requests, so that a slow leak never adds up; spread, so not all at once.
max_requests = 5000
max_requests_jitter = 500
timeout = 60
graceful_timeout = 30
keepalive = 5
# The heartbeat file must not lie on a disk that can be slow or full.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108
accesslog = "-" if os.environ.get("WEB_ACCESS_LOG") else None
# Its path would lie in the user's home folder, the same for every Tradeline of this user.
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Keep the garbage collector away from the program itself, once it is loaded.

    A full collection walks every object there is: hundreds of milliseconds for the classes, models and translations of
    this site, none of which ever becomes garbage, and it falls into somebody's request. Frozen, they are not walked
    again; what requests leave behind in cycles is still collected, in larger heaps and so less often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
