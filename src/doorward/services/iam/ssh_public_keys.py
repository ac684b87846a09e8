"""SSH public keys of users, for CodeCommit.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_ssh-keys.html
"""

from typing import Any

from doorward.base.limits import SSH_PUBLIC_KEYS_PER_USER
from doorward.services.context import Context
from doorward.services.iam import paging, self_service, ssh_encoding, statuses, user_finders
from doorward.services.iam.credential_errors import DuplicateSshPublicKey
from doorward.services.iam.errors import LimitExceeded, NoSuchEntity
from doorward.services.iam.self_service import Owner
from doorward.services.iam.service import iam
from doorward.services.operation import Output
from doorward.store import ssh_public_keys
from doorward.store.tables.ssh_public_key import SshPublicKey

ENCODERS = {"SSH": ssh_encoding.line, "PEM": ssh_encoding.pem}


def found(ctx: Context, owner: Owner, key_id: str) -> SshPublicKey:
    """The key of that id, if *owner* has it.

    Raises:
        NoSuchEntity: they have not.
    """
    key = ssh_public_keys.find(ctx.db, ctx.account, key_id)
    if key is None or key.user_id != owner.user_id:
        raise NoSuchEntity.saying(f"The Public Key with id {key_id} cannot be found.")
    return key


def listed(owner: Owner, key: SshPublicKey) -> dict[str, Any]:
    """The key as lists show it: neither body nor fingerprint."""
    return {
        **owner.named,
        "SSHPublicKeyId": key.id,
        "Status": statuses.shown(active=key.active),
        "UploadDate": key.uploaded_at,
    }


def full(owner: Owner, key: SshPublicKey, body: str) -> dict[str, Any]:
    """The key with its fingerprint and *body*."""
    return listed(owner, key) | {"Fingerprint": key.fingerprint, "SSHPublicKeyBody": body}


@iam.operation(on=user_finders.user)
def upload_ssh_public_key(ctx: Context, *, user_name: str, ssh_public_key_body: str) -> Output:
    """Give a user an SSH public key, active from now on.

    Raises:
        NoSuchEntity: the account has no such user.
        UnrecognizedPublicKeyEncoding: the text is neither `ssh-rsa …` nor PEM.
        InvalidPublicKey: it is no RSA key of 2,048 bits or more.
        DuplicateSSHPublicKey: the user has it.
        LimitExceeded: the user has five.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSSHPublicKey.html
    """
    owner = self_service.owner(ctx, user_name)
    fingerprint = ssh_encoding.fingerprint(ssh_encoding.read(ssh_public_key_body))
    present = ssh_public_keys.of(ctx.db, ctx.account, owner.user_id)
    if any(one.fingerprint == fingerprint for one in present):
        raise DuplicateSshPublicKey
    if len(present) >= SSH_PUBLIC_KEYS_PER_USER:
        raise LimitExceeded("SSHPublicKeysPerUser", SSH_PUBLIC_KEYS_PER_USER)  # assumed name
    made = SshPublicKey(
        id=ctx.ids.unique_id("APKA"),
        account=ctx.account,
        user_id=owner.user_id,
        fingerprint=fingerprint,
        body=ssh_public_key_body,
        active=True,
        uploaded_at=ctx.now,
    )
    ssh_public_keys.add(ctx.db, made)
    return {"SSHPublicKey": full(owner, made, ssh_public_key_body)}


@iam.operation(on=user_finders.user)
def get_ssh_public_key(
    ctx: Context, *, user_name: str, ssh_public_key_id: str, encoding: str
) -> Output:
    """Show a key in the encoding asked for, whichever it was uploaded in.

    Raises:
        NoSuchEntity: the account has no such user, or they have no such key.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSSHPublicKey.html
    """
    owner = self_service.owner(ctx, user_name)
    key = found(ctx, owner, ssh_public_key_id)
    body = ENCODERS[encoding](ssh_encoding.read(key.body))
    return {"SSHPublicKey": full(owner, key, body)}


@iam.operation(on=user_finders.caller)
def list_ssh_public_keys(
    ctx: Context,
    *,
    user_name: str | None = None,
    marker: str | None = None,
    max_items: int = 100,
) -> Output:
    """List the SSH public keys of a user, by id.

    Raises:
        NoSuchEntity: the account has no such user.
        ValidationError: no name is given and the caller is neither a user nor the root.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSSHPublicKeys.html
    """
    owner = self_service.owner(ctx, user_name)
    scope = f"ListSSHPublicKeys {owner.user_id}"
    present = ssh_public_keys.of(ctx.db, ctx.account, owner.user_id)
    after = paging.after(ctx, scope, marker)
    page = paging.of_few(present, lambda one: one.id, after, max_items)
    return {"SSHPublicKeys": [listed(owner, one) for one in page.items]} | paging.end(
        ctx, scope, page
    )


@iam.operation(on=user_finders.user)
def update_ssh_public_key(
    ctx: Context, *, user_name: str, ssh_public_key_id: str, status: str
) -> Output:
    """Switch a key on or off.

    Raises:
        NoSuchEntity: the account has no such user, or they have no such key.
        InvalidInput: the status is `Expired`.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSSHPublicKey.html
    """
    key = found(ctx, self_service.owner(ctx, user_name), ssh_public_key_id)
    active = statuses.wanted(status)
    ssh_public_keys.set_active(ctx.db, ctx.account, key.id, active=active)
    return {}


@iam.operation(on=user_finders.user)
def delete_ssh_public_key(ctx: Context, *, user_name: str, ssh_public_key_id: str) -> Output:
    """Delete a key, whatever its status.

    Raises:
        NoSuchEntity: the account has no such user, or they have no such key.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSSHPublicKey.html
    """
    key = found(ctx, self_service.owner(ctx, user_name), ssh_public_key_id)
    ssh_public_keys.remove(ctx.db, ctx.account, key.id)
    return {}
