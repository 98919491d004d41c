"""How gunicorn serves SDWG: threads, behind any proxy, every number from the environment."""

import logging
import os
import tempfile
from typing import Any

wsgi_app = "sdwg.wsgi:application"
bind = os.environ.get("SDWG_BIND", f"127.0.0.1:{os.environ.get('SDWG_PORT', '8000')}")
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
worker_class = "gthread"
threads = int(os.environ.get("SDWG_THREADS", "8"))
timeout = 60  # seconds without a sign of life from a worker
graceful_timeout = 20  # seconds for requests under way when it is told to stop
keepalive = 5
max_requests = 20_000
max_requests_jitter = 2_000
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else tempfile.gettempdir()
forwarded_allow_ips = os.environ.get("SDWG_PROXY_IPS", "127.0.0.1,::1")
control_socket_disable = True
reload = os.environ.get("SDWG_RELOAD", "") == "1"
errorlog = "-"
accesslog = "-"
# Path without its query: what people search for is not for the log.
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(B)s bytes %(M)s ms'


def on_starting(server: Any) -> None:
    """Keep the secrets of personal links, which are part of a path, out of the log."""
    from sdwg.redaction import Secrets

    for name in ("gunicorn.access", "gunicorn.error"):
        logging.getLogger(name).addFilter(Secrets())
