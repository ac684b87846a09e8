"""A credential process that signs with a certificate, as the public signing helper does.

Written from the protocol's description, and apart from what it is tested against: it knows nothing
of Doorward. Run it with `--help`, or call `session`.
"""

import argparse
import base64
import hashlib
import json
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate, load_pem_x509_certificates


def algorithm(key):
    if isinstance(key, rsa.RSAPrivateKey):
        return "AWS4-X509-RSA-SHA256"
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return "AWS4-X509-ECDSA-SHA256"
    return "AWS4-X509-MLDSA"


def signature(key, text):
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(text, padding.PKCS1v15(), SHA256())
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(text, ec.ECDSA(SHA256()))
    return key.sign(text)


def der(certificate):
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()


def request(endpoint, certificate, key, arns, *, chain=(), body=None, now=None, **more):
    """Method, URL, headers and body of a request that is signed.

    *more* overrides what is signed: `region`, `service`, `name` of the algorithm, `serial`.
    """
    now = now or datetime.now(UTC)
    stamp, region = now.strftime("%Y%m%dT%H%M%SZ"), more.get("region", "us-east-1")
    content = json.dumps(body if body is not None else {"durationSeconds": 3600}).encode()
    query = urlencode(sorted(arns.items()), quote_via=quote, safe="")
    headers = {
        "content-type": "application/json",
        "host": urlsplit(endpoint).netloc,
        "x-amz-date": stamp,
        "x-amz-x509": der(certificate),
    }
    if chain:
        headers["x-amz-x509-chain"] = ",".join(map(der, chain))
    names = sorted(headers)
    canonical = "\n".join(
        [
            "POST",
            "/sessions",
            query,
            *(f"{name}:{headers[name]}" for name in names),
            "",
            ";".join(names),
            hashlib.sha256(content).hexdigest(),
        ]
    )
    scope = f"{stamp[:8]}/{region}/{more.get('service', 'rolesanywhere')}/aws4_request"
    name = more.get("name", algorithm(key))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    made = signature(key, f"{name}\n{stamp}\n{scope}\n{digest}".encode()).hex()
    credential = f"{more.get('serial', certificate.serial_number)}/{scope}"
    headers["authorization"] = (
        f"{name} Credential={credential}, SignedHeaders={';'.join(names)}, Signature={made}"
    )
    return f"{endpoint}/sessions?{query}", headers, content


def sent(url, headers, content):
    """Status and JSON of the answer."""
    asking = urllib.request.Request(url, content, headers, method="POST")
    try:
        with urllib.request.urlopen(asking, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def main():
    flags = argparse.ArgumentParser(description=__doc__)
    for name in ("certificate", "private-key", "endpoint"):
        flags.add_argument(f"--{name}", required=True)
    for name in ("trust-anchor-arn", "profile-arn", "role-arn"):
        flags.add_argument(f"--{name}", required=True)
    flags.add_argument("--intermediates")
    given = flags.parse_args()
    certificate = load_pem_x509_certificate(Path(given.certificate).read_bytes())
    key = load_pem_private_key(Path(given.private_key).read_bytes(), None)
    chain = (
        load_pem_x509_certificates(Path(given.intermediates).read_bytes())
        if given.intermediates
        else ()
    )
    arns = {
        "trustAnchorArn": given.trust_anchor_arn,
        "profileArn": given.profile_arn,
        "roleArn": given.role_arn,
    }
    status, answer = sent(*request(given.endpoint, certificate, key, arns, chain=chain))
    if status != 201:
        print(answer.get("message"), file=sys.stderr)
        return 1
    found = answer["credentialSet"][0]["credentials"]
    shown = {name[0].upper() + name[1:]: value for name, value in found.items()}
    print(json.dumps({"Version": 1, **shown}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
