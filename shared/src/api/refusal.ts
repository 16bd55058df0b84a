import { MeshdeckError } from '../errors.js';
import { problemSchema } from '../models/hub.js';
import { parseJson } from './parse-json.js';

/** The error that problem details [RFC 9457] carry; null where the text is none of ours, such as a proxy's page. */
export function refusalIn(text: string): MeshdeckError | null {
  const problem = problemSchema.safeParse(parseJson(text));
  if (!problem.success) return null;
  const { code, detail, technical } = problem.data;
  return new MeshdeckError(code, detail, technical === undefined ? {} : { detail: technical });
}
