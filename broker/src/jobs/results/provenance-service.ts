import type { Decision, NodeId, Provenance } from '@meshdeck/shared';
import { createLruMap } from '@meshdeck/shared/runtime';
import { measureBundleEntry, type BundleEntry } from '../../apps/index.js';
import type { FileStore } from '../../files/types.js';
import type { NodeState } from '../../nodes/node-state.js';
import type { JobFileLists } from '../files/file-lists.js';
import type { JobDocument } from '../job-document.js';
import { provenanceFiles } from './provenance-files.js';
import { provenanceOf, type KnownMachine } from './provenance.js';
import type { Verifier } from './verifier.js';

/** The decisions of a large room are many megabytes: they are read as they are sent. */
export interface ProvenanceInParts {
  provenance: Omit<Provenance, 'decisions'>;
  decisions: AsyncIterable<Provenance['decisions'][number]>;
}

/** Measured entries of so many bundles are remembered. */
const maxRemembered = 200;

/** Gathers what is known of a job's result. */
export function createProvenanceService(options: {
  hub: { id: string; name: string };
  /** Every look at the mesh for a job. */
  decisions: (job: JobDocument) => AsyncIterable<Decision>;
  files: Pick<FileStore, 'locate'>;
  lists: Pick<JobFileLists, 'read'>;
  nodeState: (nodeId: NodeId) => NodeState | undefined;
  verifier: Pick<Verifier, 'verificationsOf'>;
  now: () => number;
}): (job: JobDocument) => Promise<ProvenanceInParts> {
  const entries = createLruMap<string, BundleEntry>(maxRemembered);

  async function entryOf({ app, entry }: JobDocument): Promise<BundleEntry | null> {
    const key = `${app.bundle.sha256} ${entry}`;
    const known = entries.get(key);
    if (known !== undefined) return known;
    const measured = await measureBundleEntry(await options.files.locate(app.bundle.sha256), entry);
    if (measured !== null) entries.set(key, measured);
    return measured;
  }

  function known(nodeId: NodeId): KnownMachine | null {
    const document = options.nodeState(nodeId)?.document;
    if (document === undefined) return null;
    const { inventory } = document;
    return {
      platform: inventory === null ? null : `${inventory.platform}-${inventory.arch}`,
      cpuModel: inventory?.cpuModel ?? null,
      osName: inventory === null ? null : `${inventory.osName} ${inventory.osVersion}`.trim(),
    };
  }

  return async (job) => {
    const provenance = provenanceOf({
      job,
      hub: options.hub,
      entry: await entryOf(job),
      files: await provenanceFiles(job, options.lists),
      known,
      verifications: options.verifier.verificationsOf(job).filter(({ outcome }) => outcome !== 'running'),
      at: options.now(),
    });
    return { provenance, decisions: options.decisions(job) };
  };
}
