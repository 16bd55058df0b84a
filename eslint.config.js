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

/** Folders may import what stands left of them: shared <- { broker, mesh-node, desktop }. */
const packages = ['shared', 'broker', 'mesh-node', 'desktop'];
const allowed = { shared: [], broker: ['shared'], 'mesh-node': ['shared'], desktop: ['shared'] };

function importOrder(name) {
  const forbidden = packages.filter((other) => other !== name && !allowed[name].includes(other));
  return {
    files: [`${name}/**/*.{ts,mjs,js,svelte}`],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: forbidden.flatMap((other) => [
                `@meshdeck/${other}`,
                `@meshdeck/${other}/*`,
                `**/${other}/src/**`,
              ]),
              message: `${name} may not import it: shared <- { broker, mesh-node, desktop }.`,
            },
            ...(name === 'shared'
              ? [
                  {
                    group: [...nodeModules, 'electron', 'electron/*', 'svelte', 'svelte/*'],
                    message: 'shared runs in browsers, Node and Electron alike and imports none of them.',
                  },
                ]
              : []),
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
      'no-restricted-globals': ['error'],
    },
  },
  ...packages.map(importOrder),
  { files: ['shared/**'], languageOptions: { globals: globals['shared-node-browser'] } },
  {
    files: ['desktop/src/renderer/**'],
    languageOptions: { globals: globals.browser, parserOptions: { parser: ts.parser } },
  },
  {
    files: ['**/cli/**', 'scripts/**', 'bench/**', 'sample-apps/**', '**/bin/**', 'e2e/**', '.ci/**'],
    rules: { 'no-console': 'off' },
  },
);
