/**
 * Packages that are not bundled: native code lies beside its JavaScript, and systeminformation is loaded by its path, in a child.
 * These, and only these, a package of the hub or the agent asks npm for; all else is in the bundle, `shared` among it.
 */
export const outsideOfHub = ['@duckdb/node-api', '@node-rs/argon2'];
export const outsideOfAgent = ['onnxruntime-node', 'systeminformation'];
