import { screen, waitFor } from '@testing-library/dom';
import { expect, it, vi } from 'vitest';
import { nodes } from '../../live/nodes.svelte.js';
import { toasts } from '../../state/toasts.svelte.js';
import { answerCalls, refusal } from '../../testing/hub-answers.js';
import { knowMachines, machine } from '../../testing/machines.js';
import { signIn } from '../../testing/people.js';
import { render } from '../../testing/render.svelte.js';
import { user } from '../../testing/user.js';
import EditMachineDialog from './EditMachineDialog.svelte';
import MachineMenu from './MachineMenu.svelte';

const entries = () => screen.getAllByRole('menuitem').map((item) => item.firstChild?.textContent?.trim());

it('offers what fits the state of the machine', () => {
  signIn();
  const { update } = render(MachineMenu, { node: machine('lab-1') });
  expect(entries()).toEqual(['Cordon', 'Drain', 'Measure again', 'Rename and labels…', 'Remove machine…']);
  update({ node: machine('lab-1', { scheduling: 'draining', presence: 'lost', lostReason: 'stopped' }) });
  expect(entries()).toEqual(['Open again', 'Measure again', 'Rename and labels…', 'Remove machine…']);
  expect(screen.getByRole<HTMLButtonElement>('menuitem', { name: /Measure again/ }).disabled).toBe(true);
});

it('offers nothing to those who look after other machines only', () => {
  signIn({ role: 'machine-owner', rights: { 'machines.manage': 'own' } });
  const { update } = render(MachineMenu, { node: machine('lab-1') });
  expect(screen.queryByRole('menuitem')).toBeNull();
  update({ node: machine('lab-1', { owner: { id: 'ada', name: 'Ada Lovelace' } }) });
  expect(entries()).toContain('Cordon');
});

it('shows what the hub made of an action at once', async () => {
  signIn();
  answerCalls({
    'POST /api/v1/nodes/id-of-lab-1/cordon': () => machine('lab-1', { scheduling: 'cordoned' }),
  });
  render(MachineMenu, { node: machine('lab-1') });
  user.click(screen.getByRole('menuitem', { name: /^Cordon/ }));
  await waitFor(() => expect(nodes.items.get('id-of-lab-1')?.scheduling).toBe('cordoned'));
  expect(toasts.shown).toMatchObject([{ tone: 'good', message: 'lab-1 takes no new work.' }]);
});

it('removes a machine only when that is confirmed, and names what it works on', async () => {
  signIn();
  const busy = machine('lab-1', { slotsBusy: 2 });
  knowMachines(busy);
  const onremoved = vi.fn();
  const calls = answerCalls({ 'DELETE /api/v1/nodes/id-of-lab-1': () => undefined });
  render(MachineMenu, { node: busy, onremoved });
  user.click(screen.getByRole('menuitem', { name: 'Remove machine…' }));
  expect(screen.getByRole('dialog').textContent).toContain('The 2 attempts it works on now');
  expect(calls).toEqual([]);
  user.click(screen.getByRole('button', { name: 'Remove machine' }));
  await waitFor(() => expect(onremoved).toHaveBeenCalledTimes(1));
  expect(nodes.list).toEqual([]);
});

it('does not let the live view overwrite what is being typed', () => {
  const { update } = render(EditMachineDialog, { node: machine('lab-1'), onclose: vi.fn() });
  user.type(screen.getByLabelText('Name'), 'corner');
  update({ node: machine('renamed elsewhere') });
  expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('corner');
});

it('saves labels as they are meant, and no labels that cannot be read', async () => {
  const onclose = vi.fn();
  const calls = answerCalls({ 'PATCH /api/v1/nodes/id-of-lab-1': () => machine('lab-1') });
  render(EditMachineDialog, { node: machine('lab-1', { labels: { gpu: '' } }), onclose });
  const labels = screen.getByLabelText<HTMLInputElement>(/Labels/);
  const save = screen.getByRole<HTMLButtonElement>('button', { name: 'Save machine' });
  expect(labels.value).toBe('gpu');
  user.type(labels, 'no good key=1');
  expect(save.disabled).toBe(true);
  expect(screen.getByRole('alert').textContent).toContain('key=value');
  user.type(labels, 'room=A12, gpu');
  user.submit(labels.form as HTMLFormElement);
  await waitFor(() => expect(onclose).toHaveBeenCalledTimes(1));
  expect(calls[0]?.body).toEqual({ name: 'lab-1', labels: { room: 'A12', gpu: '' } });
});

it('keeps the dialog open with the reason where a name is taken', async () => {
  const onclose = vi.fn();
  answerCalls({
    'PATCH /api/v1/nodes/id-of-lab-1': () => {
      throw refusal('already-exists', 'Another machine is called that.');
    },
  });
  render(EditMachineDialog, { node: machine('lab-1'), onclose });
  user.submit(document.querySelector('form') as HTMLFormElement);
  expect((await screen.findByRole('alert')).textContent).toContain('Another machine is called that.');
  expect(onclose).not.toHaveBeenCalled();
});
