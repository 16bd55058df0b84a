/** The product's version; `e2e/packages.spec.ts` holds it against package.json. */
export const meshdeckVersion = '0.1.0';
