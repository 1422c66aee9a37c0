/** C2SP tlog-witness: what a witness answers to a log, what he refuses, and what he keeps of it. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cosignedAt, parseCheckpoint } from '../../infra/ledger/checkpoint.ts';
import { parseNote, signaturesBy } from '../../infra/ledger/note.ts';
import { requestText } from '../../infra/witness/request.ts';
import { temporaryDirectory } from '../support/log.ts';
import { newLogKey, newSmLogKey, SignedLog } from './log.ts';
import { ServedWitness, WITNESSED_AT } from './served.ts';

let directory: ReturnType<typeof temporaryDirectory>;
let log: SignedLog;
let served: ServedWitness;

beforeEach(async () => {
  directory = temporaryDirectory();
  log = new SignedLog().grow(10);
  served = await ServedWitness.open(join(directory.path, 'witness'), [log]);
});
afterEach(async () => {
  await served[Symbol.asyncDispose]();
  directory[Symbol.dispose]();
  expect(served.faults).toEqual([]);
});

const bodyOf = (old: number, proof: readonly Uint8Array[], note: string) =>
  Buffer.from(requestText({ old, proof, note }));
const send = async (body: Uint8Array) => {
  const answer = await served.submit(body);
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
};
const known = () => served.store.latest(log.origin);
const alarms = () => served.store.alarms().map(({ misconduct, size, times }) => ({ misconduct, size, times }));

describe('a checkpoint that goes on from the last one is cosigned', () => {
  it('given a log that is known, when it sends its first checkpoint, then the answer is a cosignature of its text at the time', async () => {
    const answer = await send(log.request(0));
    expect(answer.status).toBe(200);
    const note = parseNote(log.note() + answer.body);
    const [cosignature, ...more] = signaturesBy(served.verifier, note);
    expect(more).toEqual([]);
    expect(cosignature && cosignedAt(served.verifier, note.text, cosignature)).toBe(WITNESSED_AT / 1_000);
  });

  it('given one was cosigned, when the log has grown, then the next is; also the same one again', async () => {
    await send(log.request(0));
    log.grow(7);
    expect((await send(log.request(10))).status).toBe(200);
    expect((await send(log.request(17))).status).toBe(200);
    expect(known()?.size).toBe(17);
    expect(alarms()).toEqual([]);
  });

  it('given the empty log, then its checkpoint is cosigned, and that of 0 with another root is not', async () => {
    const empty = log.cut(0);
    expect((await send(empty.request(0))).status).toBe(200);
    expect((await send(bodyOf(0, [], empty.note(0, log.root())))).status).toBe(422);
    expect((await send(log.request(0))).status).toBe(200);
  });

  it('given it was cosigned, then anybody is shown it, with the signatures of the log that were verified, and no others', async () => {
    const stranger = newLogKey('stranger.example.cn');
    await send(bodyOf(0, [], log.note(10, log.root(), [...log.keys, stranger])));
    const originHash = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(log.origin))).toString('hex');
    const answer = await fetch(`${served.url}/${originHash}/checkpoint`);
    const note = parseNote(await answer.text());
    expect(answer.status).toBe(200);
    expect(parseCheckpoint(note.text)).toMatchObject({ origin: log.origin, size: 10 });
    expect(note.signatures.map(({ name }) => name)).toEqual([log.origin, served.verifier.name]);
  });

  it('given nothing was cosigned of a log, then there is nothing to be shown', async () => {
    expect((await fetch(`${served.url}/${'0'.repeat(64)}/checkpoint`)).status).toBe(404);
  });
});

describe('each refusal has the status of the specification', () => {
  it('404 for a log that is not known', async () => {
    const other = new SignedLog('other.example.cn').grow(3);
    expect((await send(other.request(0))).status).toBe(404);
  });

  it('403 without a signature by a trusted key, or with one that names the key and is not by it', async () => {
    const stranger = newLogKey(log.origin);
    const good = log.note();
    const forged = good.replace(/(\S{10})\n$/, match => (match.startsWith('A') ? 'B' : 'A') + match.slice(1));
    expect((await send(bodyOf(0, [], log.note(10, log.root(), [stranger])))).status).toBe(403);
    expect((await send(bodyOf(0, [], forged))).status).toBe(403);
    expect((await send(bodyOf(0, [], `${good}${forged.split('\n').at(-2)}\n`))).status).toBe(403);
    expect(known()).toBeUndefined();
  });

  it('403 for the checkpoint of another log under this origin', async () => {
    const other = new SignedLog(log.origin).grow(12, 'other');
    await send(log.request(0));
    expect((await send(other.request(10))).status).toBe(403);
    expect(alarms()).toEqual([]);
  });

  it('400 for an old size that is larger than the checkpoint', async () => {
    expect((await send(bodyOf(11, [], log.note()))).status).toBe(400);
  });

  it.each([
    ['nothing', () => ''],
    ['no old size', () => `\n${log.note()}`],
    ['an old size with a leading zero', () => `old 00\n\n${log.note()}`],
    ['an old size that is negative', () => `old -1\n\n${log.note()}`],
    ['a hash that is too short', () => `old 0\nAAAA\n\n${log.note()}`],
    ['64 hashes', () => `old 0\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(64)}\n${log.note()}`],
    ['no checkpoint', () => 'old 0\n\nhello\n'],
    ['no signature', () => `old 0\n\n${parseNote(log.note()).text}`],
    ['bytes that are no text', () => Buffer.concat([log.request(0), Buffer.of(0xff)])],
  ])('400 for %s', async (_what, body) => {
    expect((await send(Buffer.from(body() as string))).status).toBe(400);
  });

  it('409 with the size that is known, when the old size is another', async () => {
    await send(log.request(0));
    log.grow(5);
    const conflict = { status: 409, type: 'text/x.tlog.size', body: '10\n' };
    expect(await send(log.request(0))).toEqual(conflict);
    expect(await send(log.request(7))).toEqual(conflict);
    expect(alarms()).toEqual([]);
  });

  it('422 for a proof with an old size of 0', async () => {
    expect((await send(bodyOf(0, [log.root()], log.note()))).status).toBe(422);
  });

  it('405, 404 and 413 for what is no such request', async () => {
    expect((await fetch(`${served.url}/add-checkpoint`)).status).toBe(405);
    expect((await fetch(`${served.url}/`)).status).toBe(404);
    expect((await send(Buffer.alloc(65_537))).status).toBe(413);
  });
});

describe('misconduct is refused, kept as evidence, and told', () => {
  beforeEach(() => send(log.request(0)).then(() => undefined));

  it('given one event was rewritten and everything signed anew with the real key, then it is not cosigned, and what was sent is kept', async () => {
    const rewritten = log.grow(5).rewritten(3);
    const request = rewritten.request(10);
    expect((await send(request)).status).toBe(422);
    expect(known()?.size).toBe(10);
    expect(alarms()).toEqual([{ misconduct: 'inconsistent', size: 15, times: 1 }]);
    const [evidence] = served.store.alarms();
    expect(Buffer.from(evidence?.request ?? [])).toEqual(request);
    expect(evidence?.cosigned).toBe(known()?.note);
    await served.telling.tell();
    expect(served.lines.map(({ message }) => message)).toEqual([expect.stringMatching(/^账本未能证明接续/)]);
  });

  it('given a forked checkpoint of the same size, then both roots are kept, each with the signature of the log', async () => {
    const fork = log.rewritten(9);
    expect((await send(fork.request(10))).status).toBe(422);
    expect(alarms()).toEqual([{ misconduct: 'fork', size: 10, times: 1 }]);
    const [evidence] = served.store.alarms();
    const [before, after] = [
      evidence?.cosigned ?? '',
      Buffer.from(evidence?.request ?? [])
        .toString()
        .split('\n\n')
        .slice(1)
        .join('\n\n'),
    ];
    for (const note of [before, after])
      expect(signaturesBy(log.keys[0]?.key as never, parseNote(note))).toHaveLength(1);
    expect(parseCheckpoint(parseNote(before).text).root).not.toEqual(parseCheckpoint(parseNote(after).text).root);
  });

  it('given a fork of a size that was cosigned long ago, then it is known, whatever old size comes with it', async () => {
    await send(log.grow(5).request(10));
    const answer = await send(log.rewritten(2).request(0, 10));
    expect(answer).toMatchObject({ status: 409, body: '15\n' });
    expect(alarms()).toEqual([{ misconduct: 'fork', size: 10, times: 1 }]);
  });

  it('given the log has lost its tail, then it is not cosigned, and the alarm stands until the log goes on from what was cosigned', async () => {
    const cut = log.cut(6);
    expect((await send(cut.request(0))).status).toBe(409);
    expect((await send(bodyOf(10, [], cut.note()))).status).toBe(400);
    expect(alarms()).toEqual([{ misconduct: 'shrinking', size: 6, times: 2 }]);
    await send(log.grow(1).request(10));
    expect(alarms()).toEqual([]);
  });

  it('given it lost its tail and grew another, then it is inconsistent', async () => {
    const regrown = log.cut(6).grow(20, 'another');
    expect((await send(regrown.request(10))).status).toBe(422);
    expect(alarms()).toEqual([{ misconduct: 'inconsistent', size: 26, times: 1 }]);
  });

  it('given a stranger sent a true checkpoint with a false proof, then the alarm ends when the log proves it', async () => {
    log.grow(5);
    await send(bodyOf(10, [log.root()], log.note()));
    expect(alarms()).toEqual([{ misconduct: 'inconsistent', size: 15, times: 1 }]);
    expect((await send(log.request(10))).status).toBe(200);
    expect(alarms()).toEqual([]);
  });

  it('given a fork, then no later checkpoint ends the alarm, only people with a reason, and the evidence stays', async () => {
    await send(log.rewritten(9).request(10));
    await send(log.grow(5).request(10));
    const [alarm] = served.store.alarms();
    expect(alarm?.misconduct).toBe('fork');
    expect(served.store.end(alarm?.number ?? 0, '已查明', '2024-08-02T00:00:00.000Z')).toBe(true);
    expect(served.store.alarms()).toEqual([]);
    expect(served.store.evidence(alarm?.number ?? 0)?.misconduct).toBe('fork');
  });

  it('given whoever has the key sends fork after fork, then the disk is not filled, and people are told once', async () => {
    for (let at = 0; at < 130; at += 1)
      served.witness.addCheckpoint(
        log
          .cut(10)
          .grow(at + 1, 'other')
          .rewritten(0)
          .request(10),
      );
    expect(served.store.alarms()).toHaveLength(100);
    expect(alarms().reduce((sum, { times }) => sum + times, 0)).toBe(130);
    await served.telling.tell();
    await served.telling.tell();
    expect(served.lines).toHaveLength(1);
  });
});

describe('keys of a log', () => {
  it('given the log has taken another key, then its checkpoints count when the supervising body has trusted it, and the old no more when it is retired', async () => {
    await send(log.request(0));
    const next = newLogKey(log.origin);
    const [old] = log.keys;
    log.grow(1);
    const body = bodyOf(10, log.consistency(10), log.note(11, log.root(), [next]));
    expect((await send(body)).status).toBe(403);
    served.store.trust(log.origin, next.key, '2024-08-01T00:00:00.000Z');
    expect(served.store.retire(log.origin, old?.key as never, '2024-08-01T00:00:00.000Z')).toBe(true);
    expect((await send(body)).status).toBe(200);
    log.grow(1);
    expect((await send(log.request(11))).status).toBe(403);
  });
});

describe('a log of the suite sm: SM2 signatures over a tree of SM3', () => {
  beforeEach(() => {
    log = new SignedLog('sm.example.cn', [newSmLogKey('sm.example.cn')]).grow(10);
    served.store.trust(log.origin, log.keys[0]?.key as never, '2024-01-01T00:00:00.000Z');
  });

  it('given it goes on, then it is cosigned; given an event was rewritten, then not', async () => {
    expect((await send(log.cut(0).request(0))).status).toBe(200);
    expect((await send(log.request(0))).status).toBe(200);
    log.grow(5);
    expect((await send(log.rewritten(3).request(10))).status).toBe(422);
    expect((await send(log.request(10))).status).toBe(200);
  });

  it('given a key of the other suite, then it is not taken for one of the same log', () => {
    const other = newLogKey(log.origin);
    expect(() => served.store.trust(log.origin, other.key, '2024-01-01T00:00:00.000Z')).toThrow(/须属同一套件/);
  });
});

describe('what was answered is kept', () => {
  it('given two checkpoints at once, then one is cosigned and the other told the size: never is the log rolled back', async () => {
    await send(log.request(0));
    log.grow(20);
    const answers = await Promise.all([12, 30, 15, 20, 11, 25].map(size => send(log.request(10, size))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    const size = known()?.size;
    expect(answers.filter(({ status }) => status === 409).map(({ body }) => body)).toEqual(Array(5).fill(`${size}\n`));
  });

  it('given it dies after it kept a checkpoint and before it answered, when it starts again, then it knows it, and the log is cosigned at the second call', async () => {
    await send(log.request(0));
    log.grow(5);
    served.witness.addCheckpoint(log.request(10));
    const after = join(directory.path, 'after');
    cpSync(join(directory.path, 'witness'), after, { recursive: true });
    await using again = await ServedWitness.open(after);
    const answers = [await again.submit(log.request(10)), await again.submit(log.request(15))];
    expect(answers.map(({ status }) => status)).toEqual([409, 200]);
    expect((await again.submit(log.cut(12).grow(9, 'other').request(15))).status).toBe(422);
  });

  it('given it cannot keep a checkpoint, then it is not cosigned', async () => {
    const keep = served.store.cosign.bind(served.store);
    served.store.cosign = (...args) => {
      keep(...args);
      throw new Error('disk full');
    };
    const answer = await send(log.request(0));
    expect(answer.status).toBe(500);
    expect(answer.body).not.toContain('—');
    expect(known()).toBeUndefined();
    expect(served.faults.splice(0)).toHaveLength(1);
  });
});
