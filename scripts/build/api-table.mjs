import * as z from 'zod';

/** @typedef {import('../../shared/dist/api/index.js').Call} Call */

/** @param {string} name @returns {string} `jobViewSchema` is JobView */
const pascal = (name) => `${name[0]?.toUpperCase() ?? ''}${name.slice(1).replace(/Schema$/, '')}`;

/** What is worth a name; a number's schema is not. @param {unknown} schema */
const isStructured = (schema) =>
  [z.ZodObject, z.ZodUnion, z.ZodRecord].some((kind) => schema instanceof kind);

/** @param {unknown} schema @returns {[inner: z.ZodType, mayBeLeftOut: boolean]} */
function unwrapped(schema) {
  let inner = /** @type {z.ZodType} */ (schema);
  let isOptional = false;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable || inner instanceof z.ZodDefault) {
    isOptional ||= !(inner instanceof z.ZodNullable);
    inner = /** @type {z.ZodType} */ (inner.unwrap());
  }
  return [inner, isOptional];
}

/** @param {z.ZodType} schema @param {ReadonlyMap<unknown, string>} names @returns {string} */
function shapeOf(schema, names) {
  const [inner] = unwrapped(schema);
  const known = names.get(schema) ?? names.get(inner);
  if (known !== undefined) return known;
  if (inner instanceof z.ZodArray) return `${shapeOf(/** @type {z.ZodType} */ (inner.element), names)}[]`;
  if (!(inner instanceof z.ZodObject)) return '';
  const keys = Object.entries(inner.shape).map(([key, part]) => {
    const [, isOptional] = unwrapped(part);
    const shape = shapeOf(part, names).replace(/^\[\]$/, '');
    return `${key}${isOptional ? '?' : ''}${shape === '' ? '' : `: ${shape}`}`;
  });
  return `{${keys.join(', ')}}`;
}

/** Names stand as they are, shapes as code. @param {string} shape */
const word = (shape) => (/[{[]/.test(shape) ? `\`${shape}\`` : shape);

/** @param {Call} call @param {ReadonlyMap<unknown, string>} names @returns {string} */
function asks({ body, takes }, names) {
  if (takes !== undefined) return 'raw bytes';
  if (body === undefined) return '';
  const [, isOptional] = unwrapped(body);
  return `${word(shapeOf(body, names))}${isOptional ? ', or nothing' : ''}`;
}

/** @param {Call} call @param {ReadonlyMap<unknown, string>} names @returns {string} */
function answers({ answer, gives, redirects }, names) {
  if (gives !== undefined) return gives.mediaType;
  if (redirects !== undefined) return 'a redirection';
  return answer === undefined ? '' : word(shapeOf(answer, names));
}

/** @param {Call} call */
function needs({ action, actionBy }) {
  if (action === 'anyone') return 'open';
  const others = Object.entries(actionBy?.actions ?? {}).map(([value, other]) => `, ${value}: ${other}`);
  return `${action}${others.join('')}`;
}

/** @param {Call} call @param {ReadonlyMap<unknown, string>} names */
function row(call, names) {
  const query = Object.keys(call.query?.shape ?? {}).map((name) => `${name}=`);
  const path = `${call.path}${query.length === 0 ? '' : `?${query.join('&')}`}`;
  const body = asks(call, names);
  const given = answers(call, names);
  const flow = given === '' ? body : `${body === '' ? '' : `${body} `}-> ${given}`;
  const told = [call.summary, call.description].filter((text) => text !== undefined);
  const words = told.map((text) => text.replace(/\.?$/, '.')).join(' ');
  return `| \`${call.method} ${path}\` | ${needs(call)} | ${flow.replaceAll('|', '\\|')} | ${words.replaceAll('|', '\\|')} |`;
}

/**
 * The table of calls in docs/api.md, by tag.
 *
 * @param {readonly Call[]} calls
 * @param {Record<string, string>} tags in the order of the page
 * @param {Record<string, unknown>} schemas the module that exports the schemas: they are named by their exports
 */
export function apiTable(calls, tags, schemas) {
  const names = new Map(
    Object.entries(schemas).flatMap(([name, schema]) =>
      name.endsWith('Schema') && isStructured(schema) ? [[schema, pascal(name)]] : [],
    ),
  );
  return Object.entries(tags)
    .map(([tag, title]) => {
      const rows = calls.filter((call) => call.tag === tag).map((call) => row(call, names));
      return [
        `### ${title}`,
        '',
        '| call | needs | body -> answer | what it does |',
        '|---|---|---|---|',
        ...rows,
      ].join('\n');
    })
    .join('\n\n');
}

const [begin, end] = ['<!-- calls: written by scripts/api-table.mjs -->', '<!-- end of calls -->'];

/** The page with this table between its marks. @param {string} page @param {string} table */
export function withApiTable(page, table) {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`docs/api.md has no "${begin}" before "${end}".`);
  return `${page.slice(0, from)}${begin}\n\n${table}\n\n${page.slice(to)}`;
}
