// Methods that are loaded with the first call of one of them.
//
// Problem: the clients' 75 methods are a third of the text that loading the package reads, and a function calls a few of
// them. Choice: until then a class above theirs has a function that stands in for each, as mocks replace functions and
// leave getters alone. With the first call the methods of that section take their places below, and nothing is between
// caller and method. The stand-ins are written out in a class, which V8 makes in a tenth of the time that it takes to
// define 75 functions one by one.

type Method = (this: unknown, ...values: unknown[]) => unknown;

/** @internal Gives a prototype the methods that it has none of its own for: somebody may have put something there. */
export function placed(methods: object, prototype: object): object {
  for (const [name, value] of Object.entries(methods)) {
    if (Object.hasOwn(prototype, name)) continue;
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  }
  return methods;
}

/** @internal What a stand-in does: has the methods of its section loaded, and calls its own. */
export function first(target: unknown, load: () => object, name: string, values: IArguments): unknown {
  const methods = load() as Record<string, Method>;
  return methods[name]?.apply(target, values as unknown as unknown[]);
}
