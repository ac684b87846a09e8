"""The second factors of an account's root: a page, for the API cannot enable them.

"You cannot enable an MFA device for the root user with the CLI or API" is AWS's own rule; its
console does, and so does this page, for a root that has signed in.

https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-virt-mfa-for-root.html
"""

import base64
import re
from collections.abc import Mapping

from doorward.authn.caller import Caller
from doorward.authz.access import Access
from doorward.base import arn
from doorward.base.errors import AwsError
from doorward.base.http import HttpRequest, HttpResponse
from doorward.server import dispatch
from doorward.server.pipeline import Pipeline
from doorward.server.signin import pages
from doorward.server.signin.console import Consoles
from doorward.server.signin.form import own_origin
from doorward.server.signin.performing import perform
from doorward.services.context import Context
from doorward.services.iam import mfa_devices, self_service
from doorward.services.operation import Handler, Operation, Output, Parameters
from doorward.store import accounts
from doorward.store import mfa_devices as queries

PATH = "/_doorward/root-mfa"
DEVICE_NAME = re.compile(r"[\w+=,.@-]{1,200}", re.ASCII)
NAME = "root-account-mfa-device"
"""What AWS's console calls the first virtual device of a root."""

TITLE = "Second factors of the root"


class RootDevices:
    """The page of one running server."""

    def __init__(self, pipeline: Pipeline, consoles: Consoles) -> None:
        self._pipeline = pipeline
        self._running = pipeline.running
        self._consoles = consoles

    def answer(self, request: HttpRequest, given: Mapping[str, str]) -> HttpResponse:
        """The devices, or what became of the form that was sent."""
        caller = self._consoles.caller(request)
        session = caller.session if caller else None
        if caller is None or session is None or not caller.is_root or session.assumed_root:
            return pages.refusal("Sign in as the root of the account first.", 401)
        if request.method != "POST":
            return self._listed(caller)
        if not own_origin(request):
            return pages.refusal("The form was sent from another page.", 403)
        try:
            return self._done(request, caller, given)
        except AwsError as error:
            return self._listed(caller, error.message, 400)

    def _done(self, request: HttpRequest, caller: Caller, given: Mapping[str, str]) -> HttpResponse:
        """What became of the form.

        Raises:
            AwsError: it asks for something that cannot be done.
        """
        serial = {"SerialNumber": given.get("serial", "")}
        match given.get("do"):
            case "create":
                return self._created(request, caller, given.get("name", ""))
            case "enable":
                codes = {
                    f"AuthenticationCode{n}": given.get(f"code{n}", "").strip() for n in (1, 2)
                }
                perform(self._pipeline, request, caller, ENABLE, serial | codes)
                return self._listed(caller, "The device is enabled.")
            case "deactivate":
                perform(self._pipeline, request, caller, DEACTIVATE, serial)
                return self._listed(caller, "The device is deactivated.")
            case _:
                return self._listed(caller, "That is not known here.", 400)

    def _created(self, request: HttpRequest, caller: Caller, name: str) -> HttpResponse:
        """The seed of a new device, shown this once, and the form that enables it."""
        operation = dispatch.find("iam", "CreateVirtualMFADevice")
        if operation is None or not DEVICE_NAME.fullmatch(name):
            return self._listed(caller, "The name cannot be used.", 400)
        asked = {"VirtualMFADeviceName": name}
        made = perform(self._pipeline, request, caller, operation, asked)["VirtualMFADevice"]
        picture = base64.b64encode(made["QRCodePNG"]).decode()
        seed = made["Base32StringSeed"].decode()
        body = pages.new_device(PATH, made["SerialNumber"], seed, picture)
        return pages.page(TITLE, body, pictures=True)

    def _listed(self, caller: Caller, message: str = "", status: int = 200) -> HttpResponse:
        with self._running.database.read() as db:
            owned = queries.of(db, caller.account or "", accounts.ROOT)
        serials = [device.serial for device in owned]
        name = NAME if not serials else f"{NAME}-{len(serials) + 1}"
        return pages.page(TITLE, pages.devices(PATH, serials, name, message), status)


def enable(
    ctx: Context, *, serial_number: str, authentication_code1: str, authentication_code2: str
) -> Output:
    """Give a virtual device to the root, who proves with two codes to have its seed.

    Raises:
        NoSuchEntity, EntityAlreadyExists, LimitExceeded, InvalidAuthenticationCode: as for a user.
    """
    device = mfa_devices.found(ctx, serial_number)
    codes = authentication_code1, authentication_code2
    mfa_devices.assign(ctx, self_service.ROOT, device, *codes)
    return {}


def deactivate(ctx: Context, *, serial_number: str) -> Output:
    """Take a device away from the root.

    Raises:
        NoSuchEntity: the root has none of that serial number.
    """
    mfa_devices.release(ctx, mfa_devices.of_owner(ctx, self_service.ROOT, serial_number))
    return {}


def _operation(name: str, handler: Handler) -> Operation:
    """*handler* as the operation *name* of IAM, on the root itself."""

    def find(ctx: Context, parameters: Parameters) -> Access:
        del parameters
        return Access(f"iam:{name}", arn.root(ctx.partition, ctx.account))

    return Operation("iam", name, handler, find, reads=False)


ENABLE = _operation("EnableMFADevice", enable)
DEACTIVATE = _operation("DeactivateMFADevice", deactivate)
