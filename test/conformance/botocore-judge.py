"""Makes the calls that it reads with boto3, and says where the answers break the models of botocore.

Reads {endpoint, region, accessKeyId, secretAccessKey, calls: [{service, operation, input}]}; writes
[{operation, error, problems}], one for each call.
"""
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def problems_of(shape, value, path):
    """What keeps a value from being of the shape: missing members, values outside of an enumeration, wrong types."""
    if value is None:
        return []
    kind = shape.type_name
    if kind == "structure":
        missing = [f"{path}.{name} is missing" for name in shape.required_members if name not in value]
        known = [(name, item) for name, item in value.items() if name in shape.members]
        return missing + [found for name, item in known for found in problems_of(shape.members[name], item, f"{path}.{name}")]
    if kind == "list":
        return [found for index, item in enumerate(value) for found in problems_of(shape.member, item, f"{path}[{index}]")]
    if kind == "map":
        return [found for key, item in value.items() for found in problems_of(shape.value, item, f"{path}.{key}")]
    if kind == "string" and shape.enum and value not in shape.enum:
        return [f"{path} is {value!r}, which is not one of {shape.enum}"]
    if kind in ("integer", "long") and not isinstance(value, int):
        return [f"{path} is {value!r}, which is no whole number"]
    return []


def judge(client, operation, request):
    model = client.meta.service_model.operation_model(operation)
    method = next(name for name, api_name in client.meta.method_to_api_mapping.items() if api_name == operation)
    try:
        answer = getattr(client, method)(**request)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        declared = {shape.error_code for shape in model.error_shapes} | {shape.name for shape in model.error_shapes}
        return {"operation": operation, "error": code, "problems": [] if code in declared else [f"{code} is not declared"]}
    answer.pop("ResponseMetadata", None)
    found = problems_of(model.output_shape, answer, "$") if model.output_shape else []
    return {"operation": operation, "error": None, "problems": found}


def main():
    work = json.load(sys.stdin)
    session = boto3.Session(aws_access_key_id=work["accessKeyId"], aws_secret_access_key=work["secretAccessKey"], region_name=work["region"])
    settings = {"endpoint_url": work["endpoint"], "config": Config(retries={"max_attempts": 0})}
    clients = {name: session.client(name, **settings) for name in {call["service"] for call in work["calls"]}}
    json.dump([judge(clients[call["service"]], call["operation"], call["input"]) for call in work["calls"]], sys.stdout)


main()
