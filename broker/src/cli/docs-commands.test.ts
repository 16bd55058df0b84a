import { readdirSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import type { CommandContext } from './context.js';
import { createProgram } from './program.js';

const docs = new URL('../../../docs/', import.meta.url);
const pages = [
  { name: 'README.md', text: readFileSync(new URL('../README.md', docs), 'utf8') },
  ...readdirSync(docs)
    .filter((name) => name.endsWith('.md') && name !== 'CHANGELOG.md')
    .map((name) => ({ name, text: readFileSync(new URL(name, docs), 'utf8') })),
];

/** What the docs tell people to type: `meshdeck ...` in blocks and in inline code, without comments and what is piped on. */
const lines = pages.flatMap(({ name, text }) => {
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) =>
    block.split('\n'),
  );
  const inline = [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  return [...blocks, ...inline].flatMap((line) => {
    const command = /^(?:npx )?meshdeck (.*)$/.exec(line.trim())?.[1]?.replace(/\s#.*$|[|>].*$/, '');
    return command === undefined ? [] : [{ name, words: command.trim().split(/\s+/) }];
  });
});

/** The first word of the line that the program does not know; undefined where it knows all. */
function unknownIn(program: Command, words: readonly string[]): string | undefined {
  let command = program;
  let isOperand = false;
  for (const word of words) {
    const flag = /^\[?(--[a-z-]+)/.exec(word)?.[1];
    if (flag !== undefined) {
      const isKnown = [...command.options, ...program.options].some(({ long }) => long === flag);
      if (!isKnown && flag !== '--help') return flag;
      continue;
    }
    const next = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (next !== undefined && !isOperand) command = next;
    else if (command.commands.length > 0 && /^[a-z-]+$/.test(word) && !isOperand) return word;
    else isOperand = true;
  }
  return undefined;
}

it('the docs name only commands and options that there are', () => {
  const program = createProgram({ env: {}, terminal: {} } as unknown as CommandContext);
  expect(lines.length).toBeGreaterThan(60);
  const unknown = lines.flatMap(({ name, words }) => {
    const word = unknownIn(program, words);
    return word === undefined ? [] : [`${name}: meshdeck ${words.join(' ')} (${word})`];
  });
  expect(unknown).toEqual([]);
});
