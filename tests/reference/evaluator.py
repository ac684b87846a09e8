"""What AWS's pages say of one request: slow and plain, and nothing of the product in it.

A case is a dict as JSON has it: `principal` (`type`, `arn`, `account`, `id`; `role` of a role
session, `user` of a federated user, `service_linked`), `action`, `resource`, `resource_account`,
`context`, and the policies: `identity` and `session` lists, `boundary`, `resource_policy` and
`endpoint` documents, `scps` and `rcps` lists of levels, each a list. None: there is none.

Pages are named in brackets; `docs/reference/proof.md` has their addresses. `assumed` marks what no
page says; `docs/reference/evaluation.md` lists it.
"""

from .matching import action_match, as_list, condition_holds, glob, plain, resource_match, tokens

ALLOW, EXPLICIT, IMPLICIT = "allowed", "explicitDeny", "implicitDeny"
# [managed] AWS managed policies, [reserved] roles of AWS, [alias] aliases of AWS's own keys.
KEPT = [
    "iam:createpolicyversion arn:aws:iam::aws:*",
    "iam:passrole *:role/aws-reserved/*",
    "kms:createalias *:alias/aws/*",
]
ROOT_KEEPS = ["s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"]


def names(kind, value, who, effect):
    """[principal] How *value*, of a Principal of *kind*, names the caller; None where it does not."""
    # [principal] `*` and {"AWS": "*"} are the same, anonymous callers included.
    if value == "*" and kind in ("*", "AWS"):
        return "everyone"
    # [principal] Services and identity providers are compared as they are written.
    if kind != "AWS":
        kinds = {"Service": ("Service",), "Federated": ("SAML", "WebIdentity")}
        return "self" if who["type"] in kinds.get(kind, ()) and value == who["arn"] else None
    if who["type"] not in ("User", "Role", "Root", "FederatedUser"):
        return None
    # [principal] An account's number and its root ARN are the same, and mean all of the account.
    partition, role = who["arn"].split(":")[1], who.get("role")
    if value in (who["account"], f"arn:{partition}:iam::{who['account']}:root"):
        return "self" if who["type"] == "Root" else "account"
    # [principal] A role's ARN means its sessions. assumed: case counts, but not in a Deny.
    if role and (value == role or (effect == "Deny" and value.lower() == role.lower())):
        return "limited"
    # [principal] A user's ARN also means its federated sessions; ids are how AWS keeps ARNs.
    if value == who.get("user") or (who.get("id") and value == who["id"]):
        return "self" if who["type"] == "User" else "limited"
    # assumed: where the path of the role is not known, its name is enough.
    session = who["type"] == "Role" and not role
    if session and role_name(value, effect) == role_name(session_role(who["arn"]), effect):
        return "limited"
    # [principal] There are no wildcards inside of an ARN, and case counts.
    return "self" if value == who["arn"] else None


def session_role(arn):
    return arn.replace(":sts:", ":iam:").replace(":assumed-role/", ":role/").rpartition("/")[0]


def role_name(arn, effect):
    """The ARN of a role without its path."""
    head, _, name = arn.partition(":role/")
    return (head, name.rpartition("/")[2].lower() if effect == "Deny" else name.rpartition("/")[2])


def spared(element, who, bounded):
    """[notprincipal] Whether the caller is among those that a Deny with NotPrincipal leaves alone."""
    # [notprincipal] It always denies whoever has a permissions boundary.
    if bounded:
        return False
    found = {names(k, v, who, "Allow") for k, values in pairs(element) for v in values}
    # [notprincipal] A session needs its role listed and itself.
    needed = {"self"}
    if who["type"] == "Role":
        needed = {"limited"} if who["arn"] == who["role"] else {"limited", "self"}
    return "everyone" in found or needed <= found


def pairs(element):
    return [("*", ["*"])] if element == "*" else [(k, as_list(v)) for k, v in element.items()]


def concerns(statement, case, kind):
    """How *statement* names the caller; None where it is about somebody else."""
    who, effect = case["principal"], statement["Effect"]
    if kind not in ("resource", "endpoint", "rcp"):
        return "caller"
    # [notprincipal] It goes with Deny only; with Allow it is not supported.
    if "NotPrincipal" in statement:
        left = effect == "Allow" or spared(
            statement["NotPrincipal"], who, case["boundary"] is not None
        )
        return None if left else "caller"
    # [principal] A resource-based policy has to say whom. assumed: for an endpoint, everyone.
    if "Principal" not in statement:
        return "everyone" if kind == "endpoint" else None
    found = [
        names(k, v, who, effect) for k, values in pairs(statement["Principal"]) for v in values
    ]
    return next(
        (rank for rank in ("everyone", "self", "limited", "account") if rank in found), None
    )


def acts(statement, case):
    """Whether *statement* is about the action."""
    effect = statement["Effect"]
    # [notaction] Everything but what is listed.
    if "NotAction" in statement:
        other = "Deny" if effect == "Allow" else "Allow"
        return not any(action_match(p, case, other) for p in as_list(statement["NotAction"]))
    return any(action_match(p, case, effect) for p in as_list(statement["Action"]))


def covers(statement, case, version, kind):
    """Whether *statement* is about the resource."""
    deny = statement["Effect"] == "Deny"
    # [resource] One of the list is enough.
    if "Resource" in statement:
        return any(resource_match(p, case, version) for p in as_list(statement["Resource"]))
    # [trust] A policy that hangs on a resource may leave it out. assumed: others keep out then.
    if "NotResource" not in statement:
        return deny or kind == "resource"
    # [notresource] Everything but what is listed.
    listed = as_list(statement["NotResource"])
    # assumed: a variable without a value, or an ARN that ends early, keeps out.
    odd = any(tokens(p, case, version) is None or (p != "*" and p.count(":") < 5) for p in listed)
    return not any(resource_match(p, case, version) for p in listed) and (deny or not odd)


def applies(statement, case, version, kind):
    """How *statement* concerns the request: None if not at all, else how it names the caller."""
    # [condition] All operators and all keys have to hold.
    holds = all(
        condition_holds(operator, key, as_list(wanted), case, version, statement["Effect"])
        for operator, keys in statement.get("Condition", {}).items()
        for key, wanted in keys.items()
    )
    met = acts(statement, case) and covers(statement, case, version, kind) and holds
    return concerns(statement, case, kind) if met else None


def effects(documents, case, kind="identity"):
    """The (effect, how the caller is named) pairs of all statements that apply."""
    found = set()
    for document in documents or []:
        for statement in as_list(document["Statement"]):
            level = applies(statement, case, document.get("Version"), kind)
            if level:
                found.add((statement["Effect"], level))
    return found


def allows(found):
    return {level for effect, level in found if effect == "Allow"}


def denies(*several):
    return any(effect == "Deny" for found in several for effect, _ in found)


def one(document):
    return [] if document is None else [document]


def owner_of(case):
    """[xacct] The account of the resource: in its ARN, or told (buckets), or the caller's own."""
    stated = [*case["resource"].split(":", 5), "", "", "", "", ""][4].replace("aws", "")
    return stated or case["resource_account"] or case["principal"]["account"]


def evaluate(case):
    """The outcome that AWS's pages give for *case*."""
    case = case | {"context": {key.lower(): value for key, value in case["context"].items()}}
    who, action = case["principal"], case["action"].lower()
    own = who["account"] == owner_of(case)
    # [GetCallerIdentity] [GetSessionToken] No policy is asked, not even one that denies.
    if action in ("sts:getcalleridentity", "sts:getsessiontoken") and who["type"] != "Anonymous":
        return ALLOW
    signed = who["type"] in ("User", "Role", "Root", "FederatedUser")
    linked = who.get("service_linked", False)
    identity = effects(case["identity"] if signed and who["type"] != "Root" else [], case)
    boundary, session = effects(one(case["boundary"]), case), effects(case["session"], case)
    hung = effects(one(case["resource_policy"]), case, "resource")
    # [PutBucketPolicy] It does not bind the owner's root user, who can always mend it.
    if own and who["type"] == "Root" and action in ROOT_KEEPS:
        hung = set()
    endpoint = effects(one(case["endpoint"]), case, "endpoint")
    # [scps] SCPs limit the users, roles and root user of the account, not service-linked roles.
    scps = [effects(level, case) for level in (case["scps"] or []) if signed and not linked]
    # [rcps] RCPs limit whoever calls, but not service-linked roles.
    rcps = [effects(level, case, "rcp") for level in (case["rcps"] or []) if not linked]
    # [denyallow] An explicit deny in any policy of any kind is final.
    if denies(identity, boundary, session, hung, endpoint, *scps, *rcps):
        return EXPLICIT
    # [managed] What belongs to AWS itself nobody's policies can change.
    if any(glob(plain(kept), f"{action} {case['resource']}") for kept in KEPT):
        return IMPLICIT
    # [scps-eval] Every level from the root down to the account has to allow.
    # [vpce] An endpoint policy has to allow what goes through the endpoint, and grants nothing.
    through = case["endpoint"] is None or allows(endpoint)
    if not through or not all(allows(level) for level in scps):
        return IMPLICIT
    # [denyallow] Nobody's identity, as a service's: the resource's policy decides.
    if not signed:
        return ALLOW if allows(hung) else IMPLICIT
    # [boundaries] A boundary limits and never grants. [policies] So does a session policy.
    # [GetFederationToken] Without a session policy a federated user has no permissions.
    passed = who["type"] != "FederatedUser" if case["session"] is None else allows(session)
    limits = bool(passed and (case["boundary"] is None or allows(boundary)))
    # [root] The root user needs no policy in its account, nor does its federated session.
    root = who["type"] == "Root" or (who.get("user") or "").endswith(":root")
    personal = limits and (root or bool(allows(identity)))
    return ALLOW if granted(case, action, own, allows(hung), limits, personal) else IMPLICIT


def granted(case, action, own, levels, limits, personal):
    """Whether a caller with an identity gets its Allow; *levels* are how the resource names it."""
    kind = case["resource"].split(":")[2:3]
    trust, key = kind == ["iam"] and action.startswith("sts:"), ":key/" in case["resource"]
    if trust and case["principal"]["type"] == "Root":
        return False  # [switch] The root user cannot assume a role.
    if not own:
        return bool(levels) and personal  # [xacct] Both accounts have to allow.
    # [denyallow] What names the user, the session or everyone is not limited by an implicit deny.
    # What names the role, or the user behind a federated session, is.
    if levels & {"everyone", "self"} or ("limited" in levels and limits):
        return True
    # [key-policies] [trust] The policy of a key or role has to allow, also within the account;
    # [principal] where it names the account, the account's own policies decide.
    return personal and ("account" in levels or not (trust or (key and kind == ["kms"])))
