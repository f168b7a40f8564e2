"""CPU of boto3's look-up, in ms: its client, which holds the TLS settings, and the request."""

import os
import time

import boto3

begun = time.process_time()
secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["MOMENTO_SECRET_ID"])
milliseconds = (time.process_time() - begun) * 1000
assert secret["SecretString"]
print(f"{milliseconds:.3f}")
