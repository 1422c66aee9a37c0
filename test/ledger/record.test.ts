import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { StreamId } from '../../events/ids.ts';
import { type CommittedEvent, entryOf, recordOf, SaltKey } from '../../infra/ledger/record.ts';

const secret = Buffer.alloc(32, 7);
const salts = new SaltKey(secret).saltsOf('01890a5d-ac96-774b-bcce-b302099a8057');

const event: CommittedEvent = {
  id: '01890a5d-ac96-774b-bcce-b302099a8057',
  streamId: 'project-2024-abcd' as StreamId,
  revision: 4,
  type: 'application.submitted',
  schemaVersion: 2,
  dataText: '{"title":"降低不良率"}',
  metaText: '{"commandId":"c","recordedAt":"2024-05-01T01:02:03.000Z","visibility":"internal"}',
};

const committed = (part: number, salt: Uint8Array, text: string) =>
  createHash('sha256').update(Buffer.of(part)).update(salt).update(text).digest('hex');

describe('README section 1: the record of an event', () => {
  it('given an event, then its record is these eight lines', () => {
    expect(recordOf(event, salts)).toBe(
      [
        'gongguan.event/v1',
        '01890a5d-ac96-774b-bcce-b302099a8057',
        '2',
        '2024-05-01T01:02:03.000Z',
        committed(2, salts.data, event.dataText),
        committed(3, salts.meta, `4\n${event.metaText}`),
        'application.submitted',
        'project-2024-abcd',
        '',
      ].join('\n'),
    );
  });

  it('given a record, then its entry is its digest', () => {
    expect(entryOf('abc').toString('hex')).toBe(createHash('sha256').update('abc').digest('hex'));
    expect(entryOf('abc', 'sm3').toString('hex')).toBe(
      '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
    );
  });

  it('given a secret, then the salts of an event are the halves of its HMAC-SHA-512, or one HMAC-SM3 each', () => {
    const mac = createHmac('sha512', secret).update(Buffer.from('01890a5dac96774bbcceb302099a8057', 'hex')).digest();
    expect(Buffer.concat([salts.data, salts.meta])).toEqual(mac);
    const id = Buffer.from('01890a5dac96774bbcceb302099a8057', 'hex');
    const bySm3 = (part: number) => createHmac('sm3', secret).update(Buffer.of(part)).update(id).digest();
    expect(new SaltKey(secret, 'sm3').saltsOf(event.id)).toEqual({ data: bySm3(2), meta: bySm3(3) });
    expect(() => new SaltKey(Buffer.alloc(31))).toThrow(RangeError);
  });

  it.each([
    ['data', { dataText: '{"title":"降低不良率 "}' }],
    ['metadata', { metaText: event.metaText.replace('"c"', '"d"') }],
    ['revision', { revision: 5 }],
    ['type', { type: 'application.returned' }],
    ['schema version', { schemaVersion: 1 }],
    ['stream', { streamId: 'project-2024-abce' as StreamId }],
    ['id', { id: '01890a5d-ac96-774b-bcce-b302099a8058' }],
  ])('given another %s, then the entry is another', (_part, change) => {
    expect(entryOf(recordOf({ ...event, ...change }, salts))).not.toEqual(entryOf(recordOf(event, salts)));
  });

  it('given names that another program wrote, then a record stays eight lines, another for each', () => {
    const strange = ['a\nb', 'a%0Ab', 'a b', 'ä', '', 'a\u0000'].map(type =>
      recordOf({ ...event, type, streamId: type as StreamId }, salts),
    );
    for (const record of strange) expect(record.split('\n')).toHaveLength(9);
    expect(new Set(strange).size).toBe(strange.length);
  });

  it('given metadata without a time, then the line is empty', () => {
    expect(recordOf({ ...event, metaText: '{}' }, salts).split('\n')[3]).toBe('');
    expect(recordOf({ ...event, metaText: '{"recordedAt":"2024' }, salts).split('\n')[3]).toBe('');
  });
});
