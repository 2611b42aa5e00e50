import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { findFreePort } from '../../local/cloud/engines/postgres/free-port';

const START_WITHIN_MS = 60_000;

/** A Vault of HashiCorp's in development mode. */
export interface DevVault {
  readonly url: string;
  readonly rootToken: string;
  readonly unsealKey: string;
  stop(): Promise<void>;
}

/** Whether HashiCorp's Vault is installed on this machine. */
export function hasVault(): boolean {
  return spawnSync('vault', ['version'], { stdio: 'ignore' }).status === 0;
}

/** Starts a Vault that keeps everything in memory and listens on 127.0.0.1. */
export async function startDevVault(): Promise<DevVault> {
  const [port, home, rootToken] = [await findFreePort(), await mkdtemp(join(tmpdir(), 'dev-vault-')), 'root'];
  const args = ['server', '-dev', `-dev-listen-address=127.0.0.1:${port}`, `-dev-root-token-id=${rootToken}`, '-dev-no-store-token', '-log-level=error'];
  const child = spawn('vault', args, { env: { PATH: process.env.PATH, HOME: home }, stdio: ['ignore', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    await rm(home, { recursive: true, force: true });
  };
  const unsealKey = readUnsealKey(child.stdout);
  const url = `http://127.0.0.1:${port}`;
  const deadlineMs = Date.now() + START_WITHIN_MS;
  while (!(await isReady(url))) {
    if (child.exitCode !== null || Date.now() > deadlineMs) {
      await stop();
      throw new Error('vault did not start');
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { url, rootToken, unsealKey: await unsealKey, stop };
}

async function isReady(url: string): Promise<boolean> {
  // The key/value engine is mounted last.
  const headers = { 'X-Vault-Token': 'root' };
  return fetch(`${url}/v1/secret/config`, { headers }).then(
    ({ status }) => status === 200,
    () => false,
  );
}

/** The development server prints its key once. The lines keep being read: a full pipe would stop it. */
async function readUnsealKey(output: Readable): Promise<string> {
  const lines = createInterface({ input: output });
  return new Promise((resolve) => {
    lines.on('line', (line) => {
      const [, key] = /^Unseal Key: (\S+)/.exec(line) ?? [];
      if (key !== undefined) resolve(key);
    });
  });
}
