// The official experimental middlewares that measure.

import { promises, writeFileSync } from 'node:fs';
import type { IntervalHistogram, PerformanceObserver } from 'node:perf_hooks';
import type { MomentoLogger, MomentoLoggerFactory } from '../config/logging';
import { PassingHandler } from './logging';
import { CONNECTION_ID_KEY } from './middleware';
import type {
  Middleware,
  MiddlewareMessage,
  MiddlewareRequestHandler,
  MiddlewareRequestHandlerContext,
  MiddlewareStatus,
} from './middleware';

// Loaded when it is needed: an ES module that imports this package runs this file.
const hooks = () => require('node:perf_hooks') as typeof import('node:perf_hooks');

const LOGGED_EVERY = 1_000;
const DELAY_RESOLUTION = 20;

const FIELDS = [
  'numActiveRequestsAtStart',
  'numActiveRequestsAtFinish',
  'requestType',
  'status',
  'startTime',
  'requestBodyTime',
  'endTime',
  'duration',
  'requestSize',
  'responseSize',
  'connectionID',
] as const;

type Metrics = Record<(typeof FIELDS)[number], string | number | undefined>;

class MetricsHandler extends PassingHandler {
  readonly #parent: RequestMetrics;
  readonly #metrics: Partial<Metrics>;

  constructor(parent: RequestMetrics, context: MiddlewareRequestHandlerContext | undefined) {
    super();
    this.#parent = parent;
    this.#metrics = {
      numActiveRequestsAtStart: ++parent.active,
      startTime: Date.now(),
      connectionID: context?.[CONNECTION_ID_KEY],
    };
  }

  override async onRequestBody(request: MiddlewareMessage): Promise<MiddlewareMessage> {
    this.#metrics.requestSize = request.messageLength();
    this.#metrics.requestType = request.constructorName();
    this.#metrics.requestBodyTime = Date.now();
    return request;
  }

  override async onResponseBody(response: MiddlewareMessage | null): Promise<MiddlewareMessage | null> {
    this.#metrics.responseSize = response?.messageLength() ?? 0;
    return response;
  }

  override async onResponseStatus(status: MiddlewareStatus): Promise<MiddlewareStatus> {
    const endTime = Date.now();
    const duration = endTime - Number(this.#metrics.startTime);
    const numActiveRequestsAtFinish = this.#parent.active--;
    const facts = { ...this.#metrics, status: status.code(), endTime, duration, numActiveRequestsAtFinish };
    await this.#parent.emit(Object.fromEntries(FIELDS.map(name => [name, facts[name]])) as Metrics);
    return status;
  }
}

/** Counts requests and passes each one's figures on. */
abstract class RequestMetrics implements Middleware {
  protected readonly logger: MomentoLogger;
  /** @internal Requests under way. */
  active = 0;

  constructor(loggerFactory: MomentoLoggerFactory) {
    this.logger = loggerFactory.getLogger(this);
  }

  onNewRequest(context?: MiddlewareRequestHandlerContext): MiddlewareRequestHandler {
    return new MetricsHandler(this, context);
  }

  activeRequestCount(): number {
    return this.active;
  }

  /** @internal */
  abstract emit(metrics: Metrics): Promise<void>;
}

/** Writes a line per request into a CSV file. */
export class ExperimentalMetricsCsvMiddleware extends RequestMetrics {
  readonly #path: string;

  constructor(csvPath: string, loggerFactory: MomentoLoggerFactory) {
    super(loggerFactory);
    this.#path = csvPath;
    writeFileSync(csvPath, `${FIELDS.join(',')}\n`);
  }

  async emit(metrics: Metrics): Promise<void> {
    try {
      await promises.appendFile(this.#path, `${FIELDS.map(name => metrics[name]).join(',')}\n`);
    } catch (error) {
      this.logger.error('metrics can not be written to %s: %s', this.#path, error);
    }
  }
}

/** Logs a line per request. */
export class ExperimentalMetricsLoggingMiddleware extends RequestMetrics {
  async emit(metrics: Metrics): Promise<void> {
    this.logger.info(JSON.stringify({ momento: metrics }));
  }
}

/** Logs every second how many requests are under way. */
export class ExperimentalActiveRequestCountLoggingMiddleware extends RequestMetrics {
  #timer?: NodeJS.Timeout;

  init(): void {
    this.#timer ??= setInterval(() => {
      this.logger.info(JSON.stringify({ activeRequestCount: this.active, timestamp: Date.now() }));
    }, LOGGED_EVERY);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async emit(): Promise<void> {}
}

/** Logs every second how busy the event loop is. */
export class ExperimentalEventLoopPerformanceMetricsMiddleware implements Middleware {
  readonly #logger: MomentoLogger;
  #timer?: NodeJS.Timeout;
  #delay?: IntervalHistogram;

  constructor(loggerFactory: MomentoLoggerFactory) {
    this.#logger = loggerFactory.getLogger(this);
  }

  init(): void {
    if (this.#timer !== undefined) return;
    const { monitorEventLoopDelay, performance } = hooks();
    const delay = (this.#delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION }));
    delay.enable();
    let utilization = performance.eventLoopUtilization();
    this.#timer = setInterval(() => {
      utilization = performance.eventLoopUtilization(utilization);
      const percentiles = [50, 75, 90, 95, 99].map(share => [`eventLoopDelayP${share}`, delay.percentile(share)]);
      const metrics = {
        eventLoopUtilization: utilization.utilization,
        eventLoopDelayMean: delay.mean,
        eventLoopDelayMin: delay.min,
        ...Object.fromEntries(percentiles),
        eventLoopDelayMax: delay.max,
        timestamp: Date.now(),
      };
      this.#logger.info(JSON.stringify(metrics));
      delay.reset();
    }, LOGGED_EVERY);
  }

  onNewRequest(): MiddlewareRequestHandler {
    return new PassingHandler();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#delay?.disable();
  }
}

/** Logs long garbage collections. */
export class ExperimentalGarbageCollectionPerformanceMetricsMiddleware implements Middleware {
  readonly #observer: PerformanceObserver;

  constructor(loggerFactory: MomentoLoggerFactory) {
    const logger = loggerFactory.getLogger(this);
    const { PerformanceObserver, constants } = hooks();
    const long: number[] = [constants.NODE_PERFORMANCE_GC_MAJOR, constants.NODE_PERFORMANCE_GC_INCREMENTAL];
    this.#observer = new PerformanceObserver(items => {
      for (const { entryType, startTime, duration, detail } of items.getEntries()) {
        const { kind, flags } = detail as { kind: number; flags: number };
        if (!long.includes(kind)) continue;
        logger.info(JSON.stringify({ entryType, startTime, duration, kind, flags, timestamp: Date.now() }));
      }
    });
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  onNewRequest(): MiddlewareRequestHandler {
    return new PassingHandler();
  }

  close(): void {
    this.#observer.disconnect();
  }
}

export interface ExperimentalMetricsMiddlewareOptions {
  eventLoopMetricsLog?: boolean;
  garbageCollectionMetricsLog?: boolean;
  perRequestMetricsLog?: boolean;
  activeRequestCountMetricsLog?: boolean;
  /** Outranks `perRequestMetricsLog`. */
  perRequestMetricsCSVPath?: string;
}

/** Makes the middlewares that the options ask for. */
export class MiddlewareFactory {
  static createMetricsMiddlewares(
    loggerFactory: MomentoLoggerFactory,
    options: ExperimentalMetricsMiddlewareOptions,
  ): Middleware[] {
    const middlewares: Middleware[] = [];
    if (options.eventLoopMetricsLog) {
      middlewares.push(new ExperimentalEventLoopPerformanceMetricsMiddleware(loggerFactory));
    }
    if (options.perRequestMetricsCSVPath !== undefined) {
      middlewares.push(new ExperimentalMetricsCsvMiddleware(options.perRequestMetricsCSVPath, loggerFactory));
    } else if (options.perRequestMetricsLog) {
      middlewares.push(new ExperimentalMetricsLoggingMiddleware(loggerFactory));
    }
    if (options.activeRequestCountMetricsLog) {
      middlewares.push(new ExperimentalActiveRequestCountLoggingMiddleware(loggerFactory));
    }
    if (options.garbageCollectionMetricsLog) {
      middlewares.push(new ExperimentalGarbageCollectionPerformanceMetricsMiddleware(loggerFactory));
    }
    return middlewares;
  }
}
