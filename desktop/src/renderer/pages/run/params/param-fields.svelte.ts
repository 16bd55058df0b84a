import {
  collidingParams,
  ownValue,
  paramNameForm,
  paramNameRule,
  plainParam,
  readParam,
  type AppRuntime,
  type ParamDeclaration,
  type ParamDeclarations,
  type ParamValues,
} from '@meshdeck/shared';
import { SweepFields } from './sweep-fields.svelte.js';

/** One that no manifest declares. */
export interface FreeParam {
  key: number;
  name: string;
  text: string;
}

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

/** What the chosen app's script is to run with: a field for each declared parameter, or rows of one's own. */
export class ParamFields {
  /** Undefined: the app declares nothing, so anything may be given. */
  declared = $state.raw<ParamDeclarations | undefined>(undefined);
  /** A model takes none. */
  takes = $state(false);
  texts = $state<Record<string, string>>({});
  rows = $state<FreeParam[]>([]);
  /** Those that take several values; what is swept is not given by itself. */
  readonly sweep = new SweepFields(() => this.declared);
  #app = '';
  #nextKey = 0;

  /** What stands against each declared one, by its name; sentences. */
  problems = $derived.by(() => {
    const found: Record<string, string> = {};
    for (const [name, declaration] of Object.entries(this.declared ?? {})) {
      if (this.sweep.names.includes(name)) continue;
      const problem = this.#problemWith(declaration, this.textOf(name));
      if (problem !== undefined) found[name] = problem;
    }
    return found;
  });

  rowsProblem = $derived.by(() => {
    const names = this.rows.map(({ name }) => name.trim());
    const bad = names.find((name) => !paramNameForm.test(name));
    if (bad !== undefined)
      return bad === '' ? 'A parameter has no name yet.' : `"${bad}" is no name: ${paramNameRule}.`;
    const twice = names.find((name, at) => names.indexOf(name) !== at);
    if (twice !== undefined) return `The parameter "${twice}" is given twice.`;
    const colliding = collidingParams(names);
    return colliding === undefined ? null : `${capital(colliding)}.`;
  });

  isWell = $derived(
    !this.takes ||
      (this.sweep.problem === null &&
        (this.declared === undefined ? this.rowsProblem === null : Object.keys(this.problems).length === 0)),
  );

  /** Another app, or the same in another version: what was given stays where it has a place there. */
  declare(app: { ref: string; runtime: AppRuntime; params?: ParamDeclarations | undefined }): void {
    if (app.ref !== this.#app && this.#app !== '') {
      this.sweep.rows = [];
      this.rows = [];
      this.texts = {};
    }
    this.#app = app.ref;
    this.takes = app.runtime !== 'onnx';
    this.declared = app.params;
    if (app.params === undefined) return;
    const given = (name: string) => this.rows.find((row) => row.name === name)?.text;
    const texts = Object.entries(app.params).map(([name, { default: byDefault }]) => [
      name,
      ownValue(this.texts, name) ?? given(name) ?? (byDefault === undefined ? '' : String(byDefault)),
    ]);
    this.texts = Object.fromEntries(texts) as Record<string, string>;
  }

  /** What stands in a declared one's field. */
  textOf = (name: string): string => ownValue(this.texts, name) ?? '';

  /** As an earlier job ran. */
  take(values: ParamValues = {}): void {
    this.#app = '';
    this.texts = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
    this.rows = Object.entries(values).map(([name, value]) => this.#row(name, String(value)));
  }

  add(): void {
    this.rows.push(this.#row('', ''));
  }

  remove(key: number): void {
    this.rows = this.rows.filter((row) => row.key !== key);
  }

  /** For the request; undefined where nothing is given. */
  values(): ParamValues | undefined {
    if (!this.takes) return undefined;
    const all = this.declared === undefined ? this.#rowValues() : this.#declaredValues(this.declared);
    const given = all.filter(([name]) => !this.sweep.names.includes(name));
    return given.length === 0 ? undefined : Object.fromEntries(given);
  }

  #rowValues = () => this.rows.map(({ name, text }) => [name.trim(), plainParam(text)] as const);

  #declaredValues(declared: ParamDeclarations): (readonly [string, string])[] {
    return Object.keys(declared)
      .map((name) => [name, this.textOf(name)] as const)
      .filter(([name, text]) => text !== '' || declared[name]?.default !== undefined);
  }

  #row = (name: string, text: string): FreeParam => ({ key: (this.#nextKey += 1), name, text });

  #problemWith(declaration: ParamDeclaration, text: string): string | undefined {
    if (text === '' && declaration.default === undefined)
      return declaration.optional === true ? undefined : 'It has no default and has to be given.';
    const read = readParam(declaration, text);
    return 'problem' in read ? `It ${read.problem}.` : undefined;
  }
}
