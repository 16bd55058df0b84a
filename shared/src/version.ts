/** The product's version; `scripts/version.test.ts` holds it against package.json. */
export const meshdeckVersion = '0.1.0';
