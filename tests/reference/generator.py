"""Cases by number: the same seed and number always make the same case.

Small alphabets, so that policies and requests meet; policy text is mostly made from the request's
own words, bent a little. Each case draws a swarm of features, so that none drowns the others, and
a third of the callers may do everything by their identity, so that the other policies decide.

What AWS refuses at creation, or leaves open on its pages, is mostly not generated;
`docs/reference/proof.md` lists it.
"""

import random

from .callers import A, B, caller, not_principal, principal
from .conditions import changed, condition, context
from .patterns import action_pattern, resource_pattern

ACTIONS = {
    "s3": ["s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:GetObjectTagging"],
    "policy": ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:GetBucketAcl"],
    "sqs": ["sqs:SendMessage", "sqs:ReceiveMessage"],
    "kms": ["kms:Decrypt", "kms:Encrypt"],
    "alias": ["kms:Decrypt", "kms:CreateAlias"],
    "kept": ["iam:CreatePolicyVersion", "iam:PassRole", "iam:GetRole"],
    "role": ["sts:AssumeRole", "sts:AssumeRole", "sts:TagSession"],
    "none": ["s3:ListAllMyBuckets", "ec2:DescribeInstances"],
    "open": ["sts:GetCallerIdentity", "sts:GetSessionToken", "sts:GetFederationToken"],
}  # fmt: skip
RESOURCES = {
    "s3": ["arn:aws:s3:::b/k", "arn:aws:s3:::b/alice/k", "arn:aws:s3:::b", "arn:aws:s3:::b/a:c/*", "arn:aws:s3:::b/Red/red/k", "arn:aws:s3:::b/*/k", "arn:aws:s3:::b/${aws:username}/k"],
    "policy": ["arn:aws:s3:::b", "arn:aws:s3:::bb"],
    "sqs": ["arn:aws:sqs:us-east-1:{}:jobs", "arn:aws:sqs:us-east-1:{}:red", "arn:aws:sqs:eu-west-1:{}:jobs:a"],
    "kms": ["arn:aws:kms:us-east-1:{}:key/1a", "arn:aws:kms:us-east-1:{}:key/red"],
    "alias": ["arn:aws:kms:us-east-1:{}:alias/red", "arn:aws:kms:us-east-1:{}:alias/aws/s3"],
    "kept": ["arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::{}:role/aws-reserved/red", "arn:aws:iam::{}:role/app"],
    "role": ["arn:aws:iam::{}:role/app", "arn:aws:iam::{}:role/svc/app"],
    "none": ["*"],
    "open": ["*"],
}  # fmt: skip
SCENES = ["s3"] * 8 + ["sqs"] * 4 + ["kms"] * 3 + ["role"] * 4 + ["policy"] * 2 + ["none", "alias", "kept"]  # fmt: skip
BARE = ("none", "open", "kept")  # what has no policy of its own
FEATURES = [
    "conditions", "nots", "variables", "wildcards", "boundary", "session", "scps", "rcps",
    "endpoint", "hung", "old", "notprincipal", "ids",
]  # fmt: skip
FULL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


class Case:
    """One case while it is being drawn."""

    def __init__(self, seed, number):
        self.rng = random.Random(f"{seed}/{number}")
        self.features = {name for name in FEATURES if self.rng.random() < 0.5}

    def chance(self, share, feature=None):
        return (feature is None or feature in self.features) and self.rng.random() < share

    def draw(self):
        """The case, and more requests of the same caller: what an engine remembers must not leak."""
        scene = "open" if self.chance(0.01) else self.rng.choice(SCENES)
        self.owner = self.rng.choice([A, A, B])
        self.who = caller(self, scene)
        made = {"principal": self.who, **self.asked(scene), **self.policies(scene)}
        return made, [self.asked(scene, again=True) for _ in range(2)] if self.chance(0.1) else []

    def asked(self, scene, *, again=False):
        """What is asked, but for who asks."""
        self.action = self.rng.choice(ACTIONS[scene])
        if self.who["type"] in ("SAML", "WebIdentity"):
            self.action = f"sts:AssumeRoleWith{self.who['type']}"
        self.resource = self.rng.choice(RESOURCES[scene]).replace("{}", self.owner)
        self.context = changed(self, self.context) if again else context(self)
        return {
            "action": self.action,
            "resource": self.resource,
            "resource_account": self.owner if self.resource.startswith("arn:aws:s3") else None,
            "context": self.context,
        }

    def policies(self, scene):
        """The policies that can apply to such a caller and resource, each drawn or left out."""
        kind, signed = self.who["type"], self.who["account"] is not None
        root = kind == "Root" or (self.who.get("user") or "").endswith(":root")
        provider = kind in ("SAML", "WebIdentity")
        entity = kind in ("User", "Role", "FederatedUser") and not self.who.get("service_linked")
        hangs = scene not in BARE and (
            not signed or scene in ("role", "kms") or self.chance(0.9, "hung")
        )
        made = dict.fromkeys(("boundary", "session", "resource_policy", "endpoint", "scps", "rcps"))
        made["identity"] = self.identity() if signed and not root else []
        if entity and self.chance(0.6, "boundary"):
            made["boundary"] = self.cap("identity")
        if kind in ("Role", "FederatedUser") and self.chance(0.7, "session"):
            made["session"] = [self.cap("identity") for _ in range(self.rng.choice([1, 1, 2]))]
        if hangs:
            made["resource_policy"] = self.document("trust" if scene == "role" else "resource")
        if not provider and kind != "Service" and self.chance(0.4, "endpoint"):
            made["endpoint"] = self.cap("endpoint")
        if not provider and self.chance(0.8, "scps"):
            made["scps"] = self.levels("scp")
        if self.chance(0.7, "rcps"):
            made["rcps"] = self.levels("rcp")
        return made

    def identity(self):
        if self.chance(0.34):
            return [{"Version": "2012-10-17", "Statement": [FULL]}]
        return [self.document("identity") for _ in range(self.rng.choice([0, 1, 1, 2]))]

    def cap(self, kind):
        """A policy that limits: half of them allow much, so that others get their turn."""
        made = self.document(kind)
        if self.chance(0.45):
            full = FULL | ({"Principal": "*"} if kind == "endpoint" else {})
            made["Statement"] = [full, *made["Statement"]]
        return made

    def levels(self, kind):
        made = []
        for _ in range(self.rng.choice([1, 2, 2, 3])):
            level = [] if self.chance(0.1) else [{"Version": "2012-10-17", "Statement": FULL}]
            if self.chance(0.55):
                level.append(self.document(kind))
            made.append(level)
        return made

    def document(self, kind):
        count = self.rng.choice([0, 1, 1, 1, 2, 2, 3])
        if self.chance(0.015):
            count = self.rng.choice([12, 24])  # enough that an engine stops looking at each
        version = "2008-10-17" if self.chance(0.15, "old") and kind != "rcp" else "2012-10-17"
        made = {"Version": version, "Statement": [self.statement(kind) for _ in range(count)]}
        if version == "2008-10-17" and self.chance(0.3):
            del made["Version"]
        if count > 3 and self.resource != "*":
            self.crowd(made["Statement"])
        return made

    def crowd(self, statements):
        """Let all but a few of *statements* miss the request, narrowly and much alike."""
        rng = self.rng
        head, last = self.resource.rsplit(":", 1)
        star = rng.choice(["", "*"])
        for number, one in enumerate(rng.sample(statements, len(statements) - 1)):
            if "Resource" not in one and "NotResource" not in one:
                continue
            one.pop("NotResource", None)
            if number < 2:
                one["Resource"] = rng.choice(
                    [f"{head}:*{last[-3:]}", f"{head}:*{last}", self.resource]
                )
                continue
            one["Resource"] = f"{head}:{star}{last}{number}{rng.choice(['', '*', '/?', '*/x*'])}"
            one["Action"] = self.action
            one.pop("NotAction", None)
            one.pop("Condition", None)

    def statement(self, kind):
        deny = kind == "rcp" or self.chance(0.5 if self.who["type"] == "Root" else 0.22)
        made = {"Effect": "Deny" if deny else "Allow"}
        if kind in ("resource", "trust", "endpoint"):
            if deny and kind != "trust" and self.chance(0.5, "notprincipal"):
                made["NotPrincipal"] = not_principal(self)
            elif not self.chance(0.03):
                made["Principal"] = principal(self)
        elif kind == "rcp":
            made["Principal"] = "*"
        negative = self.chance(0.3, "nots") and kind != "rcp"
        made["NotAction" if negative else "Action"] = self.some(action_pattern, kind)
        if kind == "rcp" or (kind != "trust" and not self.chance(0.03)):
            negative = self.chance(0.3, "nots")
            made["NotResource" if negative else "Resource"] = self.some(resource_pattern, kind)
        if self.chance(0.75, "conditions"):
            made["Condition"] = condition(self)
        return made

    def some(self, make_one, kind):
        found = [make_one(self, kind) for _ in range(self.rng.choice([1, 1, 1, 2, 3]))]
        return found[0] if len(found) == 1 and self.chance(0.5) else found


def make(seed, number):
    """The cases of that *number*: one, or three that differ only in what is asked."""
    made, again = Case(seed, number).draw()
    return [made, *(made | one for one in again)]
