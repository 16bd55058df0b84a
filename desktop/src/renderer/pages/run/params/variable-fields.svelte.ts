import { reservedVariable, type JobOptions, type SecretView } from '@meshdeck/shared';

interface Variable {
  key: number;
  name: string;
  text: string;
}

/** Variables of the script's environment, and the secrets that become some. */
export class VariableFields {
  rows = $state<Variable[]>([]);
  /** Names of those that the run uses. */
  chosen = $state<string[]>([]);
  /** What there is to choose from; one's own before the lab's of the same name. */
  known = $state.raw<readonly SecretView[]>([]);
  #nextKey = 0;

  problem = $derived.by(() => {
    const names = this.rows.map(({ name }) => name.trim());
    for (const name of names) {
      if (name === '') return 'A variable has no name yet.';
      const reason = reservedVariable(name);
      if (reason !== undefined) return `"${name}" cannot be set: it ${reason}.`;
    }
    const twice = names.find((name, at) => names.indexOf(name) !== at || this.chosen.includes(name));
    return twice === undefined ? null : `"${twice}" is given twice.`;
  });

  /** Each name once, and whose it is; one that is chosen and there no more can be taken back. */
  choices = $derived.by(() => {
    const names = [...this.known.map(({ name }) => name), ...this.chosen];
    const once = names.filter((name, at) => names.indexOf(name) === at);
    return once.map((name) => ({
      ...{ name, isChosen: this.chosen.includes(name) },
      whose: this.known.find((one) => one.name === name)?.whose ?? null,
    }));
  });

  add(): void {
    this.rows.push({ key: (this.#nextKey += 1), name: '', text: '' });
  }

  remove(key: number): void {
    this.rows = this.rows.filter((row) => row.key !== key);
  }

  choose(name: string, isChosen: boolean): void {
    this.chosen = isChosen ? [...this.chosen, name] : this.chosen.filter((one) => one !== name);
  }

  /** As an earlier job ran. */
  take({ env = {}, secrets = [] }: JobOptions): void {
    this.rows = Object.entries(env).map(([name, text]) => ({ key: (this.#nextKey += 1), name, text }));
    this.chosen = [...secrets];
  }

  options(): Pick<JobOptions, 'env' | 'secrets'> {
    const env = Object.fromEntries(this.rows.map(({ name, text }) => [name.trim(), text]));
    return {
      ...(this.rows.length > 0 && { env }),
      ...(this.chosen.length > 0 && { secrets: [...this.chosen] }),
    };
  }
}
