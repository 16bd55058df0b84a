import { screen } from '@testing-library/dom';
import { expect, it, vi } from 'vitest';
import { render } from '../testing/render.svelte.js';
import { user } from '../testing/user.js';
import SortHeader from './SortHeader.svelte';
import type { Sorting } from './sorting.js';

const header = (sorting: Sorting<string>) => {
  const onsort = vi.fn();
  const rendered = render(SortHeader, { label: 'Name', by: 'name', sorting, onsort });
  return { onsort, ...rendered, cell: rendered.target.querySelector('th') };
};

it('begins upwards where another column leads', () => {
  const { onsort, cell } = header({ by: 'rank', descending: true });
  expect(cell?.getAttribute('aria-sort')).toBe('none');
  user.click(screen.getByRole('button', { name: 'Name' }));
  expect(onsort).toHaveBeenCalledExactlyOnceWith({ by: 'name', descending: false });
});

it('turns round where it leads itself', () => {
  const { onsort, cell, update } = header({ by: 'name', descending: false });
  expect(cell?.getAttribute('aria-sort')).toBe('ascending');
  user.click(screen.getByRole('button', { name: 'Name' }));
  expect(onsort).toHaveBeenLastCalledWith({ by: 'name', descending: true });
  update({ sorting: { by: 'name', descending: true } });
  expect(cell?.getAttribute('aria-sort')).toBe('descending');
  user.click(screen.getByRole('button', { name: 'Name' }));
  expect(onsort).toHaveBeenLastCalledWith({ by: 'name', descending: false });
});
