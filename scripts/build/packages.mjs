import { outsideOfAgent, outsideOfHub } from './outside-of-bundles.mjs';

/**
 * @typedef {object} Package
 * @property {string} name on npm; what `npx` calls it
 * @property {string} description
 * @property {string} version the workspace whose version it has
 * @property {Record<string, string>} bin
 * @property {Record<string, readonly string[]>} dependencies by the workspace that says which version
 * @property {readonly string[]} contents files and folders of the checkout, which keep their places: programs find what
 *   comes with them in a package as in a checkout
 */

/** @type {Package[]} */
export const packages = [
  {
    name: 'meshdeck',
    description:
      'The hub of Meshdeck, which turns the computers in a room into one AI machine, and its command line.',
    version: 'broker',
    bin: { meshdeck: 'broker/bin/meshdeck.mjs' },
    // The hub hands ONNX Runtime to machines that join by its line.
    dependencies: { broker: outsideOfHub, 'mesh-node': ['onnxruntime-node'] },
    contents: [
      'broker/bin',
      'broker/dist/bundle',
      'desktop/dist/renderer',
      'mesh-node/dist/package',
      'sample-apps',
      'LICENSE',
    ],
  },
  {
    name: 'meshdeck-node',
    description: "Meshdeck's agent: makes a computer part of a Meshdeck mesh.",
    version: 'mesh-node',
    bin: { 'meshdeck-node': 'mesh-node/bin/meshdeck-node.mjs' },
    dependencies: { 'mesh-node': outsideOfAgent },
    contents: ['mesh-node/bin', 'mesh-node/dist/bundle', 'LICENSE'],
  },
];
