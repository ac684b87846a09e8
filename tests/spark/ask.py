"""Asks delivered log files in Spark SQL; run by a Python that has PySpark, not by pytest.

Reads `{"folder": …, "statements": […]}` from standard input, and prints for each statement its
rows as lists of text.
"""

import json
import sys

from pyspark.sql import SparkSession

RECORD = """
    eventVersion STRING,
    userIdentity STRUCT<
        type: STRING, principalId: STRING, arn: STRING, accountId: STRING, accessKeyId: STRING,
        userName: STRING,
        sessionContext: STRUCT<
            sessionIssuer: STRUCT<type: STRING, arn: STRING, userName: STRING>,
            attributes: STRUCT<creationDate: TIMESTAMP, mfaAuthenticated: STRING>>>,
    eventTime TIMESTAMP, eventSource STRING, eventName STRING, awsRegion STRING,
    sourceIPAddress STRING, errorCode STRING, requestParameters MAP<STRING, STRING>,
    eventID STRING, readOnly BOOLEAN,
    resources ARRAY<STRUCT<ARN: STRING, accountId: STRING, type: STRING>>,
    recipientAccountId STRING
"""


def main() -> None:
    asked = json.load(sys.stdin)
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .getOrCreate()
    )
    files = (
        spark.read.schema(f"Records ARRAY<STRUCT<{RECORD}>>")
        .option("multiLine", "true")
        .option("recursiveFileLookup", "true")
        .option("pathGlobFilter", "*.json.gz")
        .option("mode", "FAILFAST")
        .json(f"{asked['folder']}/AWSLogs/*/CloudTrail")
    )
    files.selectExpr("explode(Records) AS r").select("r.*").createOrReplaceTempView("events")
    found = [
        [
            [None if value is None else str(value) for value in row]
            for row in spark.sql(sql).collect()
        ]
        for sql in asked["statements"]
    ]
    print(json.dumps(found))
    spark.stop()


if __name__ == "__main__":
    main()
