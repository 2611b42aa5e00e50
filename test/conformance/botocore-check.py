"""Calls the endpoint with boto3 and prints, as JSON, what each answer has that botocore's models do not allow."""
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT, KEY, SECRET = sys.argv[1:4]
CONFIG = Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}, inject_host_prefix=False)
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]})

# Service, operation, input, and the error that is expected, if one is.
CALLS = [
    ("sts", "get_caller_identity", {}, None),
    ("iam", "create_role", {"RoleName": "judged", "AssumeRolePolicyDocument": TRUST}, None),
    ("iam", "get_role", {"RoleName": "judged"}, None),
    ("iam", "get_role", {"RoleName": "nobody"}, "NoSuchEntity"),
    ("kms", "create_key", {"Description": "judged"}, None),
    ("kms", "list_keys", {}, None),
    ("kms", "describe_key", {"KeyId": "00000000-0000-0000-0000-000000000000"}, "NotFoundException"),
    ("s3", "create_bucket", {"Bucket": "judged-bucket", "CreateBucketConfiguration": {"LocationConstraint": "eu-west-1"}}, None),
    ("s3", "put_object", {"Bucket": "judged-bucket", "Key": "a b/ä", "Body": b"content"}, None),
    ("s3", "get_object", {"Bucket": "judged-bucket", "Key": "a b/ä"}, None),
    ("s3", "list_objects_v2", {"Bucket": "judged-bucket"}, None),
    ("s3", "list_buckets", {}, None),
    ("s3", "get_object", {"Bucket": "judged-bucket", "Key": "nothing"}, "NoSuchKey"),
    ("dynamodb", "create_table", {"TableName": "judged", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}, None),
    ("dynamodb", "describe_table", {"TableName": "judged"}, None),
    ("dynamodb", "list_tables", {}, None),
    ("dynamodb", "describe_table", {"TableName": "nothing"}, "ResourceNotFoundException"),
    ("secretsmanager", "create_secret", {"Name": "judged", "SecretString": "{}"}, None),
    ("secretsmanager", "list_secrets", {}, None),
    ("secretsmanager", "get_secret_value", {"SecretId": "judged"}, None),
    ("secretsmanager", "get_secret_value", {"SecretId": "nothing"}, "ResourceNotFoundException"),
    ("sns", "create_topic", {"Name": "judged"}, None),
    ("sns", "list_topics", {}, None),
    ("sqs", "create_queue", {"QueueName": "judged"}, None),
    ("sqs", "list_queues", {}, None),
    ("sqs", "get_queue_url", {"QueueName": "nothing"}, "AWS.SimpleQueueService.NonExistentQueue"),
    ("ssm", "put_parameter", {"Name": "/judged", "Value": "1", "Type": "String"}, None),
    ("ssm", "get_parameter", {"Name": "/judged"}, None),
    ("ssm", "get_parameter", {"Name": "/nothing"}, "ParameterNotFound"),
    ("logs", "create_log_group", {"logGroupName": "/judged"}, None),
    ("logs", "describe_log_groups", {}, None),
    ("cloudwatch", "put_metric_alarm", {"AlarmName": "judged", "Namespace": "N", "MetricName": "M", "Period": 60, "Statistic": "Sum", "Threshold": 1, "EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanThreshold"}, None),
    ("cloudwatch", "describe_alarms", {}, None),
    ("events", "put_rule", {"Name": "judged", "ScheduleExpression": "rate(1 hour)"}, None),
    ("events", "list_rules", {}, None),
    ("scheduler", "list_schedules", {}, None),
    ("lambda", "list_functions", {}, None),
    ("lambda", "get_function", {"FunctionName": "nothing"}, "ResourceNotFoundException"),
    ("stepfunctions", "list_state_machines", {}, None),
    ("ec2", "create_vpc", {"CidrBlock": "10.0.0.0/16"}, None),
    ("ec2", "describe_vpcs", {}, None),
    ("rds", "describe_db_clusters", {}, None),
    ("rds", "describe_db_cluster_snapshots", {}, None),
    ("rds", "describe_db_clusters", {"DBClusterIdentifier": "nothing"}, "DBClusterNotFoundFault"),
    ("redshift", "describe_clusters", {}, None),
    ("redshift", "describe_clusters", {"ClusterIdentifier": "nothing"}, "ClusterNotFound"),
]


def problems_in(shape, value, path):
    """Members that are missing, and values that no enumeration has."""
    if value is None:
        return []
    if shape.type_name == "structure":
        missing = [f"{path}.{name} is missing" for name in shape.required_members if name not in value]
        return missing + [problem for name, inner in value.items() if name in shape.members for problem in problems_in(shape.members[name], inner, f"{path}.{name}")]
    if shape.type_name == "list":
        return [problem for index, inner in enumerate(value) for problem in problems_in(shape.member, inner, f"{path}[{index}]")]
    if shape.type_name == "map":
        return [problem for name, inner in value.items() for problem in problems_in(shape.value, inner, f"{path}.{name}")]
    if shape.type_name == "string" and shape.enum and value not in shape.enum:
        return [f"{path} is {value!r}, not one of {shape.enum}"]
    return []


def judge(service, operation, arguments, expected_error):
    client = boto3.client(service, region_name="eu-west-1", endpoint_url=ENDPOINT, aws_access_key_id=KEY, aws_secret_access_key=SECRET, config=CONFIG)
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
    try:
        answer = getattr(client, operation)(**arguments)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        return [] if code == expected_error else [f"failed with {code}: {error.response['Error'].get('Message')}"]
    if expected_error is not None:
        return [f"answered instead of failing with {expected_error}"]
    return problems_in(model.output_shape, answer, "$") if model.output_shape else []


def main():
    found = {}
    for number, (service, operation, arguments, expected_error) in enumerate(CALLS):
        try:
            problems = judge(service, operation, arguments, expected_error)
        except Exception as error:  # what botocore cannot even read is the worst of findings
            problems = [f"{type(error).__name__}: {error}"]
        if problems:
            found[f"{number} {service}:{operation}"] = problems
    print(json.dumps({"calls": len(CALLS), "found": found}))


main()
