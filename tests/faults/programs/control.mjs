// What the Node programs of the lab have in common: the line to the lab, the client, and what a call came to.
//
// The program is given one JSON object, {"control": PORT, "package": FILE, "official": bool, "credentials": {...},
// "verbose": bool}. Orders and events are those of control.py, where they are described.

import { createConnection } from 'node:net';
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';

export const CACHE = 'cache';
const options = JSON.parse(process.argv[2]);
// The module, where all is to be told (canary.py).
export const telling = options.verbose ? await import('./telling.mjs') : undefined;
const sdk = createRequire(options.package)(options.official ? '@gomomento/sdk' : 'momento-lambda');
const control = createConnection({ host: '127.0.0.1', port: options.control, noDelay: true });
export const send = event => control.write(`${JSON.stringify(event)}\n`);
export let client;

function credentialProvider({ kind, host, port, token }) {
  if (kind === 'local') return sdk.CredentialProvider.forMomentoLocal({ hostname: host, port });
  const endpoint = `${host}:${port}`;
  return sdk.CredentialProvider.fromString({
    apiKey: Buffer.from(JSON.stringify({ endpoint: 'unused.example', api_key: token })).toString('base64'),
    endpointOverrides: {
      controlEndpoint: endpoint,
      cacheEndpoint: endpoint,
      tokenEndpoint: endpoint,
      secureConnection: false,
    },
  });
}

async function make() {
  if (options.credentials.kind === 'environment') {
    const made = factory => sdk.Configurations.Lambda.latest(factory);
    const configuration = telling ? telling.configuration(sdk, made) : made();
    const trusted = options.credentials.root_certificates;
    return sdk.getMomentoClient({
      configuration: trusted ? configuration.withRootCertificatesPem(trusted) : configuration,
    });
  }
  const props = {
    configuration: sdk.Configurations.Lambda.latest(),
    credentialProvider: credentialProvider(options.credentials),
    defaultTtlSeconds: 86400,
  };
  return options.official ? sdk.CacheClient.create(props) : new sdk.CacheClient(props);
}

const shared = {
  async make() {
    const start = performance.now();
    let error = null;
    try {
      client = await make();
    } catch (thrown) {
      error = thrown.constructor.name;
    }
    telling?.everythingOf(client);
    send({ event: 'made', ms: performance.now() - start, error });
  },
  end() {
    process.exit(0);
  },
};

// The error's code, or null.
export async function attempt(call) {
  try {
    const response = await call();
    telling?.answer(response);
    return typeof response.errorCode === 'function' ? response.errorCode() : null;
  } catch (error) {
    telling?.error(error);
    return `raised ${error.constructor.name}`;
  }
}

// The program: does as it is told until the lab is gone.
export function obey(own) {
  const orders = { ...shared, ...own };
  control.on('close', () => process.exit(0));
  control.once('connect', () => {
    send({ event: 'up' });
    createInterface(control).on('line', line => {
      const order = JSON.parse(line);
      void orders[order.do](order);
    });
  });
}
