// What `require` gives: the package's names, each found when it is first used. scripts/bundle.mjs writes the table.
//
// Problem: an object with a getter or an enum for each of the 227 names takes V8 0.6 ms to read and to make, of the 8 ms of
// CPU that a cold start with this package takes; a function uses three of them. Choice: the names are one string, which
// costs next to nothing, and a proxy finds a name's row in it. What has been found is a property like any other. Whoever
// asks for more than a name's value, such as the list of names, has getters made for all.

import type * as Classes from './classes';

/** Gives a module's exports. */
type Load = (module: string) => Record<string, unknown>;

/**
 * @internal
 * @param table Of each name `;NAME:MODULE:WHAT`, and `;` at the end. MODULE is a number in `modules`. WHAT is empty for an
 * export of that module, `*` for all of its exports, and else names response classes, as `Hit_Miss_Error`; without
 * a module, these are the members of an enum.
 */
export function names(table: string, modules: readonly string[], load: Load, symbol: symbol): object {
  const exported: Record<string, unknown> = Object.defineProperties(
    {},
    { __esModule: { value: true }, [symbol]: { value: load } },
  );

  // By `load`, and not by an import: of the entries that are loaded, the first one's serve all.
  const { enumOf, response } = load('./classes') as unknown as typeof Classes;

  function find(name: string | symbol): unknown {
    if (typeof name !== 'string') return undefined;
    const start = table.indexOf(`;${name}:`) + 1;
    if (start === 0 || name.includes(':')) return undefined;
    const [, place = '', what = ''] = table.slice(start, table.indexOf(';', start)).split(':');
    return (exported[name] = value(name, place, what));
  }

  function value(name: string, place: string, what: string): unknown {
    if (place === '') return enumOf(Object.fromEntries(what.split('_').map(each => [each, each])), name);
    const module = modules[Number(place)] as string;
    if (what === '*') return load(module);
    return what === '' ? load(module)[name] : response(what, module, name);
  }

  let isWhole = false;
  function whole(): object {
    if (isWhole) return exported;
    isWhole = true;
    for (const [, name = ''] of table.matchAll(/;(\w+):/g)) {
      if (Object.hasOwn(exported, name)) continue;
      const set = (value: unknown) =>
        Object.defineProperty(exported, name, { value, writable: true, enumerable: true, configurable: true });
      // Whoever copied the getter, as `export *` does, calls it again and again, and after somebody has put a mock here.
      const get = (): unknown => {
        if (Object.getOwnPropertyDescriptor(exported, name)?.get !== get) return exported[name];
        delete exported[name];
        return find(name);
      };
      Object.defineProperty(exported, name, { get, set, enumerable: true, configurable: true });
    }
    return exported;
  }

  return new Proxy(exported, {
    get: (_, name) => (name in exported ? exported[name as string] : find(name)),
    has: (_, name) => name in exported || name in whole(),
    ownKeys: () => Reflect.ownKeys(whole()),
    getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(whole(), name),
  });
}
