/** Which files an event may name. */
import { describe, expect, it } from 'vitest';
import { hashesIn } from '../../infra/blobs/unattached.ts';

const [inData, inEvidence, digest] = ['a1', 'b2', 'c3'].map(part => part.repeat(32)) as [string, string, string];

function event(data: object, meta: { readonly requestDigest: string; readonly evidence?: object }) {
  return { dataText: JSON.stringify(data), metaText: JSON.stringify(meta) };
}

describe('the files that an event names', () => {
  it('are those in its data and in its evidence', () => {
    const named = hashesIn(
      event({ file: { sha256: inData } }, { requestDigest: digest, evidence: [{ sha256: inEvidence }] }),
    );
    expect(named).toEqual([inData, inEvidence]);
  });

  it('given a command that names none, then none: the digest of its request is no file, and no store is asked for it', () => {
    expect(hashesIn(event({ remark: 'none' }, { requestDigest: digest }))).toEqual([]);
  });
});
