"""The same path with the official packages: boto3 for the secret, momento for the cache."""

import time

begun = time.perf_counter()

import json  # noqa: E402  the imports are part of what is measured
import os  # noqa: E402
from datetime import timedelta  # noqa: E402
from urllib.parse import urlsplit  # noqa: E402

import boto3  # noqa: E402
from momento import CacheClient, Configurations, CredentialProvider  # noqa: E402
from momento.responses import CacheGet, CacheSet  # noqa: E402

secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["MOMENTO_SECRET_ID"])
# The official SDK speaks plaintext, as the local server does, only through its local provider.
port = urlsplit(json.loads(secret["SecretString"])["MOMENTO_ENDPOINT"]).port
provider = CredentialProvider.for_momento_local("127.0.0.1", port)
client = CacheClient(Configurations.Lambda.latest(), provider, timedelta(seconds=60))
stored = client.set("cache", "key", "value")
found = client.get("cache", "key")
milliseconds = (time.perf_counter() - begun) * 1000
assert isinstance(stored, CacheSet.Success), stored
assert isinstance(found, CacheGet.Hit) and found.value_string == "value", found
print(f"{milliseconds:.3f}")
