"""official.py STAGE CALLS: the same with the official packages, boto3 for the secret."""

import sys

from rollup import print_rollup

stage, calls = sys.argv[1], int(sys.argv[2])
if stage != "bare":
    import json
    import os
    from datetime import timedelta
    from urllib.parse import urlsplit

    import boto3
    from momento import CacheClient, Configurations, CredentialProvider
    from momento.responses import CacheGet, CacheSet
if stage == "calls":
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["MOMENTO_SECRET_ID"])
    port = urlsplit(json.loads(secret["SecretString"])["MOMENTO_ENDPOINT"]).port
    provider = CredentialProvider.for_momento_local("127.0.0.1", port)
    client = CacheClient(Configurations.Lambda.latest(), provider, timedelta(seconds=60))
    for _ in range(calls // 2):
        stored = client.set("cache", "key", "v" * 100)
        assert isinstance(stored, CacheSet.Success), stored
        found = client.get("cache", "key")
        assert isinstance(found, CacheGet.Hit), found
print_rollup()
