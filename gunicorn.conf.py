"""How the web process runs, in the demo and in production alike; the environment sizes it."""

import os

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
