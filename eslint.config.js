import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

const nodeModules = [
  'node:*',
  'fs',
  'path',
  'os',
  'net',
  'tls',
  'http',
  'https',
  'crypto',
  'child_process',
  'stream',
];

/** `isNaN('x')` is true: these two make a number of whatever they get first. */
const coercing = ['isNaN', 'isFinite'].map((name) => ({
  name,
  message: `Use Number.${name}, which takes numbers as they are.`,
}));

/** Properties of `window` that look like a variable of ours whose declaration was forgotten; TypeScript knows them, too. */
const windowProperties = [
  ...['close', 'closed', 'event', 'external', 'find', 'focus', 'frames', 'length'],
  ...['menubar', 'name', 'open', 'opener', 'origin', 'parent', 'print', 'scroll', 'screen', 'self', 'status'],
  ...['stop', 'toolbar', 'top'],
].map((name) => ({ name, message: `Write window.${name} where that is meant.` }));

/** What one of browser and Node lacks. */
const oneSided = [
  'process',
  'Buffer',
  'global',
  '__dirname',
  'require',
  'window',
  'document',
  'navigator',
  'localStorage',
].map((name) => ({ name, message: 'shared runs in browsers, Node and Electron alike.' }));

/** Two programs hold all TypeScript below `typed`: each more takes lint as long again to read what packages declare. */
const projects = ['tsconfig.lint.json', 'desktop/src/renderer/tsconfig.json'];
const typed = [
  '{shared,broker,mesh-node,desktop,testing}/src/**/*.ts',
  'testing/integration/**/*.ts',
  'desktop/src/renderer/**/*.svelte',
  'e2e/**/*.ts',
];

/** Folders may import what stands left of them: shared <- { broker, mesh-node, desktop } <- testing <- tests, benchmarks, scripts. */
const packages = ['shared', 'broker', 'mesh-node', 'desktop'];
const allowed = { shared: [], broker: ['shared'], 'mesh-node': ['shared'], desktop: ['shared'] };

const runtimeOfNode = ['@meshdeck/shared/runtime', '@meshdeck/shared/runtime/*', '**/shared/src/runtime/**'];
const notForPages = { group: runtimeOfNode, message: 'It needs Node: pages cannot load it.' };
const notForContract = {
  group: ['**/runtime/**', ...runtimeOfNode],
  message: 'The contract runs in browsers, too; shared/src/runtime is for Node and builds on it.',
};
const nothingOfNode = {
  group: [...nodeModules, 'electron', 'electron/*', 'svelte', 'svelte/*'],
  message: 'shared runs in browsers, Node and Electron alike and imports none of them.',
};
/** It throws where the system refuses, in a timer too. */
const interfacesByOurReader = {
  name: 'node:os',
  importNames: ['networkInterfaces'],
  message: 'Use readNetworkInterfaces of @meshdeck/shared/runtime, which never throws.',
};

const insideOf = (names) => names.flatMap((name) => [`**/${name}/src/**`, `**/${name}/dist/**`]);
const toTesting = {
  group: ['@meshdeck/testing', '@meshdeck/testing/*', '**/testing/{src,dist,integration}/**'],
  message: 'What runs for people imports nothing that is there for tests.',
};
const toEndToEnd = {
  group: ['**/e2e/**'],
  message: 'What the end-to-end tests share with others is in testing/.',
};
const ofTesting = {
  group: ['**/testing/src/**', '**/testing/dist/**'],
  message: 'Import it by its name: @meshdeck/testing/...',
};

/** A package's tests stand on it and on testing: where hub and agent meet, they meet in testing/integration or in e2e. */
function unitTests(name) {
  const others = packages.filter((other) => other !== name);
  return {
    files: [`${name}/**/*.test.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            toEndToEnd,
            ofTesting,
            {
              group: insideOf(others),
              message: 'A unit test imports no other package from inside; testing/integration joins two.',
            },
            {
              group: ['**/scripts/**', '**/bench/**'],
              message: 'What tests share with scripts and benchmarks is in testing/.',
            },
          ],
        },
      ],
    },
  };
}

/** What stands outside the packages uses them by their exports, or starts them as programs. Their types may be named. */
function outsiders(files, ...more) {
  return {
    files,
    // The simulator is the hub's placement itself on another clock; its code comes from the sources as they are.
    ignores: ['bench/simulate/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: insideOf(packages),
              allowTypeImports: true,
              message:
                'By its exports, or started as a program; testing/integration joins packages from inside.',
            },
            ...more,
          ],
        },
      ],
    },
  };
}

/** `name`: of a package; `files`: of what in it; `further`: patterns that are forbidden there besides. */
function importOrder(name, { files = [`${name}/**/*.{ts,mjs,js,svelte}`], ignores = [], further = [] } = {}) {
  const forbidden = packages.filter((other) => other !== name && !allowed[name].includes(other));
  return {
    files,
    ignores: ['**/*.test.ts', ...ignores],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [interfacesByOurReader],
          patterns: [
            {
              group: forbidden.flatMap((other) => [
                `@meshdeck/${other}`,
                `@meshdeck/${other}/*`,
                `**/${other}/src/**`,
              ]),
              message: `${name} may not import it: shared <- { broker, mesh-node, desktop }.`,
            },
            toTesting,
            toEndToEnd,
            ...further,
          ],
        },
      ],
    },
  };
}

export default ts.config(
  { ignores: ['**/dist/**', '**/node_modules/**', 'release/**', 'test-results/**', 'playwright-report/**'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.node } },
    rules: {
      'no-console': 'error',
      'no-duplicate-imports': ['error', { allowSeparateTypeImports: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-globals': ['error', ...coercing],
    },
  },
  importOrder('shared', { ignores: ['shared/src/runtime/**'], further: [nothingOfNode, notForContract] }),
  importOrder('shared', {
    files: ['shared/src/runtime/**'],
    ignores: ['shared/src/runtime/network-interfaces.ts'],
  }),
  importOrder('broker'),
  // What keeps packages from this machine's own addresses would rather refuse than not know them.
  importOrder('mesh-node', { ignores: ['mesh-node/src/network/address.ts'] }),
  importOrder('desktop'),
  importOrder('desktop', { files: ['desktop/src/renderer/**'], further: [notForPages] }),
  ...packages.map(unitTests),
  outsiders(['e2e/**', 'scripts/**', 'bench/**', 'sample-apps/**']),
  outsiders(['testing/src/**'], toEndToEnd),
  {
    files: ['shared/**'],
    ignores: ['**/*.test.ts', 'shared/src/runtime/**'],
    languageOptions: { globals: globals['shared-node-browser'] },
    rules: { 'no-restricted-globals': ['error', ...coercing, ...oneSided] },
  },
  {
    files: ['desktop/src/renderer/**'],
    languageOptions: { globals: globals.browser, parserOptions: { parser: ts.parser } },
    rules: { 'no-restricted-globals': ['error', ...coercing, ...windowProperties] },
  },
  {
    files: typed,
    languageOptions: {
      parserOptions: {
        project: projects,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      // A rejection that nobody takes ends a process; `void` says that there is none, or that it is taken where it arises.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      // A `default` that calls `assertNever` closes a union as well.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['**/cli/**', 'scripts/**', '**/bench/**', 'sample-apps/**', '**/bin/**', 'e2e/**', '.ci/**'],
    rules: { 'no-console': 'off' },
  },
);
