"""A session of a role for a certificate, got by CreateSession of IAM Roles Anywhere.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/authentication-sign-process.html
"""

import base64
import hashlib
import http.client
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import SplitResult, quote, urlencode

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, mldsa, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509 import Certificate, load_pem_x509_certificates

from doorward.authn import canonical, signing, x509_request
from doorward.base.arn import Arn, is_account
from doorward.base.clock import Clock, basic
from doorward.base.errors import BadInput
from doorward.cli.credentials.session import SECONDS, Issued
from doorward.cli.rotation.signed import Refused, Unanswered
from doorward.server.rotation import outgoing
from doorward.server.rotation.outgoing import Keys

PATH = "/sessions"
CREATED = 201
MOST_BYTES = 1 << 20
Key = (
    rsa.RSAPrivateKey
    | ec.EllipticCurvePrivateKey
    | mldsa.MLDSA44PrivateKey
    | mldsa.MLDSA65PrivateKey
    | mldsa.MLDSA87PrivateKey
)
KINDS = (
    rsa.RSAPrivateKey,
    ec.EllipticCurvePrivateKey,
    mldsa.MLDSA44PrivateKey,
    mldsa.MLDSA65PrivateKey,
    mldsa.MLDSA87PrivateKey,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The session that is asked for, and where."""

    endpoint: SplitResult
    trust_anchor_arn: str
    profile_arn: str
    role_arn: str
    duration_seconds: int | None = None
    session_name: str | None = None

    @property
    def region(self) -> str:
        """The Region of the trust anchor, which is asked."""
        return self._anchor.region

    @property
    def account(self) -> str:
        """The account of all three."""
        return self._anchor.account

    @property
    def _anchor(self) -> Arn:
        found = Arn.parse(self.trust_anchor_arn)
        if found is None or not (found.region and is_account(found.account)):
            problem = f"`{self.trust_anchor_arn}` is not the ARN of a trust anchor"
            raise BadInput("--trust-anchor-arn", problem)
        return found


class Files:
    """Certificate and key in files, read anew each time: they are renewed under our feet."""

    def __init__(self, certificate: str, private_key: str, intermediates: str | None) -> None:
        self._certificate = certificate
        self._private_key = private_key
        self._intermediates = intermediates

    def certificates(self) -> Sequence[Certificate]:
        """The certificate, and those between it and the trust anchor.

        Raises:
            BadInput: a file cannot be read, or is no certificate in PEM.
        """
        found = [*_certificates(self._certificate, "--certificate")]
        if self._intermediates is not None:
            found += _certificates(self._intermediates, "--intermediates")
        return found

    def key(self) -> Key:
        """The key of the certificate.

        Raises:
            BadInput: the file cannot be read, or is no key in PEM that signs without a password.
        """
        text = _text(self._private_key, "--private-key")
        try:
            key = load_pem_private_key(text, None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            problem = f"`{self._private_key}` is no private key in PEM without a password"
            raise BadInput("--private-key", problem) from error
        if not isinstance(key, KINDS):
            raise BadInput("--private-key", f"`{self._private_key}` is a key of an unknown kind")
        return key


def _text(path: str, flag: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        problem = f"`{path}` cannot be read: {(error.strerror or '').lower()}"
        raise BadInput(flag, problem) from error


def _certificates(path: str, flag: str) -> list[Certificate]:
    try:
        return load_pem_x509_certificates(_text(path, flag))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadInput(flag, f"`{path}` is no certificate in PEM") from error


class ByCertificate:
    """Asks for one session after the other, signing with what is in *files* then."""

    def __init__(self, wanted: Wanted, files: Files, clock: Clock) -> None:
        self.wanted = wanted
        self._files = files
        self._clock = clock

    def __call__(self) -> Issued:
        """A new session.

        Raises:
            Refused: the certificate is not believed, or the role is not given for it.
            Unanswered: there was no answer, or none that could be read.
            BadInput: a file cannot be used.
        """
        wanted, now = self.wanted, self._clock.now()
        arns = {
            "profileArn": wanted.profile_arn,
            "roleArn": wanted.role_arn,
            "trustAnchorArn": wanted.trust_anchor_arn,
        }
        query = urlencode(arns, quote_via=quote, safe="")
        members = {
            "durationSeconds": wanted.duration_seconds,
            "roleSessionName": wanted.session_name,
        }
        body = {name: value for name, value in members.items() if value is not None}
        status, text = self._exchange(query, json.dumps(body).encode(), now)
        try:
            answer = json.loads(text)
            if status != CREATED:
                raise Refused(str(status), str(answer["message"]))
            found = answer["credentialSet"][0]["credentials"]
            keys = Keys(found["accessKeyId"], found["secretAccessKey"], found["sessionToken"])
            return Issued(keys, now, datetime.fromisoformat(found["expiration"]))
        except (ValueError, KeyError, TypeError, IndexError) as error:
            place = wanted.endpoint.netloc
            problem = f"the answer of {place} with status {status} makes no sense"
            raise Unanswered(problem) from error

    def _exchange(self, query: str, body: bytes, now: datetime) -> tuple[int, bytes]:
        endpoint = self.wanted.endpoint
        headers = self._signed(query, body, now)
        connection = outgoing.connected(endpoint, SECONDS)
        try:
            connection.request("POST", f"{PATH}?{query}", body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read(MOST_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise Unanswered(f"{endpoint.geturl()} does not answer: {error}") from error
        finally:
            connection.close()

    def _signed(self, query: str, body: bytes, now: datetime) -> dict[str, str]:
        """The headers of the request, with what signs them."""
        leaf, *between = self._files.certificates()
        headers = {
            "content-type": "application/json",
            "host": self.wanted.endpoint.netloc.rpartition("@")[2],
            "x-amz-date": basic(now),
            x509_request.CERTIFICATE: _encoded(leaf),
        }
        if between:
            headers[x509_request.CHAIN] = ",".join(map(_encoded, between))
        names = ";".join(sorted(headers))
        payload = hashlib.sha256(body).hexdigest()
        request = canonical.request("POST", PATH, canonical.query(query), headers, names, payload)
        scope = signing.Scope(basic(now)[:8], self.wanted.region, x509_request.SERVICE)
        key = self._files.key()
        algorithm = _algorithm(key)
        digest = hashlib.sha256(request).hexdigest()
        text = f"{algorithm}\n{basic(now)}\n{scope}\n{digest}".encode()
        credential = f"Credential={leaf.serial_number}/{scope}"
        signature = f"Signature={_signature(key, text).hex()}"
        headers["authorization"] = f"{algorithm} {credential}, SignedHeaders={names}, {signature}"
        return headers


def _encoded(certificate: Certificate) -> str:
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()


def _algorithm(key: Key) -> str:
    match key:
        case rsa.RSAPrivateKey():
            return x509_request.RSA
        case ec.EllipticCurvePrivateKey():
            return x509_request.ECDSA
        case _:
            return x509_request.ML_DSA


def _signature(key: Key, text: bytes) -> bytes:
    match key:
        case rsa.RSAPrivateKey():
            return key.sign(text, padding.PKCS1v15(), SHA256())
        case ec.EllipticCurvePrivateKey():
            return key.sign(text, ec.ECDSA(SHA256()))
        case _:
            return key.sign(text)
