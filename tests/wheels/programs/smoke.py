"""One value there and back, first synchronously, then with asyncio. Arguments: the local server's port, a cache."""

import asyncio
import datetime
import sys

import momento_lambda
from momento_lambda import CacheClient, CacheClientAsync, Configurations, CredentialProvider
from momento_lambda.responses import CacheGet, CacheSet

# A deadline that a loaded machine does not miss.
CONFIGURATION = Configurations.Lambda.latest().with_client_timeout(datetime.timedelta(seconds=10))
SETTINGS = (
    CONFIGURATION,
    CredentialProvider.for_momento_local(port=int(sys.argv[1])),
    datetime.timedelta(seconds=60),
)


async def read_again(cache: str) -> str:
    async with CacheClientAsync(*SETTINGS) as client:
        found = await client.get(cache, "key")
        assert isinstance(found, CacheGet.Hit), found
        return found.value_string


with CacheClient(*SETTINGS) as client:
    cache = sys.argv[2]
    client.create_cache(cache)
    stored = client.set(cache, "key", "from the wheel")
    assert isinstance(stored, CacheSet.Success), stored
    found = client.get(cache, "key")
    assert isinstance(found, CacheGet.Hit), found
    assert found.value_string == asyncio.run(read_again(cache)) == "from the wheel"
print(f"smoke: passed with {momento_lambda.__file__}")
