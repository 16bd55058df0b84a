import { expect, it } from 'vitest';
import { installationFailed } from './complaint.js';

const findings = () => ({
  onlySource: new Set<string>(),
  alsoSource: new Set<string>(),
  problems: new Set<string>(),
});
const failure = (tail: string, found = findings()) =>
  installationFailed({ file: 'requirements.txt', tail, findings: found, sourceBuilds: true });

it.each([
  [
    'ERROR: Could not find a version that satisfies the requirement nosuch==9 (from versions: none)\nERROR: No matching distribution found for nosuch==9',
    'No matching distribution found for nosuch==9.',
  ],
  [
    'ERROR: Cannot install a==1 and b==2 because these package versions have conflicting dependencies.\nERROR: ResolutionImpossible: for help visit https://pip.pypa.io/',
    'Cannot install a==1 and b==2 because these package versions have conflicting dependencies.',
  ],
  [
    'npm error code ETARGET\nnpm error notarget No matching version found for left-pad@^99.',
    'as it is written',
  ],
  [
    'npm error code ERESOLVE\nnpm error ERESOLVE unable to resolve dependency tree',
    'ERESOLVE unable to resolve',
  ],
  ["npm error code E404\nnpm error 404  'nosuch@1' is not in this registry.", 'nosuch@1'],
])('tries a list once that no machine can install: %s', (tail, words) => {
  const { code, message } = failure(tail);
  expect(code).toBe('app-invalid');
  expect(message).toContain(words);
});

it.each([
  'ERROR: Ignored the following versions that require a different python version: 2.0 Requires-Python >=3.12\nERROR: No matching distribution found for x==2.0',
  'npm error code EBADPLATFORM\nnpm error notsup Unsupported platform',
  'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES',
  'Read timed out.',
])('leaves to other machines what one of them may do: %s', (tail) => {
  expect(failure(tail).code).toBe('requirements-failed');
});

it('lets another machine try where something could not be reached', () => {
  const found = findings();
  found.problems.add('https://pypi.org/simple/: refused');
  expect(failure('ERROR: No matching distribution found for numpy', found).code).toBe('requirements-failed');
});
