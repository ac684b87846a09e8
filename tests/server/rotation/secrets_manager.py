"""A Secrets Manager: moto in a process of its own on loopback, which ends with its input."""

import subprocess
import sys

import boto3
from botocore.config import Config

SERVE = """\
import os, sys, threading
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server
WSGIRequestHandler.log_request = lambda *_: None
app = DomainDispatcherApplication(create_backend_app)
server = make_server("127.0.0.1", 0, app, threaded=True)
print(server.server_port, flush=True)
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
server.serve_forever()
"""


class SecretsManager:
    """The service, and a client of it."""

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        port = self.process.stdout.readline().strip()
        self.endpoint = f"http://127.0.0.1:{port}"
        self.client = boto3.Session("moto", "moto", region_name="us-east-1").client(
            "secretsmanager",
            endpoint_url=self.endpoint,
            config=Config(retries={"total_max_attempts": 1}),
        )

    def stop(self):
        self.process.kill()
        self.process.communicate()
