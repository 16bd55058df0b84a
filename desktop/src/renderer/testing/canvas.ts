/**
 * A 2D context that takes every order and draws nothing, where the document has no canvas to draw on: charts can be made, and
 * what they were given can be looked at.
 */
export function blindCanvas(): void {
  const contexts = new WeakMap<HTMLCanvasElement, object>();
  const contextOf = (canvas: HTMLCanvasElement) => {
    const values: Record<string | symbol, unknown> = { canvas, measureText: () => ({ width: 0 }) };
    return new Proxy(values, {
      get: (target, key) => (key in target ? target[key] : () => undefined),
      set: (target, key, value) => {
        target[key] = value;
        return true;
      },
    });
  };
  Object.defineProperty(HTMLCanvasElement.prototype, 'getContext', {
    configurable: true,
    value(this: HTMLCanvasElement) {
      const known = contexts.get(this) ?? contextOf(this);
      contexts.set(this, known);
      return known;
    },
  });
}
