import { createIdentity } from '@meshdeck/shared/runtime/identity';

/** A program of its own: prints a fresh identity as JSON. What it loads to do that (20 MB) leaves with it. */
const commonName = process.argv[2] ?? 'meshdeck-node';
process.stdout.write(JSON.stringify(await createIdentity({ commonName, now: new Date() })));
