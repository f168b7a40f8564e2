// The official loggers. The client itself logs nothing; middlewares and strategies do.

import { format } from 'node:util';

export interface MomentoLogger {
  error(msg: string, ...args: unknown[]): void;
  warn(msg: string, ...args: unknown[]): void;
  info(msg: string, ...args: unknown[]): void;
  debug(msg: string, ...args: unknown[]): void;
  trace(msg: string, ...args: unknown[]): void;
}

export interface MomentoLoggerFactory {
  /** @param loggerName A name, or an object whose class has it. */
  getLogger(loggerName: unknown): MomentoLogger;
}

export enum DefaultMomentoLoggerLevel {
  TRACE = 5,
  DEBUG = 10,
  INFO = 20,
  WARN = 30,
  ERROR = 40,
}

/** Writes to the console what is at least of its level. */
export class DefaultMomentoLogger implements MomentoLogger {
  readonly #name: string;
  readonly #level: DefaultMomentoLoggerLevel;

  constructor(loggerName: unknown, level: DefaultMomentoLoggerLevel) {
    this.#name = typeof loggerName === 'string' ? loggerName : String(loggerName?.constructor?.name);
    this.#level = level;
  }

  #write(level: DefaultMomentoLoggerLevel, write: (line: string) => void, msg: string, args: unknown[]): void {
    if (this.#level > level) return;
    const name = DefaultMomentoLoggerLevel[level];
    write(`[${new Date().toISOString()}] ${name} (Momento: ${this.#name}): ${format(msg, ...args)}`);
  }

  error(msg: string, ...args: unknown[]): void {
    this.#write(DefaultMomentoLoggerLevel.ERROR, console.error, msg, args);
  }

  warn(msg: string, ...args: unknown[]): void {
    this.#write(DefaultMomentoLoggerLevel.WARN, console.warn, msg, args);
  }

  info(msg: string, ...args: unknown[]): void {
    this.#write(DefaultMomentoLoggerLevel.INFO, console.log, msg, args);
  }

  debug(msg: string, ...args: unknown[]): void {
    this.#write(DefaultMomentoLoggerLevel.DEBUG, console.log, msg, args);
  }

  trace(msg: string, ...args: unknown[]): void {
    this.#write(DefaultMomentoLoggerLevel.TRACE, console.log, msg, args);
  }
}

export class DefaultMomentoLoggerFactory implements MomentoLoggerFactory {
  readonly #level: DefaultMomentoLoggerLevel;

  constructor(level: DefaultMomentoLoggerLevel = DefaultMomentoLoggerLevel.INFO) {
    this.#level = level;
  }

  getLogger(loggerName: unknown): MomentoLogger {
    return new DefaultMomentoLogger(loggerName, this.#level);
  }
}

/** Writes nothing. */
export class NoopMomentoLogger implements MomentoLogger {
  error(): void {}
  warn(): void {}
  info(): void {}
  debug(): void {}
  trace(): void {}
}

export class NoopMomentoLoggerFactory implements MomentoLoggerFactory {
  getLogger(_loggerName: unknown): MomentoLogger {
    return new NoopMomentoLogger();
  }
}
