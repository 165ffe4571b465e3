import { describe, expect, it } from 'vitest';
import { droppedParts } from './dropped-parts';

const file = (name: string, size = 900) => ({ name, size });

describe('files that are dropped on the verifier', () => {
  // Bug: the receipt is verified as the package, or which one counts depends on the order in which they were marked.
  it('are a file to verify and a receipt, in any order, or one of them', () => {
    const zip = file('FC-1.zip', 5_000_000);
    const receipt = file('FC-1.receipt.json');
    for (const both of [
      [zip, receipt],
      [receipt, zip],
    ])
      expect(droppedParts(both)).toEqual({ file: zip, receipt });
    expect(droppedParts([zip])).toEqual({ file: zip, receipt: undefined });
    expect(droppedParts([receipt])).toEqual({ file: undefined, receipt });
    expect(droppedParts([])).toEqual({ file: undefined, receipt: undefined });
  });

  // Bug: a renamed receipt is not known, the signature of a record or a large file passes for one.
  it('are told by form and size', () => {
    expect(droppedParts([file('回执.JSON')]).receipt?.name).toBe('回执.JSON');
    expect(droppedParts([file('S-1.signature.json')]).receipt).toBeUndefined();
    expect(droppedParts([file('large.json', 20_000)]).receipt).toBeUndefined();
  });
});
