import { screen, waitFor } from '@testing-library/dom';
import { beforeEach, expect, it, vi } from 'vitest';
import { nodes } from '../../live/nodes.svelte.js';
import { clock } from '../../state/clock.svelte.js';
import { toasts } from '../../state/toasts.svelte.js';
import { answerCalls, refusal } from '../../testing/hub-answers.js';
import { machine } from '../../testing/machines.js';
import { render } from '../../testing/render.svelte.js';
import { user } from '../../testing/user.js';
import CompareCodeDialog from './CompareCodeDialog.svelte';
import PendingMachines from './PendingMachines.svelte';

const asking = machine('newcomer', { membership: 'pending', code: '123456', codeExpiresAt: 160_000 });
const approve = () => screen.getByRole<HTMLButtonElement>('button', { name: 'The same: approve machine' });
beforeEach(() => {
  clock.now = 100_000;
});

it('asks for the comparison before anything is approved', () => {
  const calls = answerCalls({});
  render(PendingMachines, { machines: [asking] });
  expect(screen.getByLabelText('Code 123456')).toBeTruthy();
  user.click(screen.getByRole('button', { name: 'Approve machine newcomer' }));
  expect(screen.getByRole('dialog', { name: 'Compare the codes' })).toBeTruthy();
  expect(calls).toEqual([]);
});

it('cannot approve a machine that shows no code', () => {
  render(PendingMachines, { machines: [machine('newcomer', { membership: 'pending', code: null })] });
  expect(screen.getByRole<HTMLButtonElement>('button', { name: /^Approve/ }).disabled).toBe(true);
});

it('approves the very code that was compared', async () => {
  const onclose = vi.fn();
  const calls = answerCalls({
    [`POST /api/v1/nodes/${asking.id}/approve`]: () => ({ ...asking, membership: 'joined', code: null }),
  });
  render(CompareCodeDialog, { machine: asking, onclose });
  expect(screen.getByText(/good for another 1 min/)).toBeTruthy();
  user.click(approve());
  await waitFor(() => expect(onclose).toHaveBeenCalledTimes(1));
  expect(calls.map(({ body }) => body)).toEqual([{ code: '123456' }]);
  expect(nodes.items.get(asking.id)?.membership).toBe('joined');
  expect(toasts.shown.map(({ message }) => message)).toEqual(['newcomer has joined.']);
});

it('approves nothing once the machine shows another code than the one that was compared', () => {
  const { update } = render(CompareCodeDialog, { machine: asking, onclose: vi.fn() });
  update({ machine: { ...asking, code: '999999' } });
  expect(approve().disabled).toBe(true);
  expect(screen.getByRole('status').textContent).toContain('stopped asking with this code');
  expect(screen.getByLabelText('Code 123456'), 'the code that was looked at stays').toBeTruthy();
});

it('stays with the reason where the hub says the codes differ', async () => {
  const onclose = vi.fn();
  answerCalls({
    [`POST /api/v1/nodes/${asking.id}/approve`]: () => {
      throw refusal('code-mismatch', 'That machine shows another code.');
    },
  });
  render(CompareCodeDialog, { machine: asking, onclose });
  user.click(approve());
  expect((await screen.findByRole('alert')).textContent).toContain('That machine shows another code.');
  expect(onclose).not.toHaveBeenCalled();
});
