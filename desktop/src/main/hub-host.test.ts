import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { type HostProcess, hostHub } from './hub-host.js';
import type { HubExit } from './hub-process.js';
import { createUtilityHubSpawner } from './utility-hub-process.js';

describe('the process that hosts the hub', () => {
  async function host(exitCode?: number) {
    const signals = new EventEmitter();
    const process = {
      argv: ['/opt/meshdeck', '/app/hub-host-entry.js', '/app/meshdeck.mjs', 'hub', '--port', '0'],
      emit: (signal: 'SIGTERM') => signals.emit(signal),
      exit: vi.fn(),
      exitCode,
    } satisfies HostProcess;
    let send: (message: unknown) => void = () => undefined;
    const load = vi.fn((_address: string) => Promise.resolve());
    await hostHub({ host: process, onMessage: (listener) => (send = listener), load });
    return { process, signals, load, send: (message: unknown) => send(message) };
  }

  it("gives the hub's program the arguments that Node would", async () => {
    const { process, load } = await host();
    expect(process.argv).toEqual(['/opt/meshdeck', '/app/meshdeck.mjs', 'hub', '--port', '0']);
    expect(load).toHaveBeenCalledWith(pathToFileURL('/app/meshdeck.mjs').href);
  });

  it('stops the hub as SIGTERM would', async () => {
    const { process, signals, send } = await host();
    const onTerm = vi.fn();
    signals.on('SIGTERM', onTerm);
    send('hello');
    expect(onTerm).not.toHaveBeenCalled();
    send('stop');
    expect(onTerm).toHaveBeenCalledOnce();
    expect(process.exit).not.toHaveBeenCalled();
  });

  it('stays while the hub serves, and ends with its exit code when it could not', async () => {
    expect((await host(0)).process.exit).not.toHaveBeenCalled();
    expect((await host(2)).process.exit).toHaveBeenCalledWith(2);
  });

  it('ends at once when the hub does not listen yet', async () => {
    const { process, send } = await host();
    send('stop');
    expect(process.exit).toHaveBeenCalledWith(0);
  });
});

describe('a utility process', () => {
  function utility(killPid = vi.fn()) {
    const child = Object.assign(new EventEmitter(), {
      pid: 4711 as number | undefined,
      stdout: new PassThrough(),
      stderr: new PassThrough(),
      postMessage: vi.fn(),
      kill: vi.fn(),
    });
    const fork = vi.fn(() => child as never);
    const output: string[] = [];
    const exits: HubExit[] = [];
    const hub = createUtilityHubSpawner({ fork, entry: '/e.js', script: '/m.mjs', args: ['hub'], killPid })({
      stdout: (chunk) => output.push(Buffer.from(chunk).toString()),
      stderr: (chunk) => output.push(Buffer.from(chunk).toString()),
      exited: (exit) => exits.push(exit),
    });
    return { child, fork, hub, output, exits, killPid };
  }

  it('is forked with its output piped', () => {
    expect(utility().fork).toHaveBeenCalledWith(
      '/e.js',
      ['/m.mjs', 'hub'],
      expect.objectContaining({ stdio: ['ignore', 'pipe', 'pipe'] }),
    );
  });

  it('has ended only when its last words are in', async () => {
    const { child, output, exits } = utility();
    child.emit('exit', 1);
    child.stderr.end('The data folder is not writable.\n');
    child.stdout.end();
    await vi.waitFor(() => expect(exits).toEqual([{ code: 1, signal: null }]));
    expect(output).toEqual(['The data folder is not writable.\n']);
  });

  it('has ended soon even when its output never does', async () => {
    const { child, exits } = utility();
    child.emit('exit', 0);
    await vi.waitFor(() => expect(exits).toHaveLength(1), { timeout: 3_000 });
  });

  it('is asked by message and killed by signal', () => {
    const { child, hub, killPid } = utility();
    hub.askToStop();
    expect(child.postMessage).toHaveBeenCalledWith('stop');
    hub.kill();
    expect(killPid).toHaveBeenCalledWith(4711, 'SIGKILL');
    expect(child.kill).not.toHaveBeenCalled();
  });

  it('is left alone when it is gone already', () => {
    const gone = Object.assign(new Error('kill ESRCH'), { code: 'ESRCH' });
    const { hub } = utility(
      vi.fn(() => {
        throw gone;
      }),
    );
    expect(() => hub.kill()).not.toThrow();
  });
});
