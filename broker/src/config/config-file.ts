import { readFileSync } from 'node:fs';
import { MeshdeckError } from '@meshdeck/shared';
import * as z from 'zod';
import { hubConfigSchema } from './hub-config-schema.js';

const anyObject = z.record(z.string(), z.unknown());

/**
 * The settings of a JSON config file, not yet checked one by one; `$schema` is allowed and dropped.
 *
 * @throws MeshdeckError `invalid-config`
 */
export function readConfigFile(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new MeshdeckError(
      'invalid-config',
      `The config file ${path} cannot be read. Check the path given with --config or MESHDECK_CONFIG.`,
      { cause },
    );
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new MeshdeckError('invalid-config', `The config file ${path} is not valid JSON.`, { cause });
  }
  const object = anyObject.safeParse(parsed);
  if (!object.success || Array.isArray(parsed)) {
    throw new MeshdeckError('invalid-config', `The config file ${path} must hold one JSON object.`);
  }
  const { $schema: _schema, ...values } = object.data;
  const unknown = Object.keys(values).find((key) => !(key in hubConfigSchema.shape));
  if (unknown !== undefined) {
    throw new MeshdeckError(
      'invalid-config',
      `"${unknown}" in ${path} is no setting. The settings are ${Object.keys(hubConfigSchema.shape).join(', ')}.`,
    );
  }
  return values;
}
