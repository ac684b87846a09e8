"""TLS to an identity provider: trusted authorities first, then the provider's thumbprints.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html
"""

import hashlib
import socket
import ssl
from collections.abc import Callable, Collection

Connect = Callable[[], socket.socket]
"""Opens a connection to the address that was checked, with what is left of the time."""


class Unpinned(Exception):
    """No trusted authority vouches for the host, and no thumbprint names one that does."""


def secured(connect: Connect, host: str, thumbprints: Collection[str]) -> ssl.SSLSocket:
    """A connection to *host* whose certificate is verified.

    A thumbprint names a certificate of the chain that the host sends. That is then the only
    authority trusted, and a second handshake verifies the chain up to it and the host's name: the
    presence of a public certificate in the chain proves nothing by itself.

    Raises:
        Unpinned: the certificate verifies neither way.
        OSError: the host cannot be reached.
    """
    try:
        return _wrapped(ssl.create_default_context(), connect, host)
    except ssl.SSLCertVerificationError as error:
        if not thumbprints:
            raise Unpinned from error
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_verify_locations(cadata=_named(connect, host, thumbprints))
    try:
        return _wrapped(context, connect, host)
    except ssl.SSLCertVerificationError as error:
        raise Unpinned from error


def _wrapped(context: ssl.SSLContext, connect: Connect, host: str) -> ssl.SSLSocket:
    raw = connect()
    try:
        return context.wrap_socket(raw, server_hostname=host)
    except BaseException:
        raw.close()
        raise


def _named(connect: Connect, host: str, thumbprints: Collection[str]) -> bytes:
    """The certificate of the host's chain that a thumbprint names, as DER.

    Raises:
        Unpinned: there is none.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # only looks at the chain; nothing is sent or believed
    wanted = {thumbprint.lower() for thumbprint in thumbprints}
    with _wrapped(context, connect, host) as peer:
        for der in _chain(peer):
            if hashlib.sha1(der, usedforsecurity=False).hexdigest() in wanted:
                return der
    raise Unpinned


def _chain(peer: ssl.SSLSocket) -> list[bytes]:
    """The certificates that *peer* sent, as DER; Python shows the chain publicly from 3.13 on."""
    public = getattr(peer, "get_unverified_chain", None)
    if public is not None:
        return list(public())
    inner = peer._sslobj  # type: ignore[attr-defined]  # noqa: SLF001 - see above
    return [ssl.PEM_cert_to_DER_cert(one.public_bytes()) for one in inner.get_unverified_chain()]
