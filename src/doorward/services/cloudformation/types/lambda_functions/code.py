"""The code of functions and layers, as bytes.

Whoever runs functions need not reach the buckets of this server, so code in S3 is read by the
caller, who needs `s3:GetObject` on it as on AWS, and handed over.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
"""

import io
import zipfile
from typing import Any

from doorward.services.cloudformation.types.provider import Call, Properties
from doorward.services.cloudformation.types.refusals import InvalidRequest
from doorward.services.cloudformation.types.shape import TEXT, structure

ENDINGS = {"python": "py", "nodejs": "js"}
MADE = (1980, 1, 1, 0, 0, 0)
SEALED = "code is kept unsealed"
BY_COPY = "code is copied from its bucket"

FUNCTION_CODE = structure(
    dict.fromkeys(("ImageUri", "S3Bucket", "S3Key", "S3ObjectVersion", "ZipFile"), TEXT),
    refused={"S3ObjectStorageMode": BY_COPY, "SourceKMSKeyArn": SEALED},
)
LAYER_CONTENT = structure(
    dict.fromkeys(("S3Bucket", "S3Key", "S3ObjectVersion"), TEXT),
    "S3Bucket",
    "S3Key",
    refused={"S3ObjectStorageMode": BY_COPY},
)


def wire(call: Call, code: Properties, runtime: str = "") -> dict[str, Any]:
    """The code as CreateFunction takes it.

    Raises:
        InvalidRequest: there is no code, or inline code for a runtime that takes none.
    """
    if "ImageUri" in code:
        return {"ImageUri": code["ImageUri"]}
    if "ZipFile" in code:
        return {"ZipFile": zipped(code["ZipFile"], runtime)}
    return {"ZipFile": fetched(call, code)}


def fetched(call: Call, code: Properties) -> bytes:
    """The bytes of an object in S3.

    Raises:
        InvalidRequest: no object is named.
    """
    if "S3Bucket" not in code or "S3Key" not in code:
        raise InvalidRequest("Please provide a source for function code.")
    version = {"version_id": code["S3ObjectVersion"]} if "S3ObjectVersion" in code else {}
    output = call("s3", "get_object", bucket=code["S3Bucket"], key=code["S3Key"], **version)
    body = output["Body"]
    return body if isinstance(body, bytes) else bytes(body.read())


def zipped(source: str, runtime: str) -> bytes:
    """*source* as the file `index` of an archive that is the same each time.

    Raises:
        InvalidRequest: the runtime takes no source.
    """
    for language, ending in ENDINGS.items():
        if runtime.startswith(language):
            return _archive(f"index.{ending}", source)
    raise InvalidRequest("ZipFile can only be used when Runtime is set to nodejs or python.")


def _archive(name: str, source: str) -> bytes:
    made = io.BytesIO()
    entry = zipfile.ZipInfo(name, MADE)
    entry.external_attr = 0o644 << 16
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(entry, source)
    return made.getvalue()
