import * as z from 'zod';

const dependenciesSchema = z.record(z.string(), z.string());
const versionSchema = z.looseObject({
  dist: z.looseObject({ tarball: z.string() }).optional(),
  dependencies: dependenciesSchema.optional().catch(undefined),
  optionalDependencies: dependenciesSchema.optional().catch(undefined),
});
const packumentSchema = z.looseObject({ versions: z.record(z.string(), versionSchema).default({}) });

/**
 * What a registry says of a package, with every archive fetched by `own` in place of where it lies. A dependency by its address
 * is fetched the same way, as somebody else's wish: whoever wrote the package named it, not the owner of this machine.
 */
export function rewritePackument(
  text: string,
  address: URL,
  own: (url: URL, byApp: boolean) => string,
): string {
  const packument = packumentSchema.parse(JSON.parse(text));
  for (const version of Object.values(packument.versions)) {
    if (version.dist !== undefined && URL.canParse(version.dist.tarball, address.href))
      version.dist.tarball = own(new URL(version.dist.tarball, address), false);
    for (const group of [version.dependencies, version.optionalDependencies])
      for (const [name, wanted] of Object.entries(group ?? {}))
        if (group !== undefined && /^https:\/\//i.test(wanted) && URL.canParse(wanted))
          group[name] = own(new URL(wanted), true);
  }
  return JSON.stringify(packument);
}
