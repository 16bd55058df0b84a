import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTopic, topicKeys, topics, type TopicKey } from '@meshdeck/shared';
import { expect, it } from 'vitest';
import { root } from './build/paths.mjs';

const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => ({ name, text: readFileSync(join(root, 'docs', name), 'utf8') }));

const whose = { everybody: '', person: ', their own', job: ', whose job it is' } as const;

function row(key: TopicKey): string {
  const { from, to, people, amqp, qos, retain } = topics[key];
  const heard = people === undefined ? '' : `people: \`${people.action}\`${whose[people.whose]}`;
  const hearers = [to === 'people' ? '' : to, heard].filter((part) => part !== '').join('; ');
  const queue = amqp?.queue(`{${amqp.routingKey}}`) ?? '';
  const route = amqp === undefined ? '' : `\`${amqp.exchange}\`, \`{${amqp.routingKey}}\` -> \`${queue}\``;
  return `| \`${key}\` | ${from} | ${hearers} | ${qos}, ${retain} | ${route} |`.replace(/\| +\|$/, '| |');
}

it('the table of topics in docs/how-it-works.md is what the map says', () => {
  const text = pages.find(({ name }) => name === 'how-it-works.md')?.text ?? '';
  const written = text.split('\n').filter((line) => /^\| `(nodes|sensors|live)\/[\w{]/.test(line));
  expect(written).toEqual(topicKeys.map(row));
});

it('every topic that the docs name is one of the map', () => {
  const unknown = pages.flatMap(({ name, text }) => {
    const whole = [...text.matchAll(/meshdeck\/v1\/[\w{}/-]*\w/g)].map(([topic]) => topic);
    const kinds = [...text.matchAll(/`((?:nodes|sensors|live)\/\{\w+\}\/\w+)`/g)].map(
      ([, kind = '']) => kind,
    );
    return [
      ...whole.filter((topic) => parseTopic(topic) === null),
      ...kinds.filter((kind) => !topicKeys.some((key) => key === kind)),
    ].map((topic) => `${name}: ${topic}`);
  });
  expect(unknown).toEqual([]);
});
