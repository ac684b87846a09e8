"""What the fuzzed languages are made of: inputs to begin with, and words to put into them."""

POLICIES = [
    (
        b'{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Action":["iam:Get*","s3:*"],'
        b'"Resource":"arn:aws:s3:::b/${aws:username}/*","Condition":{"StringLike":{"aws:PrincipalTag/a":'
        b'["x*",true,1.5]},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"},"DateLessThan":{"aws:CurrentTime":'
        b'"2026-11-25T06:35:00Z"}}}]}'
    ),
    (
        b'{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":{"AWS":["arn:aws:iam::'
        b'123456789012:role/a","123456789012"],"Service":"ec2.amazonaws.com","Federated":"a"},'
        b'"NotAction":"sts:AssumeRole"}}'
    ),
    (
        b'{"Version":"2008-10-17","Id":"\\u00e9\\n","Statement":[{"Effect":"Allow","NotPrincipal":"*",'
        b'"Action":"*","NotResource":["*",null]}]}'
    ),
]
POLICY_WORDS = [
    *(b'"' + one + b'"' for one in (b"Version", b"Id", b"Statement", b"Sid", b"Effect", b"Allow")),
    *(b'"' + one + b'"' for one in (b"Deny", b"Principal", b"NotPrincipal", b"Action", b"Resource")),
    *(b'"' + one + b'"' for one in (b"Condition", b"StringEquals", b"Null", b"Bool", b"AWS", b"*")),
    b'"ForAllValues:StringLikeIfExists":', b'"NumericLessThan":', b'"DateEquals":', b'"BinaryEquals":',
    b"{", b"}", b"[", b"]", b":", b",", b'"', b"\\u", b"\\ud800", b"\\udc00", b"${aws:username}",
    b"${", b"${*}", b"*", b"?", b"null", b"true", b"1e999", b"-0", b"\xe9", b"\x00", b"\\",
    b'{"a":', b"arn:aws:iam::", b"arn:", b"9" * 30, b"2026-02-30T25:61:61Z", b"::/0", b"1.2.3.4/33",
]  # fmt: skip


HEADER_WORDS = [
    b"AWS4-HMAC-SHA256 ", b"Credential=", b"SignedHeaders=", b"Signature=", b"AWS ", b"/", b",", b";",
    b"=", b"\n", b":", b"host", b"x-amz-date:", b"x-amz-content-sha256:", b"date:", b"STREAMING-",
    b"UNSIGNED-PAYLOAD", b"STREAMING-UNSIGNED-PAYLOAD-TRAILER", b"x-amz-trailer:", b"20261125T063500Z",
    b"x-amz-decoded-content-length:", b"x-amz-security-token:", b"Wed, 25 Nov 2026 06:35:00 GMT",
    b"aws4_request", b"\xff", b"\x00", b" ", b"99999999T999999Z", b"date: Mon, 1 Jan 99999 00:00:00 +9999",
]  # fmt: skip
QUERY_WORDS = [
    b"X-Amz-Algorithm=", b"X-Amz-Credential=", b"X-Amz-Signature=", b"X-Amz-Date=", b"X-Amz-Expires=",
    b"X-Amz-SignedHeaders=", b"X-Amz-Security-Token=", b"X-Amz-Content-Sha256=", b"AWSAccessKeyId=",
    b"Signature=", b"Expires=", b"&", b"=", b"?", b"%2F", b"%", b"%25", b"+", b"%00", b"%ff", b"tagging",
    b"response-content-type=", b"x-amz-security-token=", b"Action=", b"Version=", b"//", b"/../", b"\xe9",
    b"9" * 20, b"-1",
]  # fmt: skip
CHUNK_WORDS = [
    b"\r\n", b"0\r\n", b";chunk-signature=", b"0" * 64, b"x-amz-checksum-crc32:", b"x-amz-trailer-signature:",
    b"ffffffffffff", b"-1", b"0x", b"\n", b"\r", b";", b":", b" ", b"2b\r\n",
]  # fmt: skip
FORM_BODIES = [
    (
        b"Action=CreateUser&Version=2010-05-08&UserName=alice&Path=%2Fstaff%2F&Tags.member.1.Key=team"
        b"&Tags.member.1.Value=red&Tags.member.2.Key=a&Tags.member.2.Value="
    ),
    (
        b"Action=SimulateCustomPolicy&Version=2010-05-08&PolicyInputList.member.1=%7B%7D&ActionNames.member.1=a"
        b"&ContextEntries.member.1.ContextKeyName=a&ContextEntries.member.1.ContextKeyValues.member.1=b"
        b"&MaxItems=10"
    ),
]
FORM_WORDS = [
    b"Action=", b"Version=2010-05-08", b"&", b"=", b".", b".member.", b".member.1", b".entry.1.key=",
    b"Tags", b"MaxItems=", b"%", b"%25", b"%00", b"%c3%a9", b"%ed%a0%80", b"+", b"1", b"0", b"99999",
    b"999999", b"-1", b"1e9", b"NaN", b"true", b"\r\n", b"\xff",
]  # fmt: skip
XML_BODIES = [
    (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        b"<TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>"
    ),
    (
        b"<Delete><Quiet>true</Quiet><Object><Key>a&amp;&#65;</Key><VersionId>v</VersionId><Size>1</Size>"
        b"<LastModifiedTime>2026-11-25T06:35:00Z</LastModifiedTime></Object></Delete>"
    ),
    b"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>",
    (
        b'<AccessControlPolicy><Owner><ID>x</ID></Owner><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.'
        b'org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>x</ID></Grantee><Permission>READ</Permission>'
        b"</Grant></AccessControlList></AccessControlPolicy>"
    ),
    b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
]
XML_WORDS = [
    b"<", b">", b"</", b"/>", b"<Tag>", b"</Tag>", b"<Object>", b"<Key>", b"&amp;", b"&#x0;", b"&#65;",
    b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b'<?xml version="1.1"?>',
    b'<?xml version="1.0" encoding="UTF-16"?>', b'<?xml version="1.0" encoding="utf-7"?>', b"\xff\xfe",
    b"\xef\xbb\xbf", b' xmlns="', b' a="b"', b"<a:b xmlns:a='c'>", b"\x00", b"9" * 30, b"true", b"<a>",
]  # fmt: skip
JSON_BODIES = [
    (
        b'{"Content":"{}","Description":"\\u00e9","Name":"a","Type":"SERVICE_CONTROL_POLICY",'
        b'"Tags":[{"Key":"a","Value":"b"}]}'
    ),
    b'{"ResourceId":"o-a1b2c3d4e5","Tags":[{"Key":"a","Value":null}]}',
    b'{"NextToken":"x","MaxResults":5}',
]
JSON_WORDS = [
    b"{", b"}", b"[", b"]", b":", b",", b'"', b'"Tags"', b'"Name"', b'"MaxResults":', b"NaN", b"-Infinity",
    b"1e999", b"9" * 5000, b"\\ud800", b"\\u0000", b"null", b"true", b"\xff", b'{"a":', b"\xef\xbb\xbf",
]  # fmt: skip
PATHS = [
    b"GET /reports/a%20b?versionId=x&partNumber=1\nrange: bytes=0-9\nif-match: x",
    b"PUT /reports/a?tagging\nx-amz-acl: private\nx-amz-tagging: a=b\nx-amz-expected-bucket-owner: 1",
    b"GET /reports?list-type=2&max-keys=10&prefix=a&delimiter=%2F\nx-amz-date: x",
    (
        b"PUT /reports/a\ncontent-length: 4\nx-amz-meta-a: b\nexpires: Wed, 25 Nov 2026 06:35:00 GMT"
        b"\nx-amz-object-lock-retain-until-date: 2026-11-25T06:35:00Z\nx-amz-checksum-crc32: AAAAAA=="
    ),
]
PATH_WORDS = [
    b"GET ", b"PUT ", b"POST ", b"DELETE ", b"HEAD ", b"OPTIONS ", b"/", b"//", b"/../", b"%2F", b"%", b"%00",
    b"?", b"&", b"=", b"\n", b":", b"host: x.localhost", b"max-keys=", b"partNumber=", b"uploadId=", b"versions",
    b"range: bytes=", b"if-modified-since: ", b"x-amz-meta-", b"9" * 30, b"9" * 5000, b"-1", b"\xff", b"%ff",
    b"content-type: multipart/form-data", b"Action=", b"x-amz-target: ", b"99999999999999999999-01-01T00:00:00Z",
    b"Mon, 1 Jan 99999 00:00:00 GMT", b"Mon, 1 Jan 0001 00:00:00 +2359",
]  # fmt: skip
BROWSER_POLICIES = [
    (
        b'{"expiration":"2026-11-26T00:00:00Z","conditions":[{"bucket":"reports"},["starts-with","$key",""],'
        b'["eq","$acl","private"],["content-length-range",0,10]]}'
    ),
]
BROWSER_WORDS = [
    *JSON_WORDS, b'"expiration":', b'"conditions":', b'"starts-with"', b'"$key"', b'"content-length-range"',
    b'"0001-01-01T00:00:00Z"', b'"9999-12-31T23:59:59-23:59Z"', b'"2026-W01-1T00Z"', b"1e5",
]  # fmt: skip
MULTIPART_BODIES = [
    (
        b'--x\r\nContent-Disposition: form-data; name="key"\r\n\r\nuploads/${filename}\r\n'
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n'
        b"some text\r\n--x--\r\n"
    ),
]
MULTIPART_WORDS = [
    b"--x", b"--x--", b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"Content-Disposition: form-data; ", b'name="', b'"',
    b'filename="', b"filename*=UTF-8''a", b";", b"=", b"\\", b"--", b"\xff", b"\x00", b'name="file"', b":", b"\t",
]  # fmt: skip
HEADER_VALUES = [
    b"bytes=0-9", b"bytes=-5", b"/reports/a%20b?versionId=x", b"arn:aws:s3:::reports/a", b"a=b&c=d%20e",
]  # fmt: skip
VALUE_WORDS = [
    b"bytes=", b"-", b"9" * 5000, b",", b"/", b"%", b"%ff", b"?versionId=", b"&", b"=", b"+", b"arn:", b"\xff",
    b"\xb2", b"%00",
]  # fmt: skip
SEEDS = [
    (b'accounts:\n  "123456789012":\n    alias: main\n    root: {access_key_id: testing, secret_access_key: testing}\n'
    b'    users:\n      alice: {path: /staff/, tags: {team: red}, access_keys: [{id: AKIAALICE, secret: s}]}\n'
    b"    buckets: {reports: {objects: {a.txt: text}}}\n"),
    (b'accounts:\n  "123456789012":\n    policies: {A: {document: {Version: "2012-10-17", Statement: '
    b'[{Effect: Allow, Action: "*", Resource: "*"}]}}}\norganization:\n  management: "123456789012"\n'
    b"  units: [{name: prod, units: []}]\n"),
]  # fmt: skip
YAML_WORDS = [
    b"accounts:", b"users:", b"roles:", b"buckets:", b"organization:", b"units:", b"- ", b": ", b"\n", b"  ", b"{",
    b"}", b"[", b"]", b"&a ", b"*a", b"<<: *a", b"!!python/object/apply:os.system ['x']", b"!!binary ", b"!!set ",
    b"---\n", b"...\n", b"? ", b"|\n", b">\n", b'"', b"'", b"\\x", b"%YAML 9.9\n", b"\xff", b"\x00", b"2026-02-30",
    b"0o9", b"1e999", b".nan", b"~", b"\t", b"9" * 5000, b"units: [", b"{a: ", b"\xc2\x85",
]  # fmt: skip
ARNS = [b"arn:aws:iam::123456789012:role/staff/auditor", b"arn:aws:s3:::b/k:c", b"arn:::::"]

TEMPLATES = [
    b"""Parameters: {Name: {Type: String, Default: a, AllowedPattern: '[a-z]+'}}
Mappings: {M: {a: {k: v}}}
Conditions: {C: !And [!Equals [!Ref Name, a], !Not [!Equals [a, b]]]}
Rules: {R: {Assertions: [{Assert: {Fn::Contains: [[a], !Ref Name]}}]}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Condition: C
    DependsOn: [Bucket]
    DeletionPolicy: Retain
    Properties: {RoleName: !Sub '${Name}-${AWS::Region}', Path: !If [C, !Ref AWS::NoValue, /]}
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: !Join ['-', [a, !FindInMap [M, a, k]]]}}
Outputs: {O: {Value: !GetAtt Role.Arn, Export: {Name: !Sub '${AWS::StackName}:x'}}}
""",
    b"""Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::L: [X, [a, b], {'R${X}': {Type: T, Properties: {P: !Cidr ['10.0.0.0/8', 2, 8]}}}]
  Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://a/b}}
  A: {Type: T, Metadata: &x {P: {Fn::ToJsonString: [1]}}, Properties: {Q: *x}}
""",
    b"""{"AWSTemplateFormatVersion": "2010-09-09", "Description": "d", "Resources": {"A": {
 "Type": "T", "Properties": {"P": {"Fn::Select": [0, {"Fn::Split": [",", "a,b"]}]},
 "Q": {"Fn::Base64": "{{resolve:ssm:a:1}}"}, "R": [1.5, true, {"Ref": "AWS::Partition"}]}}}}""",
]
TEMPLATE_WORDS = [
    *(b"!Ref ", b"!Sub ", b"!GetAtt ", b"!If ", b"!Join ", b"!Select ", b"!Split ", b"!Cidr "),
    *(b"Fn::ForEach::", b"Fn::Transform", b"Fn::Length", b"Ref", b"Condition", b"AWS::NoValue"),
    *(b"${", b"}", b"${!", b"&x ", b"*x", b"<<: ", b"? ", b"- ", b": ", b"\n", b"  ", b"~"),
    *(b"[", b"]", b"{", b'"', b"'", b",", b"!!str ", b"!!int ", b"---\n", b"{{resolve:", b"\\u"),
    *(b"(a{100})", b"{100}", b"(a+)+", b"AllowedPattern: ", b"99999999999999999999", b"1e999"),
]
