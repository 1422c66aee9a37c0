/** The state of the ledger as people read it: how far it is signed for, who has cosigned, since when time is proved. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SignedCheckpoint } from '../../infra/ledger/ledger.ts';
import { signatureLine } from '../../infra/ledger/note.ts';
import { ledgerState, saidOf } from '../../infra/ledger/state.ts';
import { openSite, type Site } from '../http/authorisation-site.ts';
import { control } from '../support/controls.ts';

const NOW = '2024-01-15T02:00:00.000Z';

const der = (tag: number, ...parts: readonly (Buffer | string)[]): Buffer => {
  const content = Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part) : part)));
  const length = content.length < 0x80 ? Buffer.of(content.length) : Buffer.of(0x81, content.length);
  return Buffer.concat([Buffer.of(tag), length, content]);
};
const SEQUENCE = 0x30;
const SHA256 = Buffer.from('608648016503040201', 'hex');

/** A granted response as far as it is read here: without the signature of the authority. */
function stampOf(time: string): Buffer {
  const imprint = der(SEQUENCE, der(SEQUENCE, der(6, SHA256)), der(4, Buffer.alloc(32)));
  const info = der(
    SEQUENCE,
    der(2, Buffer.of(1)),
    der(6, Buffer.of(42)),
    imprint,
    der(2, Buffer.of(7)),
    der(0x18, time),
  );
  const signed = der(
    SEQUENCE,
    der(2, Buffer.of(3)),
    der(0x31),
    der(SEQUENCE, der(6, Buffer.of(42)), der(0xa0, der(4, info))),
  );
  return der(SEQUENCE, der(SEQUENCE, der(2, Buffer.of(0))), der(SEQUENCE, der(6, Buffer.of(42)), der(0xa0, signed)));
}

function cosignatureOf(name: string, at: string): string {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(Date.parse(at) / 1_000));
  return signatureLine({ name, keyId: Buffer.alloc(4, 1), signature: Buffer.concat([time, Buffer.alloc(64)]) });
}

const own = signatureLine({ name: 'gongguan/log', keyId: Buffer.alloc(4), signature: Buffer.alloc(64) });
const checkpoint = (size: number, more: Partial<SignedCheckpoint> = {}, cosignatures = ''): SignedCheckpoint => ({
  size,
  root: Buffer.alloc(32),
  note: `gongguan/log\n${size}\n${Buffer.alloc(32).toString('base64')}\n\n${own}${cosignatures}`,
  signedAt: NOW,
  position: String(size) as never,
  ...more,
});
const stateOf = (...all: readonly SignedCheckpoint[]) =>
  ledgerState({ origin: 'gongguan/log', checkpoint: async () => all.at(-1), checkpoints: async () => all });

describe('the state in words', () => {
  it('before the first checkpoint, then it says so', async () => {
    expect(saidOf(await stateOf())).toContain('尚无检查点');
  });

  it('given a checkpoint of the log alone, then nobody is told to have confirmed it', async () => {
    const state = await stateOf(checkpoint(7));
    expect(state.cosignatures).toEqual([]);
    expect(saidOf(state)).toBe(
      '最近的检查点签署于 2024-01-15T02:00:00.000Z，含7个事件；尚无见证人联署；尚无可信时间戳。',
    );
  });

  it('given witnesses and time stamps, then each is told with its time, the stamp by how far it reaches', async () => {
    const cosigned = cosignatureOf('supervisor', '2024-01-15T02:00:05.000Z');
    const stamped = checkpoint(5, { timestamp: stampOf('20240114030000Z') });
    const state = await stateOf(
      checkpoint(3, { timestamp: stampOf('20240113030000Z') }),
      stamped,
      checkpoint(7, {}, cosigned),
    );
    expect(state.cosignatures).toEqual([{ witness: 'supervisor', at: '2024-01-15T02:00:05.000Z' }]);
    expect(state.stamped).toMatchObject({ size: 5, at: expect.stringMatching(/^2024-01-14T03:00:00/) });
    expect(saidOf(state)).toContain('supervisor已联署；至第5个事件有可信时间戳（2024-01-14');
  });

  it('given what is no time stamp in its place, then none is told', async () => {
    expect((await stateOf(checkpoint(5, { timestamp: Buffer.from('3003020100', 'hex') }))).stamped).toBeUndefined();
  });
});

describe('GET /ledger/state', () => {
  let site: Site;
  let msr: string;
  beforeAll(async () => {
    site = await openSite({ now: NOW, signing: true });
    msr = await site.signIn('the-msr', { role: 'MSR', orgId: 'msr' });
    for (let at = 0; at < 3; at += 1) await site.append('fillers', [control('organising-work.recorded')]);
    await site.settled();
  });
  afterAll(() => site.close());

  const told = async (token?: string) => {
    const headers = token ? { authorization: `Bearer ${token}` } : {};
    const answer = await fetch(`${site.url}/api/v1/ledger/state`, { headers });
    expect(answer.status).toBe(200);
    return (await answer.json()) as Record<string, unknown>;
  };

  it('tells everybody the newest checkpoint, and those alone who oversee how much is not covered', async () => {
    const [everybody, office] = [await told(), await told(msr)];
    expect(everybody.origin).toMatch(/^gongguan\/[0-9a-f]{16}$/);
    expect(everybody.says).toMatch(/检查点/);
    expect(everybody).not.toHaveProperty('uncovered');
    expect(office.uncovered).toBeGreaterThanOrEqual(0);
  });
});
