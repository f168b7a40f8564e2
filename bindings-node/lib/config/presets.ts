// The official presets. Lambda's differs from the others by what this package does anyway.

import { CacheConfiguration, type ConfigurationProps } from './configuration';
import type { MomentoLoggerFactory } from './logging';
import { StaticGrpcConfiguration, StaticTransportStrategy, type GrpcConfigurationProps } from './transport';

const KEEP_ALIVE = { keepAlivePermitWithoutCalls: 1, keepAliveTimeMs: 5_000, keepAliveTimeoutMs: 1_000 };

function preset(
  deadlineMillis: number,
  connectTimeoutMillis: number,
  loggerFactory: MomentoLoggerFactory | undefined,
  tuning: Partial<GrpcConfigurationProps> = KEEP_ALIVE,
): ConfigurationProps {
  const grpcConfiguration = new StaticGrpcConfiguration({
    deadlineMillis,
    maxSessionMemoryMb: 256,
    maxSendMessageLength: 10_486_000,
    maxReceiveMessageLength: 10_486_000,
    ...tuning,
  });
  const transportStrategy = new StaticTransportStrategy({ grpcConfiguration, maxIdleMillis: 240_000 });
  return { transportStrategy, loggerFactory, throwOnErrors: false, connectTimeoutMillis };
}

/** For a developer's machine on a slow network: a deadline of 5 s. */
export class Laptop extends CacheConfiguration {
  static latest(loggerFactory?: MomentoLoggerFactory): CacheConfiguration {
    return this.v1(loggerFactory);
  }

  static v1(loggerFactory?: MomentoLoggerFactory): CacheConfiguration {
    return new Laptop(preset(5_000, 5_000, loggerFactory));
  }
}

/** For a function on AWS Lambda: a deadline of 1,100 ms. */
export class Lambda extends CacheConfiguration {
  static latest(loggerFactory?: MomentoLoggerFactory): CacheConfiguration {
    return new Lambda(preset(1_100, 1_000, loggerFactory, { numClients: 1 }));
  }
}

/** For a machine in the cache's region: a deadline of 1,100 ms. */
class InRegionDefault extends CacheConfiguration {
  static latest(loggerFactory?: MomentoLoggerFactory): CacheConfiguration {
    return this.v1(loggerFactory);
  }

  static v1(loggerFactory?: MomentoLoggerFactory): CacheConfiguration {
    return new InRegionDefault(preset(1_100, 1_000, loggerFactory));
  }
}

/** For callers in the region that would rather fail early: a deadline of 500 ms. */
class InRegionLowLatency extends CacheConfiguration {
  static latest(loggerFactory?: MomentoLoggerFactory): CacheConfiguration {
    return this.v1(loggerFactory);
  }

  static v1(loggerFactory?: MomentoLoggerFactory): CacheConfiguration {
    return new InRegionLowLatency(preset(500, 1_000, loggerFactory));
  }
}

/** For machines in the cache's region. */
export class InRegion {
  static readonly Default = InRegionDefault;
  static readonly LowLatency = InRegionLowLatency;
}
