/** Acts under a credential that others had in their hands are marked, in the trail and in report 15, until it is confirmed. */
import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../events/envelope.ts';
import { trailNames } from '../../projections/names.ts';
import { credentials } from '../../projections/provisional.ts';
import { trailEntries } from '../../projections/trail/entries.ts';
import { queries } from '../../projections/trail/http.ts';
import type { TrailEntry } from '../../projections/trail/query.ts';
import { ask as askReport, faultsOf, OFFICER, story, VERIFIER } from '../report/support.ts';
import { ask, readerOf, type Told, told } from '../support/fold.ts';

const SUPERVISOR = { accountId: 'sup.li', role: 'SUP', orgId: 'sup' } as never;
const { accountId } = VERIFIER;
const SYSTEM = { accountId: 'system' as never, role: 'SYS', orgId: 'system' } as const;

const visit = told('visit.recorded', {}, { actor: VERIFIER });
const byAnother = told('organising-work.recorded', {}, { actor: OFFICER });
const reset = (change = {}) => told('account.password-set', { accountId, ...change } as never, { actor: SYSTEM });
const confirmed = (change = {}) =>
  told('account.credential-confirmed', { accountId, ...change } as never, { actor: SYSTEM });

/** Positions of the acts that the trail marks, in its entry and in its sentence. */
async function marked(log: readonly RecordedEvent[], asOf?: string): Promise<number[]> {
  const reader = readerOf([trailEntries, trailNames, credentials], { events: log });
  const { items } = (await ask(queries, 'ReadTrail', { order: 'asc', ...(asOf && { asOf }) }, SUPERVISOR, reader)) as {
    items: TrailEntry[];
  };
  for (const { sentence, provisional } of items) {
    expect(sentence.endsWith('（密码经重置，待确认由本人掌握）')).toBe(provisional === true);
  }
  return items.filter(({ provisional }) => provisional).map(({ position }) => Number(position));
}

/** Positions of the acts that report 15 names for it. */
async function reported(log: readonly RecordedEvent[], asOf?: string): Promise<number[]> {
  const answer = await askReport(15, {}, log, { ...(asOf && { asOf }) });
  const doubtful = answer.rows.filter(({ cells }) => cells.kind === '重置密码下办理');
  expect(answer.verdict.includes('尚未确认由本人掌握')).toBe(doubtful.length > 0);
  return doubtful.flatMap(({ rests }) => rests.map(({ position }) => Number(position)));
}

async function bothMark(parts: readonly Told[], asOf?: string): Promise<number[]> {
  const log = story(parts);
  const here = await marked(log, asOf);
  expect(await reported(log, asOf)).toEqual(here);
  return here;
}

describe('制度 重置密码后的行为', () => {
  it('given a reset, then what the account does after it is marked, and nothing else', async () => {
    expect(await bothMark([visit, reset(), visit, byAnother, visit])).toEqual([3, 5]);
  });

  it('given a first password, or one that was set at the machine, then nothing is marked', async () => {
    const first = { provisional: undefined };
    const atTheMachine = { ...first, means: 'command-line', resetId: undefined };
    for (const change of [first, atTheMachine]) {
      const log = story([reset(change), visit]);
      expect([await marked(log), await reported(log)]).toEqual([[], []]);
    }
  });

  it('given that it is confirmed, then nothing is marked, but as of before it is', async () => {
    const parts = [reset(), visit, confirmed(), visit];
    expect(await bothMark(parts)).toEqual([]);
    expect(await bothMark(parts, '2')).toEqual([2]);
  });

  it('given that a later reset is confirmed, then what was done under the earlier one stays marked', async () => {
    const later = { resetId: 'r8s4t0v6' };
    expect(await bothMark([reset(), visit, reset(later), visit, confirmed(later), visit])).toEqual([2]);
  });

  it('given that whoever has the account changes its password, then it is marked as before', async () => {
    const change = reset({ means: 'holder', resetId: undefined, provisional: undefined });
    expect(await bothMark([reset(), { ...change, actor: VERIFIER }, visit])).toEqual([2, 3]);
  });

  it('then report 15 counts each as a fault, with the account it was done as', async () => {
    const log = story([reset(), visit]);
    expect(faultsOf(await askReport(15, {}, log))).toMatchObject([
      { at: [2], says: expect.stringContaining('尚未确认由本人掌握') },
    ]);
  });

  it('notices a planted fault: a reset on the log that does not say that it is provisional leaves no mark', async () => {
    const log = story([reset(), visit]);
    const planted = log.map(event =>
      event.type === 'account.password-set'
        ? { ...event, data: { ...(event.data as object), provisional: undefined } }
        : event,
    );
    expect(await marked(log)).toEqual([2]);
    expect(await marked(planted)).toEqual([]);
  });
});
