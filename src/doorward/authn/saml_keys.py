"""Condition keys of SAML.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-saml
"""

import base64
import hashlib

from doorward.authn.saml_attributes import Values

Value = str | tuple[str, ...]

EDU_PERSON = "urn:oid:1.3.6.1.4.1.5923.1.1.1."
EDU_ORG = "urn:oid:1.3.6.1.4.1.5923.1.2.1."
CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"

# Key, the attributes it comes from, best first, and whether it has many values. The numbers are
# printed as AWS prints them, slips included.
ATTRIBUTES: tuple[tuple[str, tuple[str, ...], bool], ...] = (
    ("cn", ("urn:oid:2.5.4.3",), True),
    ("edupersonaffiliation", (EDU_PERSON + "1",), True),
    ("edupersonnickname", (EDU_PERSON + "2",), True),
    ("edupersonorgdn", (EDU_PERSON + "3",), False),
    ("edupersonorgunitdn", (EDU_PERSON + "4",), True),
    ("edupersonprimaryaffiliation", (EDU_PERSON + "5",), False),
    ("edupersonprincipalname", (EDU_PERSON + "6",), False),
    ("edupersonentitlement", (EDU_PERSON + "7",), True),
    ("edupersonprimaryorgunitdn", (EDU_PERSON + "8",), False),
    ("edupersonscopedaffiliation", (EDU_PERSON + "9",), True),
    ("edupersontargetedid", (EDU_PERSON + "10",), True),
    ("edupersonassurance", (EDU_PERSON + "11",), True),
    ("eduorghomepageuri", (EDU_ORG + "2",), True),
    ("eduorgidentityauthnpolicyuri", (EDU_ORG + "3",), True),
    ("eduorglegalname", (EDU_ORG + "4",), True),
    ("eduorgsuperioruri", (EDU_ORG + "5",), True),
    ("eduorgwhitepagesuri", (EDU_ORG + "6",), True),
    ("name", (CLAIMS + "name",), False),
    ("commonname", ("http://schemas.xmlsoap.org/claims/CommonName", "2.5.4.3"), False),
    ("givenname", (CLAIMS + "givenname", "2.4.5.42"), False),
    ("surname", (CLAIMS + "surname", "2.5.4.4"), False),
    ("mail", (CLAIMS + "emailaddress", "0.9.2342.19200300100.1.3"), False),
    (
        "primarygroupsid",
        ("http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid",),
        False,
    ),
    (
        "uid",
        (
            "http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid",
            "0.9.2342.19200300100.1.1",
        ),
        False,
    ),
    ("x500uniqueidentifier", ("2.5.4.45",), False),
    ("organizationstatus", ("0.9.2342.19200300.100.1.45",), False),
)


def of_attributes(values: Values) -> dict[str, Value]:
    """The keys that attributes make; a role's trust policy alone sees them.

    Of several attributes of a key one counts, of several values of a single-valued key none does.
    """
    found: dict[str, Value] = {}
    for key, names, many in ATTRIBUTES:
        given = next((values[name] for name in names if values.get(name)), ())
        if many and given:
            found[f"saml:{key}"] = given
        elif len(given) == 1:
            found[f"saml:{key}"] = given[0]
    return found


def name_qualifier(issuer: str, account: str, provider: str) -> str:
    """The value that, with the subject, names one user of one provider: SHA-1 in base64.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
    """
    text = f"{issuer}{account}/{provider}"
    digest = hashlib.sha1(text.encode(), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()
