import { expect, it } from 'vitest';
import { labelsFromText, labelsToText } from './label-text.js';

it('reads labels as people type them and writes them back', () => {
  const read = labelsFromText(' room=A,gpu ,\n rack = 2=b ');
  expect(read).toEqual({ labels: { room: 'A', gpu: '', rack: '2=b' } });
  expect(labelsToText({ room: 'A', gpu: '', rack: '2=b' })).toBe('room=A, gpu, rack=2=b');
  expect(labelsFromText('')).toEqual({ labels: {} });
});

it('says how labels are written when it cannot read them', () => {
  expect(labelsFromText('=x')).toHaveProperty('problem');
  expect(labelsFromText('a b=x')).toHaveProperty('problem');
});
