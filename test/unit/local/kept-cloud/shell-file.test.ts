import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { announce } from '../../../../local/kept-cloud/announcement';
import { writeShellFile } from '../../../../local/kept-cloud/shell-file';

const PROFILES = {
  staging: { credentials: { accessKeyId: 'AKIASTAGING', secretAccessKey: 'secret/staging+key' }, region: 'us-west-2' },
  production: { credentials: { accessKeyId: 'AKIAPRODUCTION', secretAccessKey: 'other' }, region: 'eu-west-1' },
};

describe('the file that a shell sources', () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'shell-file-'));
    file = writeShellFile({ directory, endpoint: 'http://127.0.0.1:4566', profiles: PROFILES, databasePort: 6543, authorityPem: 'PEM', variables: { HOLDFAST_WAREHOUSE: 'http://127.0.0.1:7777' } });
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  test('points the shell at the cloud, whatever it was pointed at before', () => {
    const printed = execFileSync('sh', ['-c', `. ${file}; env`], { encoding: 'utf8', env: { PATH: process.env.PATH, AWS_ACCESS_KEY_ID: 'of-somebody', AWS_REGION: 'ap-south-1' } });

    expect(printed).toContain(`AWS_CONFIG_FILE=${path.join(directory, 'aws-config')}`);
    expect(printed).toContain('PGHOSTADDR=127.0.0.1');
    expect(printed).toContain('PGPORT=6543');
    expect(printed).toContain('HOLDFAST_WAREHOUSE=http://127.0.0.1:7777');
    expect(printed).not.toMatch(/AWS_ACCESS_KEY_ID|AWS_REGION/);
  });

  test('has a profile for each account, which nobody else may read', () => {
    const configuration = path.join(directory, 'aws-config');

    expect(readFileSync(configuration, 'utf8')).toContain('[profile staging]\naws_access_key_id = AKIASTAGING\naws_secret_access_key = secret/staging+key\nendpoint_url = http://127.0.0.1:4566\nregion = us-west-2\n');
    expect(statSync(configuration).mode & 0o077).toBe(0);
  });
});

test('the announcement names endpoint, accounts, credentials and the file', () => {
  const told = announce({ endpoint: 'http://127.0.0.1:4566', accounts: { staging: '333333333333', production: '111111111111' }, profiles: PROFILES, shellFile: '/tmp/x/shell' });

  for (const part of ['http://127.0.0.1:4566', 'staging (333333333333, us-west-2)', 'AWS_ACCESS_KEY_ID=AKIAPRODUCTION', '. /tmp/x/shell']) expect(told).toContain(part);
});
