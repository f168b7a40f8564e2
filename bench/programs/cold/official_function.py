"""The same function with the official packages: boto3 for the secret, momento for the cache."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from urllib.parse import urlsplit

import boto3
from momento import CacheClient, Configurations, CredentialProvider
from momento.responses import CacheGet

secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["MOMENTO_SECRET_ID"])
port = urlsplit(json.loads(secret["SecretString"])["MOMENTO_ENDPOINT"]).port
provider = CredentialProvider.for_momento_local("127.0.0.1", port)
client = CacheClient(Configurations.Lambda.latest(), provider, timedelta(seconds=60))


def handler(event: object, context: object) -> dict[str, object]:
    client.set("cache", "key", "value")
    found = client.get("cache", "key")
    return {"value": found.value_string if isinstance(found, CacheGet.Hit) else repr(found)}
