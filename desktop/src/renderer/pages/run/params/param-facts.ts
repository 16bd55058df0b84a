import { formatParam, type ParamDeclaration } from '@meshdeck/shared';

const kinds: Record<ParamDeclaration['type'], string> = {
  number: 'number',
  integer: 'whole number',
  string: 'text',
  text: 'lines of text',
  boolean: '',
};

function rangeText({ min, max }: ParamDeclaration): string {
  if (min !== undefined && max !== undefined) return `${min} to ${max}`;
  if (min !== undefined) return `from ${min}`;
  return max === undefined ? '' : `up to ${max}`;
}

function usualText({ default: byDefault, optional }: ParamDeclaration): string {
  if (byDefault !== undefined) return `default ${byDefault === '' ? 'empty' : formatParam(byDefault)}`;
  return optional === true ? 'may be left out' : 'needed';
}

/** `number, 0 to 10, default 1`: what a person has to know of a parameter beside its help. */
export function paramFacts(declaration: ParamDeclaration): string {
  const kind = (declaration.choices ?? []).length > 0 ? '' : kinds[declaration.type];
  return [kind, rangeText(declaration), usualText(declaration)].filter((part) => part !== '').join(', ');
}
