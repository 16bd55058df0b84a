import { screen } from '@testing-library/dom';
import { expect, it, vi } from 'vitest';
import { render } from '../testing/render.svelte.js';
import { user } from '../testing/user.js';
import Menu from './Menu.svelte';

const open = () => {
  const run = vi.fn();
  render(Menu, {
    label: 'Actions',
    items: [
      { label: 'Cordon', run: () => run('cordon') },
      { label: 'Measure', disabled: true, run: () => run('measure') },
      { label: 'Remove', danger: true, run: () => run('remove') },
    ],
  });
  const button = screen.getByRole('button', { name: 'Actions' });
  user.click(button);
  return { run, button, menu: screen.getByRole('menu', { name: 'Actions' }) };
};
const focused = () => document.activeElement?.textContent.trim();

it('says whether it is open, and begins at its first entry', () => {
  const { button } = open();
  expect(button.getAttribute('aria-expanded')).toBe('true');
  expect(focused()).toBe('Cordon');
});

it('is walked by arrow keys in a ring that leaves out what cannot be chosen', () => {
  const { menu } = open();
  user.press(menu, 'ArrowDown');
  expect(focused()).toBe('Remove');
  user.press(menu, 'ArrowDown');
  expect(focused()).toBe('Cordon');
  user.press(menu, 'ArrowUp');
  expect(focused()).toBe('Remove');
  user.press(menu, 'Home');
  expect(focused()).toBe('Cordon');
  user.press(menu, 'End');
  expect(focused()).toBe('Remove');
});

it('closes with what was chosen, and the focus is on its button again', () => {
  const { run, button } = open();
  user.click(screen.getByRole('menuitem', { name: 'Remove' }));
  expect(run).toHaveBeenCalledExactlyOnceWith('remove');
  expect(button.getAttribute('aria-expanded')).toBe('false');
  expect(document.activeElement).toBe(button);
});

it('closes when the focus is tabbed out of it', () => {
  const { button, menu } = open();
  user.press(menu, 'Tab');
  expect(button.getAttribute('aria-expanded')).toBe('false');
});
