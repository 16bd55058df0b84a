import {
  mostSweepJobs,
  paramNameForm,
  plainParam,
  readParam,
  sweepSize,
  type ParamDeclarations,
  type ParamValue,
  type SweepAxis,
} from '@meshdeck/shared';

interface SweptParam {
  key: number;
  name: string;
  /** Values with commas between them. */
  text: string;
}

const valuesOf = (text: string): string[] => text.split(',').map((one) => one.trim());

/** Parameters that take several values, for a job each. */
export class SweepFields {
  rows = $state<SweptParam[]>([]);
  #nextKey = 0;
  #declared: () => ParamDeclarations | undefined;

  constructor(declared: () => ParamDeclarations | undefined) {
    this.#declared = declared;
  }

  names = $derived(this.rows.map(({ name }) => name.trim()));
  /** What stands against it, as a sentence; null where nothing does. */
  problem = $derived.by(() => {
    for (const { name, text } of this.rows) {
      const problem = this.#problemWith(name.trim(), text);
      if (problem !== null) return problem;
    }
    if (this.names.some((name, at) => this.names.indexOf(name) !== at))
      return 'A parameter is swept twice: give all its values in one row.';
    return this.size <= mostSweepJobs
      ? null
      : `That would make ${this.size.toLocaleString('en-US')} jobs; ${mostSweepJobs} are the most.`;
  });
  /** How many jobs it makes. */
  size = $derived(sweepSize(this.rows.map(({ text }) => ({ values: valuesOf(text) }))));

  add(): void {
    const free = Object.keys(this.#declared() ?? {}).find((name) => !this.names.includes(name));
    this.rows.push({ key: (this.#nextKey += 1), name: free ?? '', text: '' });
  }

  remove(key: number): void {
    this.rows = this.rows.filter((row) => row.key !== key);
  }

  axes(): SweepAxis[] {
    return this.rows.map(({ name, text }) => ({
      param: name.trim(),
      values: valuesOf(text).map(plainParam),
    }));
  }

  #problemWith(name: string, text: string): string | null {
    if (!paramNameForm.test(name)) return 'Name the parameter that is swept.';
    const values: ParamValue[] = valuesOf(text).map(plainParam);
    if (values.includes('')) return `Give the values of "${name}" with commas between them, such as 1, 2, 3.`;
    // Nobody waits for the comparison of a hundred thousand.
    if (values.length > mostSweepJobs)
      return `"${name}" has ${values.length.toLocaleString('en-US')} values; ${mostSweepJobs} are the most.`;
    const twice = values.find((value, at) => values.indexOf(value) !== at);
    if (twice !== undefined) return `"${name}" has ${twice} twice.`;
    const declared = this.#declared();
    const declaration = declared !== undefined && Object.hasOwn(declared, name) ? declared[name] : undefined;
    if (declaration === undefined)
      return declared === undefined ? null : `The app has no parameter "${name}".`;
    for (const value of values) {
      const read = readParam(declaration, value);
      if ('problem' in read) return `"${name}" ${read.problem}.`;
    }
    return null;
  }
}
