import { type ReadingChange, type ReadingOptions, readingChangeSchema, saysNothing } from '@meshdeck/shared';

type Field = keyof ReadingOptions;
const fields = Object.keys(readingChangeSchema.shape) as Field[];

const without = (list: readonly string[], names: readonly string[]) =>
  list.filter((name) => !names.includes(name));

/** What a person says about the reading of a table; what is not said is found out. */
export class ReadingChoices {
  options = $state.raw<ReadingOptions>({});
  /** What the app remembers, or what the earlier job was told. */
  before = $state.raw<ReadingOptions>({});
  isToRemember = $state(false);

  isEmpty = $derived(saysNothing(this.options));
  isAsBefore = $derived(keyOf(this.options) === keyOf(this.before));
  #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Begins with what was said before; nobody is told. */
  start(before: ReadingOptions): void {
    this.before = before;
    this.options = before;
    this.isToRemember = false;
  }

  set<F extends Field>(field: F, value: ReadingOptions[F]): void {
    const { [field]: _said, ...rest } = this.options;
    this.#put(value === undefined ? rest : { ...rest, [field]: value });
  }

  /** The columns of an input, in order; none: they are found out. A column is for one thing only. */
  mapTo(input: string, columns: readonly string[]): void {
    const { map = {}, aside = [], truth, ...rest } = this.options;
    const { [input]: _before, ...others } = map;
    const kept = Object.entries(others).map(([name, own]) => [name, without(own, columns)] as const);
    const next = [...kept, ...(columns.length === 0 ? [] : [[input, [...columns]] as const])];
    this.#put({
      ...rest,
      ...maybe(
        'map',
        next.filter(([, own]) => own.length > 0),
      ),
      ...maybe('aside', without(aside, columns)),
      ...(truth !== undefined && !columns.includes(truth) && { truth }),
    });
  }

  putAside(column: string): void {
    const { map = {}, aside = [], ...rest } = this.options;
    const kept = Object.entries(map).map(([input, columns]) => [input, without(columns, [column])] as const);
    this.#put({
      ...rest,
      ...maybe(
        'map',
        kept.filter(([, columns]) => columns.length > 0),
      ),
      aside: [...without(aside, [column]), column],
    });
  }

  /** It is no longer told that this column is put aside. */
  takeBack(column: string): void {
    const { aside = [], ...rest } = this.options;
    this.#put({ ...rest, ...maybe('aside', without(aside, [column])) });
  }

  clear(): void {
    this.#put({});
  }

  /** Every field: what is not said here is not to be taken from what the app remembers. */
  change(): ReadingChange {
    return Object.fromEntries(fields.map((field) => [field, this.options[field] ?? null]));
  }

  #put(options: ReadingOptions): void {
    if (keyOf(options) === keyOf(this.options)) return;
    this.options = options;
    this.#changed();
  }
}

type Entries = readonly (readonly [string, readonly string[]])[];

function maybe(field: 'map', entries: Entries): Pick<ReadingOptions, 'map'>;
function maybe(field: 'aside', names: readonly string[]): Pick<ReadingOptions, 'aside'>;
function maybe(field: 'map' | 'aside', list: Entries | readonly string[]): ReadingOptions {
  if (list.length === 0) return {};
  return { [field]: field === 'map' ? Object.fromEntries(list as Entries) : list };
}

/** The same for the same choices, in whatever order they were made. */
const keyOf = (options: ReadingOptions) => JSON.stringify(fields.map((field) => options[field] ?? null));
