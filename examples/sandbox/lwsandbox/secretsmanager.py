"""Secrets Manager: what the night keeps there."""
import time
import uuid

from .keyring import ACCOUNT
from .registry import operation
from .reply import AwsError


@operation("secretsmanager", "GetSecretValue")
def get_secret_value(call):
    wanted = call.parameters["SecretId"]
    for name, text in call.world.secrets.items():
        arn = f"arn:aws:secretsmanager:{call.region}:{ACCOUNT}:secret:{name}-AbCdEf"
        if wanted in (name, arn):
            return {"ARN": arn, "Name": name, "SecretString": text, "VersionId": str(uuid.UUID(int=1)),
                    "VersionStages": ["AWSCURRENT"], "CreatedDate": time.time()}
    raise AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.", 400)
