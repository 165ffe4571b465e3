import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contractReport } from './contract-report';

const file = join(__dirname, 'contract.report.md');

describe('contract.report.md', () => {
  // Would catch: a route added, widened or opened to more roles without anybody seeing it in review.
  it('is what the contract says', () => {
    const report = contractReport();
    if (process.env.UPDATE_CONTRACT === '1') writeFileSync(file, report);
    expect(readFileSync(file, 'utf8')).toBe(report);
  });
});
