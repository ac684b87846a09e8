"""Encoded authorization messages.

https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
"""

from doorward.authn.token import InvalidToken
from doorward.services.context import Context
from doorward.services.operation import Output
from doorward.services.sts.caller_identity import anything
from doorward.services.sts.errors import InvalidAuthorizationMessage
from doorward.services.sts.service import sts


@sts.operation(on=anything)
def decode_authorization_message(ctx: Context, *, encoded_message: str) -> Output:
    """Decode a message that a denial of this account carried.

    Raises:
        InvalidAuthorizationMessage: it is another account's, or was not made here.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
    """
    try:
        message = ctx.tokens.open_message(encoded_message, ctx.account)
    except InvalidToken as error:
        raise InvalidAuthorizationMessage from error
    return {"DecodedMessage": message.decode()}
