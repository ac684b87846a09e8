"""A browser without a face, and a client like `aws login`, for the tests of sign-in."""

import hashlib
import http.client
import json
import re
import secrets
import threading
import time
from html import unescape
from typing import NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

import boto3
import botocore
from botocore.config import Config
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from doorward.authn.dpop import encoded

ACCOUNT = "123456789012"
PASSWORD = "Correct-Horse-1"
CALLBACK = "http://127.0.0.1:7777/oauth/callback"
SESSION = boto3.Session(region_name="us-east-1")  # loads the model once
LOCK = threading.Lock()
SAME_DEVICE = "arn:aws:signin:::devtools/same-device"


class Answer(NamedTuple):
    status: int
    headers: dict
    text: str

    @property
    def location(self):
        return self.headers["location"]

    @property
    def members(self):
        return {name: value[0] for name, value in parse_qs(urlsplit(self.location).query).items()}

    @property
    def message(self):
        found = re.search(r'<p role="alert">(.*?)</p>', self.text)
        return unescape(found[1]) if found else None

    @property
    def hidden(self):
        found = re.findall(r'<input type="hidden" name="(.*?)" value="(.*?)">', self.text)
        return {unescape(name): unescape(value) for name, value in found}


def ask(served, method, path, form=None, **headers):
    parts = urlsplit(served.endpoint)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    body = urlencode(form) if isinstance(form, dict) else form
    if isinstance(form, dict):
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    found = Answer(
        answer.status,
        {name.lower(): value for name, value in answer.getheaders()},
        answer.read().decode(),
    )
    connection.close()
    return found


class Client:
    """What `aws login` is: a key, a verifier, and the browser that its user holds."""

    def __init__(self, served, client_id=SAME_DEVICE, redirect=CALLBACK):
        self.served = served
        self.client_id = client_id
        self.redirect = redirect
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.verifier = secrets.token_urlsafe(48)
        self.state = "state-1"

    @property
    def asked(self):
        challenge = encoded(hashlib.sha256(self.verifier.encode()).digest())
        return {
            "response_type": "code",
            "client_id": self.client_id,
            "state": self.state,
            "code_challenge_method": "SHA-256",
            "scope": "openid",
            "redirect_uri": self.redirect,
            "code_challenge": challenge,
        }

    def page(self, **other):
        return ask(self.served, "GET", f"/v1/authorize?{urlencode(self.asked | other)}")

    def submit(self, form):
        return ask(self.served, "POST", "/v1/authorize", form)

    def sign_in(self, user="alice", password=PASSWORD, code="", account=ACCOUNT):
        typed = {"account": account, "user": user, "password": password, "code": code}
        return self.submit(self.page().hidden | typed)

    def proof(self, **other):
        numbers = self.key.public_key().public_numbers()
        jwk = {
            "kty": "EC",
            "crv": "P-256",
            "x": encoded(numbers.x.to_bytes(32)),
            "y": encoded(numbers.y.to_bytes(32)),
        }
        payload = {
            "htm": "POST",
            "htu": f"{self.served.endpoint}/v1/token",
            "iat": int(time.time()),
            "jti": secrets.token_hex(8),
        } | other
        text = ".".join(
            encoded(json.dumps(part).encode())
            for part in ({"typ": "dpop+jwt", "alg": "ES256", "jwk": jwk}, payload)
        )
        r, s = decode_dss_signature(self.key.sign(text.encode(), ec.ECDSA(SHA256())))
        return f"{text}.{encoded(r.to_bytes(32) + s.to_bytes(32))}"

    def tokens(self, given, proof=None):
        """CreateOAuth2Token through botocore's client of the service."""
        with LOCK:
            signin = SESSION.client(
                "signin",
                endpoint_url=self.served.endpoint,
                config=Config(
                    signature_version=botocore.UNSIGNED, retries={"total_max_attempts": 1}
                ),
            )
        proof = self.proof() if proof is None else proof
        signin.meta.events.register(
            "before-call.signin.CreateOAuth2Token",
            lambda params, **_: params["headers"].update({"DPoP": proof} if proof else {}),
        )
        given = {"clientId": self.client_id, **given}
        return signin.create_o_auth2_token(tokenInput=given)["tokenOutput"]

    def by_code(self, code, **other):
        return self.tokens(
            {
                "grantType": "authorization_code",
                "code": code,
                "codeVerifier": self.verifier,
                "redirectUri": self.redirect,
            }
            | other
        )

    def refresh(self, token, **how):
        return self.tokens({"grantType": "refresh_token", "refreshToken": token}, **how)

    def credentials(self, output, service):
        keys = output["accessToken"]
        return self.served.client(
            service, keys["accessKeyId"], keys["secretAccessKey"], keys["sessionToken"]
        )
