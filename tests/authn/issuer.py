"""An OpenID Connect issuer of the tests: keys, tokens, and a server on loopback.

issuer = Issuer("https://issuer.example")        # only tokens and documents
keys = IssuerKeys(Documents(issuer.documents()))  # the network, faked
with Serving(tls=True) as server: ...            # or a real one on 127.0.0.1
"""

import base64
import hashlib
import json
import ssl
import threading
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from joserfc import jwk, jws

NOW = datetime(2026, 11, 25, 6, 35, tzinfo=UTC)
DISCOVERY = "/.well-known/openid-configuration"
CURVES = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}


@lru_cache
def private_key(alg, number=0):
    """A private key for *alg*; each *number* is another one. Made once a process: RSA is slow."""
    del number
    if alg.startswith("ES"):
        return ec.generate_private_key(CURVES[alg])
    return rsa.generate_private_key(65537, 1024 if alg == "weak" else 2048)


def pem(key):
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def encoded(value):
    data = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@lru_cache
def public_jwk(key):
    kind = "EC" if isinstance(key, ec.EllipticCurvePrivateKey) else "RSA"
    return jwk.import_key(pem(key), kind).as_dict(private=False)


class Issuer:
    def __init__(self, url, alg="RS256", kid="one", number=0):
        self.url, self.alg, self.kid = url, alg, kid
        self.key = private_key(alg, number)

    def jwk(self, **more):
        return {**public_jwk(self.key), "kid": self.kid, "use": "sig", "alg": self.alg, **more}

    def documents(self, *keys):
        discovery = {"issuer": self.url, "jwks_uri": f"{self.url}/jwks"}
        return {
            self.url.rstrip("/") + DISCOVERY: json.dumps(discovery).encode(),
            f"{self.url}/jwks": json.dumps({"keys": [self.jwk(), *keys]}).encode(),
        }

    def claims(self, now=NOW, **more):
        issued = int(now.timestamp())
        claims = {
            "iss": self.url,
            "sub": "somebody",
            "aud": "sts.amazonaws.com",
            "iat": issued,
            "exp": issued + 3600,
            **more,
        }
        return {name: value for name, value in claims.items() if value is not ...}

    def token(self, claims=None, header=None, **more):
        """A signed token; a claim or a member of the head that is `...` is left out."""
        head = {"alg": self.alg, "kid": self.kid, "typ": "JWT", **(header or {})}
        head = {name: value for name, value in head.items() if value is not ...}
        body = json.dumps(claims if claims is not None else self.claims(**more))
        registry = jws.JWSRegistry(algorithms=[self.alg], strict_check_header=False)
        kind = "EC" if self.alg.startswith("ES") else "RSA"
        key = jwk.import_key(pem(self.key), kind)
        return jws.serialize_compact(head, body, key, registry=registry)


class Documents:
    """A fetcher that has every document in hand, and counts what it is asked for."""

    def __init__(self, documents, *, allow_private=False):
        self.documents = dict(documents)
        self.allow_private = allow_private
        self.asked = []

    def get(self, url, thumbprints=()):
        from doorward.authn.oidc_fetch import Unreachable

        del thumbprints
        self.asked.append(url)
        found = self.documents.get(url, Unreachable(url))
        if isinstance(found, Exception):
            raise found
        return found


def certificate(subject, key, issuer, issuer_key, *, ca, names=()):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    signer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(signer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if names:
        listed = x509.SubjectAlternativeName([x509.DNSName(one) for one in names])
        builder = builder.add_extension(listed, critical=False)
    return builder.sign(issuer_key, SHA256())


class Serving:
    """A web server on loopback; *pages* are answers by path: status, headers, body.

    Over TLS its certificate is for `localhost`, from an authority of its own whose thumbprint is
    `thumbprint`.
    """

    def __init__(self, folder: Path | None = None, *, names=("localhost",)):
        self.pages = {}
        self.asked = []
        serving = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                serving.asked.append(self.path)
                page = serving.pages.get(self.path, (404, {}, b""))
                if callable(page):
                    page(self)
                    return
                status, headers, body = page
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *args: None
        self.port = self.server.server_port
        self.url = f"http://localhost:{self.port}"
        self.thumbprint = None
        if folder:
            self._secure(folder, names)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))

    def _secure(self, folder, names):
        authority, own = ec.generate_private_key(ec.SECP256R1()), private_key("ES256", 9)
        root = certificate("tests", authority, "tests", authority, ca=True)
        leaf = certificate("issuer", own, "tests", authority, ca=False, names=names)
        public = serialization.Encoding.PEM
        chain = folder / "chain.pem"
        chain.write_bytes(pem(own) + leaf.public_bytes(public) + root.public_bytes(public))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        self.server.socket = context.wrap_socket(
            self.server.socket, server_side=True, do_handshake_on_connect=False
        )
        der = root.public_bytes(serialization.Encoding.DER)
        self.thumbprint = hashlib.sha1(der).hexdigest()
        self.url = f"https://localhost:{self.port}"

    def publish(self, issuer, *keys):
        """Serve the documents of *issuer*, whose URL is this server's."""
        for url, body in issuer.documents(*keys).items():
            self.pages[url.removeprefix(self.url)] = (200, {}, body)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
