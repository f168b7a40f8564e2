// The objects that hold a response's classes, `CacheGet` with `CacheGet.Hit`, and the enums of their names.
//
// Problem: an ES module reads all names of the package, and must not load all classes by that; but to make 75 objects with
// a getter for each class takes V8 0.5 ms, of the 8 that an import takes. Choice: proxies, 0.05 ms. What is behind one is
// made when it is first asked for anything.

import { inspect } from 'node:util';

type Enum = Readonly<Record<string, string>>;
type Classes = Record<string, unknown>;

const enums: Record<string, Enum> = {};
const responses: Record<string, object> = {};

/** What a proxy stands for. Private, since a proxy's target should have nothing of its own. */
class Response {
  readonly #module: string;
  readonly #name: string;
  readonly #classes: string;
  #whole?: Classes;

  constructor(module: string, name: string, classes: string) {
    this.#module = module;
    this.#name = name;
    this.#classes = classes;
  }

  get whole(): Classes {
    if (this.#whole) return this.#whole;
    const whole = {};
    for (const one of this.#classes.split('_')) {
      const get = (): unknown => (require(this.#module) as Record<string, Classes>)[this.#name]?.[one];
      Object.defineProperty(whole, one, { get, enumerable: true, configurable: true });
    }
    return (this.#whole = whole);
  }

  /** Node prints a proxy's target; `this` is the proxy. */
  [inspect.custom](_depth: number, options: object): string {
    return inspect(Object.defineProperties({}, Object.getOwnPropertyDescriptors(this)), options);
  }
}

const handler: ProxyHandler<Response> = {
  get: ({ whole }, name) => whole[name as string],
  set: ({ whole }, name, value) => Reflect.set(whole, name, value),
  has: ({ whole }, name) => Reflect.has(whole, name),
  ownKeys: ({ whole }) => Reflect.ownKeys(whole),
  getOwnPropertyDescriptor: ({ whole }, name) => Reflect.getOwnPropertyDescriptor(whole, name),
  defineProperty: ({ whole }, name, descriptor) => Reflect.defineProperty(whole, name, descriptor),
  deleteProperty: ({ whole }, name) => Reflect.deleteProperty(whole, name),
  getPrototypeOf: () => Object.prototype,
  // The target would be frozen, which has nothing of what is asked for.
  preventExtensions: () => false,
};

/** @internal The classes of one response, `Hit_Miss_Error`, in the module that has it. */
export function response(classes: string, module: string, name: string): object {
  return (responses[name] ??= new Proxy(new Response(module, name, classes), handler));
}

/**
 * @internal The same for many.
 * @param table Of each `NAME:MODULE:CLASSES`, with `;` between them. MODULE is a number in `modules`.
 */
export function allResponses(table: string, modules: readonly string[]): Record<string, object> {
  for (const row of table.split(';')) {
    const [name, module, classes] = row.split(':') as [string, string, string];
    response(classes, modules[Number(module)] as string, name);
  }
  return responses;
}

/** @internal An enum of these members: the one there is, if it has been made. */
export function enumOf(members: Enum, name: string): Enum {
  return (enums[name] ??= members);
}

/** @internal The same for many. */
export function allEnums(all: Readonly<Record<string, Enum>>): Readonly<Record<string, Enum>> {
  return Object.assign(enums, { ...all, ...enums });
}
