"""Fresh ids in the shapes that Organizations has.

https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html
"""

from sqlalchemy import Connection

from doorward.base.ids import Ids
from doorward.store import accounts

ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
ACCOUNTS = 10**12
LONG = 32
USUAL = 8


def token(ids: Ids, length: int) -> str:
    """*length* random lower-case letters and digits."""
    number = int.from_bytes(ids.token(length))
    found = ""
    while len(found) < length:
        number, digit = divmod(number, len(ALPHABET))
        found += ALPHABET[digit]
    return found


def account(db: Connection, ids: Ids) -> str:
    """The twelve digits of an account that is not there yet."""
    while True:
        found = f"{int.from_bytes(ids.token(USUAL)) % ACCOUNTS:012d}"
        if accounts.find(db, found) is None:
            return found
