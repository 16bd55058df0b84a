import { type Component, flushSync, mount, unmount } from 'svelte';

export interface Rendered<Props> {
  /** Where the component stands. */
  target: HTMLElement;
  /** Changes some of its props, as a parent would. */
  update(changes: Partial<Props>): void;
  unmount(): void;
}

let mounted: Rendered<never>[] = [];

/** Mounts a component into the document, until it or the test ends. */
export function render<Props extends object, Bindings extends keyof Props | ''>(
  component: Component<Props, object, Bindings>,
  props: NoInfer<Props>,
): Rendered<Props> {
  let current = $state.raw<Props>(props);
  // Raw, for a parent's values are handed on as they are; a setter each, for a prop may be bound.
  const reactive = Object.defineProperties(
    {},
    Object.fromEntries(
      Object.keys(props).map((key) => [
        key,
        {
          enumerable: true,
          get: () => current[key as keyof Props],
          set: (value: unknown) => (current = { ...current, [key]: value }),
        },
      ]),
    ),
  ) as Props;
  const target = document.body.appendChild(document.createElement('div'));
  const instance = mount(component, { target, props: reactive });
  flushSync();
  const rendered: Rendered<Props> = {
    target,
    update(changes) {
      current = { ...current, ...changes };
      flushSync();
    },
    unmount() {
      mounted = mounted.filter((one) => one !== (rendered as unknown));
      void unmount(instance);
      target.remove();
    },
  };
  mounted.push(rendered as unknown as Rendered<never>);
  return rendered;
}

/** What the tests' setup calls after each. */
export function unmountAll(): void {
  for (const one of mounted) one.unmount();
}
