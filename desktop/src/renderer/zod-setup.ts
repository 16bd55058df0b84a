import * as z from 'zod';

/**
 * Imported before any schema exists: zod otherwise compiles parsers with `new Function`, which the pages' content
 * security policy forbids (and reports, even for the probe).
 */
z.config({ jitless: true });
