import { fireEvent } from '@testing-library/dom';
import { flushSync } from 'svelte';

/** What a person does to a page; each is shown before it returns. */
export const user = {
  click(element: Element): void {
    if (element instanceof HTMLElement) element.focus();
    fireEvent.click(element);
    flushSync();
  },
  type(field: Element, text: string): void {
    fireEvent.input(field, { target: { value: text } });
    flushSync();
  },
  choose(field: Element, value: string): void {
    fireEvent.change(field, { target: { value } });
    flushSync();
  },
  press(element: Element, key: string): void {
    fireEvent.keyDown(element, { key });
    flushSync();
  },
  submit(form: HTMLElement): void {
    fireEvent.submit(form);
    flushSync();
  },
  drop(zone: Element, files: readonly File[]): void {
    fireEvent.drop(zone, { dataTransfer: { files } });
    flushSync();
  },
};
