import {
  type AppView,
  type FileReference,
  type JobOptions,
  type JobPriority,
  type JobQuestion,
  type JobView,
  MeshdeckError,
  type ProtectionNeed,
  type SampleView,
  jobRequestSchema,
} from '@meshdeck/shared';
import { api } from '../../api/index.js';
import { labelsFromText, labelsToText } from '../../components/label-text.js';
import { toasts } from '../../state/toasts.svelte.js';
import { problemWithApp, problemWithTable, sortDropped } from './accepted-files.js';
import { DryRun, type Stored, type StoredApp } from './dry-run.svelte.js';
import { MoreFiles } from './more-files.svelte.js';
import { VariableFields } from './params/variable-fields.svelte.js';
import { ParamFields } from './params/param-fields.svelte.js';
import { runHint } from './run-hint.js';
import { saidOfTable } from './sheet-choice.svelte.js';
import { UploadedFiles } from './uploaded-files.js';

/** `job`: the very version that an earlier job ran. */
type ChosenApp = { kind: 'file'; file: File } | { kind: 'app'; app: AppView } | { kind: 'job'; job: JobView };

const shardChoices = ['', 'auto', '2', '4', '8', '16'] as const;
type ShardChoice = (typeof shardChoices)[number];

/** What the run page holds: two things to choose, a few options, and the way to a job. */
export class RunForm {
  app = $state.raw<ChosenApp | null>(null);
  table = $state.raw<File | null>(null);
  /** A table the hub has already, of an earlier job. */
  storedTable = $state.raw<FileReference | null>(null);
  sample = $state.raw<SampleView | null>(null);

  appProblem = $state<string | null>(null);
  tableProblem = $state<string | null>(null);
  problem = $state.raw<unknown>(null);

  name = $state('');
  timeoutSeconds = $state<number | null>(null);
  nodeId = $state('');
  labelText = $state('');
  maxAttempts = $state(3);
  /** Empty: one machine does it all. */
  shards = $state<ShardChoice>('');
  priority = $state<JobPriority>('normal');

  /** Empty: what the app asks for. */
  protection = $state<'' | ProtectionNeed>('');

  appProgress = $state<number | null>(null);
  tableProgress = $state<number | null>(null);
  /** What is happening, while it happens. */
  step = $state<string | null>(null);

  /** How the table would be read, and what is said about it. */
  readonly dryRun = new DryRun();
  /** What the app's script runs with. */
  readonly params = new ParamFields();
  readonly moreFiles = new MoreFiles();
  readonly variables = new VariableFields();
  #files = new UploadedFiles();

  labels = $derived(labelsFromText(this.labelText));
  moreFilesProblem = $derived(
    this.params.takes ? this.moreFiles.problemBeside(this.table?.name ?? this.storedTable?.name ?? '') : null,
  );
  variablesProblem = $derived(this.params.takes ? this.variables.problem : null);
  hasTable = $derived(this.table !== null || this.storedTable !== null);
  /** Model and table are there, and nothing stands against them. */
  isComplete = $derived(
    this.sample !== null ||
      (this.app !== null && this.hasTable && this.appProblem === null && this.tableProblem === null),
  );
  ready = $derived(
    this.step === null &&
      !('problem' in this.labels) &&
      this.isComplete &&
      this.params.isWell &&
      this.moreFilesProblem === null &&
      this.variablesProblem === null,
  );
  /** What is still missing, for the line under the button. */
  missing = $derived(
    runHint({
      ...{ hasSample: this.sample !== null, hasApp: this.app !== null, hasTable: this.hasTable },
      ...{ appProblem: this.appProblem, tableProblem: this.tableProblem },
      filesProblem: this.moreFilesProblem,
      variablesProblem: this.variablesProblem,
      paramsAreWell: this.params.isWell,
      labelsAreWell: !('problem' in this.labels),
    }),
  );

  /** Files dropped on the model's side; a pair dropped together finds its own sides. */
  takeApp(files: File[]): void {
    if (this.#tookPair(files)) return;
    const file = files[0];
    if (file === undefined) return;
    this.sample = null;
    this.problem = null;
    this.app = { kind: 'file', file };
    this.appProblem = problemWithApp(file);
  }

  takeTable(files: File[]): void {
    if (this.#tookPair(files)) return;
    const file = files[0];
    if (file === undefined) return;
    this.sample = null;
    this.problem = null;
    this.table = file;
    this.storedTable = null;
    this.tableProblem = problemWithTable(file, files.length);
  }

  takeRepositoryApp(app: AppView): void {
    this.sample = null;
    this.app = { kind: 'app', app };
    this.appProblem = null;
  }

  /** All that a job was made of, to be changed and run anew. */
  takeJob(job: JobView): void {
    this.clearApp();
    this.clearTable();
    this.app = { kind: 'job', job };
    const { source } = job;
    this.storedTable = source?.file ?? job.input;
    this.dryRun.sheets.take(source);
    this.name = job.name;
    const { timeoutSeconds, nodeId, labels, maxAttempts, shards, priority } = job.options;
    this.timeoutSeconds = timeoutSeconds ?? null;
    this.nodeId = nodeId ?? '';
    this.labelText = labelsToText(labels);
    this.maxAttempts = maxAttempts;
    this.shards = shards === undefined ? '' : (shardChoices.find((one) => one === String(shards)) ?? 'auto');
    this.priority = priority;
    this.params.take(job.options.params);
    this.moreFiles.take(job.inputs);
    this.variables.take(job.options);
  }

  takeSample(sample: SampleView): void {
    this.clearApp();
    this.clearTable();
    this.sample = sample;
    this.problem = null;
  }

  clearApp(): void {
    this.app = null;
    this.appProblem = null;
    this.sample = null;
  }

  clearTable(): void {
    this.table = null;
    this.storedTable = null;
    this.tableProblem = null;
    this.sample = null;
  }

  /**
   * Model and table as the hub has them, sent now where they are not; of a large table its first rows. Null where one is
   * refused, with the reason in its place.
   */
  async store(): Promise<Stored | null> {
    if (this.sample !== null) {
      const { app, input } = await this.#files.sample(this.sample.name);
      this.params.declare(storedApp(app));
      return { app: storedApp(app), input: { sha256: input.sha256, name: input.name } };
    }
    const { app: chosen, table, storedTable } = this;
    if (chosen === null) return null;
    const app = await this.#storeApp(chosen);
    if (app === null) return null;
    this.params.declare(app);
    if (storedTable !== null) return { app, input: { sha256: storedTable.sha256, name: storedTable.name } };
    const input = table === null ? null : await this.#sendTable(table, 'check');
    return input === null ? null : { app, input };
  }

  /** Uploads what must be and submits the job; null where it failed, with the reason in its place. */
  async run(): Promise<{ job: JobView } | { sweepId: string } | null> {
    this.problem = null;
    try {
      const prepared = this.sample === null ? await this.#upload() : await this.#prepareSample(this.sample);
      if (prepared === null) return null;
      const options = this.#options();
      this.step = 'Choosing a machine';
      const name = this.name.trim();
      const asked = jobRequestSchema.parse({ ...prepared, options, ...(name === '' ? {} : { name }) });
      if (this.params.takes && this.params.sweep.rows.length > 0) {
        const { id } = await api.sweeps.create({ body: { job: asked, sweep: this.params.sweep.axes() } });
        return { sweepId: id };
      }
      const job = await api.jobs.create({ body: asked });
      await this.#remember(job.app.ref ?? job.app.name);
      return { job };
    } catch (error) {
      this.problem = error;
      return null;
    } finally {
      this.step = null;
      this.appProgress = null;
      this.tableProgress = null;
    }
  }

  /** The job is under way whatever comes of this. */
  async #remember(ref: string): Promise<void> {
    const { choices } = this.dryRun;
    if (choices.isToRemember) await toasts.tell(api.apps.remember({ name: ref, body: choices.options }));
  }

  #tookPair(files: File[]): boolean {
    if (files.length < 2) return false;
    const { app, table } = sortDropped(files);
    if (app === null || table === null) return false;
    this.takeApp([app]);
    this.takeTable([table]);
    this.tableProblem = problemWithTable(table, files.length - 1);
    return true;
  }

  #options(): JobQuestion['options'] {
    const options: Partial<JobOptions> = { maxAttempts: this.maxAttempts, priority: this.priority };
    if (this.shards !== '') options.shards = this.shards === 'auto' ? 'auto' : Number(this.shards);
    if (!('problem' in this.labels)) options.labels = this.labels.labels;
    if (this.timeoutSeconds !== null) options.timeoutSeconds = this.timeoutSeconds;
    if (this.nodeId !== '') options.nodeId = this.nodeId;
    if (this.protection !== '') options.protection = this.protection;
    const reading = this.dryRun.change();
    const params = this.params.values();
    return {
      ...options,
      ...(reading !== undefined && { reading }),
      ...(params !== undefined && { params }),
      ...(this.params.takes && this.variables.options()),
    };
  }

  async #prepareSample(sample: SampleView) {
    this.step = 'Preparing the sample';
    const { app, input } = await this.#files.sample(sample.name);
    return {
      app: { name: app.ref, version: app.version },
      input: { sha256: input.sha256, name: input.name },
    };
  }

  async #upload() {
    const { app: chosen, table, storedTable } = this;
    if (chosen === null) return null;
    this.step = 'Uploading the model or app';
    const app = await this.#storeApp(chosen);
    if (app === null) return null;
    this.step = 'Uploading the table';
    const input = storedTable ?? (table === null ? null : await this.#sendTable(table, 'run'));
    if (input === null) return null;
    const inputs = this.params.takes
      ? await this.moreFiles.send(this.#files, (fraction) => (this.tableProgress = fraction))
      : [];
    return {
      app: { name: app.ref, version: app.version },
      input: { sha256: input.sha256, name: input.name, ...this.dryRun.sheets.asked(input.sha256) },
      ...(inputs.length > 0 && { inputs }),
    };
  }

  async #storeApp(chosen: ChosenApp): Promise<StoredApp | null> {
    if (chosen.kind === 'app') return storedApp(chosen.app);
    if (chosen.kind === 'job') return this.#appOfJob(chosen.job);
    try {
      return storedApp(await this.#files.app(chosen.file, (fraction) => (this.appProgress = fraction)));
    } catch (error) {
      if (!(error instanceof MeshdeckError) || error.code === 'hub-unreachable') throw error;
      if (this.app === chosen) this.appProblem = error.message;
      return null;
    } finally {
      this.appProgress = null;
    }
  }

  /** The very version the job ran, told what the job was told. */
  async #appOfJob({ app, options, source }: JobView): Promise<StoredApp> {
    const ref = app.ref ?? app.name;
    const current = await api.apps.get({ name: ref }).catch(() => null);
    // Of another version nobody knows here what it declares; the hub does, and refuses what does not fit.
    const params = current?.version === app.version ? current.manifest.params : undefined;
    return {
      ...{ ref, whose: current?.whose ?? null, version: app.version, runtime: app.runtime },
      ...{ said: saidOfTable(options.reading ?? {}, source), params },
    };
  }

  async #sendTable(table: File, purpose: 'check' | 'run'): Promise<Stored['input'] | null> {
    const onProgress = (fraction: number) => (this.tableProgress = fraction);
    try {
      return purpose === 'run'
        ? await this.#files.table(table, onProgress)
        : await this.#files.toCheck(table, onProgress);
    } catch (error) {
      if (!(error instanceof MeshdeckError) || error.code === 'hub-unreachable') throw error;
      if (this.table === table) this.tableProblem = error.message;
      return null;
    } finally {
      this.tableProgress = null;
    }
  }
}

const storedApp = ({ ref, whose, version, manifest, reading }: AppView): StoredApp => ({
  ...{ ref, whose, version, runtime: manifest.runtime, params: manifest.params },
  said: manifest.runtime === 'onnx' ? reading : {},
});
