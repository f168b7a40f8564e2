// Methods that are loaded with the first call of one of them.
//
// Problem: the clients' 74 methods are a third of the text that loading the package reads, and a function calls a few of
// them. Choice: until then a function stands in for each, as mocks replace functions and leave getters alone. With the
// first call the methods take the places of all stand-ins of their section, and nothing is between caller and method.

type Method = (this: unknown, ...values: unknown[]) => unknown;

/** @internal Gives a prototype methods of these names and lengths. */
export function addLater(prototype: object, load: () => object, lengths: Record<string, number>): void {
  const place = (name: string, value: Method | undefined) =>
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  const standIns = new Map<string, Method>();
  function loaded(): Record<string, Method> {
    const methods = load() as Record<string, Method>;
    for (const [name, standIn] of standIns) {
      // Somebody may have put something else there.
      if (Object.getOwnPropertyDescriptor(prototype, name)?.value === standIn) place(name, methods[name]);
    }
    standIns.clear();
    return methods;
  }
  for (const name in lengths) {
    const standIn: Method = {
      [name](this: unknown, ...values: unknown[]) {
        return loaded()[name]?.apply(this, values);
      },
    }[name] as Method;
    Object.defineProperty(standIn, 'length', { value: lengths[name], configurable: true });
    standIns.set(name, standIn);
    place(name, standIn);
  }
}
