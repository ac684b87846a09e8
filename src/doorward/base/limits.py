"""Sizes and counts that AWS sets, in one place.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from types import MappingProxyType

# INVARIANT: every parser checks its size limit before it looks at the text.
POLICY_DOCUMENT_CHARACTERS = 131_072
AWS_POLICY_DOCUMENT_CHARACTERS = 524_288  # AWS's own are longer than it lets users write
MANAGED_POLICY_CHARACTERS = 6_144  # without white space, as are the next four
USER_INLINE_CHARACTERS = 2_048
GROUP_INLINE_CHARACTERS = 5_120
ROLE_INLINE_CHARACTERS = 10_240
TRUST_POLICY_CHARACTERS = 2_048
SESSION_POLICY_CHARACTERS = 2_048
BUCKET_POLICY_BYTES = 20_480

POLICY_VERSIONS = 5
ATTACHED_POLICIES = 10
ACCESS_KEYS_PER_USER = 2
MFA_DEVICES_PER_USER = 8
SIGNING_CERTIFICATES_PER_USER = 2
SSH_PUBLIC_KEYS_PER_USER = 5
SERVICE_CREDENTIALS_PER_SERVICE = 2  # and user
GROUPS_PER_USER = 10
TAGS = 50
SESSION_POLICY_ARNS = 10

REQUEST_BODY_BYTES = 16 * 1024 * 1024  # bodies that are not streamed objects
OBJECT_BYTES = 5 * 1024**3  # one PutObject or part

ACCOUNT_QUOTAS = MappingProxyType(
    {
        "Users": 5_000,
        "Groups": 300,
        "Roles": 1_000,
        "Policies": 1_500,
        "InstanceProfiles": 1_000,
        "ServerCertificates": 20,
        "OpenIDConnectProviders": 100,
        "SAMLProviders": 100,
    }
)
