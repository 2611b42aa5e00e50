import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CAPABILITIES, CAPABILITIES_AS_OF } from '../../../../lib/redshift-backup/aws-backup-capabilities';

const PAGE = readFileSync(path.resolve(__dirname, '../../../../docs/redshift-backup-capabilities.md'), 'utf8');

describe('the page about AWS Backup and Redshift', () => {
  it('has the rows of the table that stacks are made by, and its date', () => {
    const rows = Object.values(CAPABILITIES).map(({ feature, provisioned, serverless, evidence, source }) => `| ${[feature, provisioned ? 'yes' : 'no', serverless ? 'yes' : 'no', evidence, source].join(' | ')} |`);

    expect(PAGE.split('\n').filter((line) => line.startsWith('| ') && line.includes('https://'))).toEqual(rows);
    expect(PAGE).toContain(`As of ${CAPABILITIES_AS_OF}.`);
  });
});
