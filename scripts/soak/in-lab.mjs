import { spawn } from 'node:child_process';
import { createLab } from '@meshdeck/testing/network';
import { labHosts, linkAddress, officeHost } from './ground.mjs';

/**
 * Runs this script once more inside a lab made for it, and takes the lab away afterwards.
 *
 * @param {string} script
 * @param {string[]} args
 * @param {number} agents
 * @returns {Promise<number>} its exit code
 */
export async function runInLab(script, args, agents) {
  const lab = createLab(labHosts(agents));
  try {
    lab.addAddress(officeHost, '10.77.0.100');
    for (let agent = 0; agent < agents; agent += 1) lab.addAddress(officeHost, linkAddress(agent));
    const [command = '', ...before] = lab.on(officeHost);
    const child = spawn(command, [...before, process.execPath, script, ...args, '--lab', lab.name], {
      stdio: 'inherit',
    });
    // Ctrl-C reaches the whole group; the lab stays until the other has stopped what it started.
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(signal, () => void (signal === 'SIGINT' || child.kill(signal)));
    }
    return await new Promise((resolve) => {
      child.once('error', () => resolve(1));
      child.once('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    lab.remove();
  }
}
