/** `:checked` finds the chosen option of a select [HTML §4.16.3], which Svelte's `bind:value` asks for and happy-dom does not know. */
export function findCheckedOptions(): void {
  const { querySelector } = Element.prototype;
  Object.defineProperty(HTMLSelectElement.prototype, 'querySelector', {
    configurable: true,
    value(this: HTMLSelectElement, selector: string) {
      return selector === ':checked' ? (this.selectedOptions[0] ?? null) : querySelector.call(this, selector);
    },
  });
}
