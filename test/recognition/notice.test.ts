import { describe, expect, it } from 'vitest';
import { projectStream } from '../../events/application.ts';
import { calendarStream } from '../../events/calendar.ts';
import { programmeStream } from '../../events/programme.ts';
import type { Decision } from '../../services/command.ts';
import {
  closePublicNotice,
  decideObjection,
  openPublicNotice,
  RESULTS_A_NOTICE,
  raiseObjection,
} from '../../services/recognition/notice.ts';
import { recogniseExcellentResult } from '../../services/recognition/recognising.ts';
import { control } from '../support/controls.ts';
import { factsOf, refusalOf } from '../support/given.ts';
import {
  ALSO_KEPT,
  dataOf,
  KEPT,
  type Ledger,
  on,
  onTheList,
  personOf,
  projectId,
  proposed,
  REMOVED,
  review,
  reviewed,
  submitted,
  URL,
  USCC,
  YEAR,
} from './ledger.ts';

const withNotice = { options: { publicNotice: { workingDays: 3 } } };
const open = { year: YEAR, url: URL };
const objection = {
  year: YEAR,
  projectId: KEPT,
  objector: { name: '林某', phone: '022-23456789' },
  grounds: '效益测算依据不足',
};
const byPlan = (code: string) => ({ code, rule: { plan: YEAR, version: 1, item: 'options.publicNotice' } });

/** Opened on Friday 6 December; the third working day after it is Wednesday the 11th. */
async function noticed(): Promise<Ledger> {
  const ledger = reviewed(withNotice);
  await ledger.send(openPublicNotice, open);
  return ledger;
}

async function objected(): Promise<{ ledger: Ledger; objectionId: string }> {
  const ledger = await noticed();
  const { objectionId } = dataOf<{ objectionId: string }>(await ledger.send(raiseObjection, objection));
  return { ledger, objectionId };
}

const subjectsOf = (raised: Decision) =>
  factsOf(raised).map(({ data }) => (data as { objector: { name: { subject: string } } }).objector.name.subject);

const decision = (objectionId: string, outcome: string) => ({ year: YEAR, objectionId, outcome, reason: '经核对' });
const close = { year: YEAR, notice: 1 };
const recognise = { year: YEAR, projectId: KEPT };

describe('公示 (D-17: only where the work plan asks for it)', () => {
  it('given a plan without it, then there is none, and recognition does not wait for one', async () => {
    const refusal = refusalOf(await reviewed().ask(openPublicNotice, open));
    expect(refusal).toMatchObject(byPlan('no-public-notice'));
    expect(refusalOf(await reviewed().ask(raiseObjection, objection)).code).toBe('no-public-notice');
    expect(refusalOf(await reviewed().ask(closePublicNotice, close)).code).toBe('no-public-notice');
    expect(factsOf(await reviewed().ask(recogniseExcellentResult, recognise))).toHaveLength(1);
  });

  it('when it is opened, then all kept results are in it for the working days of the plan, the first day not counted', async () => {
    expect(factsOf(await reviewed(withNotice).ask(openPublicNotice, open))).toMatchObject([
      {
        type: 'public-notice.opened',
        data: {
          notice: 1,
          list: [{ projectId: KEPT, title: `攻关 ${KEPT}` }, { projectId: ALSO_KEPT }],
          from: '2024-12-06',
          lastDay: '2024-12-11',
          workingDays: 3,
        },
      },
    ]);
  });

  it('given all kept results are under notice, or none is kept, then no other notice is opened', async () => {
    expect(refusalOf(await (await noticed()).ask(openPublicNotice, open))).toMatchObject(byPlan('nothing-to-notice'));
    expect(refusalOf(await proposed(withNotice).ask(openPublicNotice, open)).code).toBe('nothing-to-notice');
  });

  it('given more results than one notice takes, then the next notice takes the rest', async () => {
    const ledger = proposed(withNotice);
    const ids = Array.from({ length: RESULTS_A_NOTICE + 3 }, (_, at) => projectId(String(at).padStart(8, '0')));
    for (const id of ids) submitted(ledger, id);
    onTheList(ledger, 'excellent-list.reviewed', { ...review, kept: ids, removed: [] });
    const listed = async () => {
      const { list } = dataOf<{ list: readonly { projectId: string }[] }>(await ledger.send(openPublicNotice, open));
      return list.map(each => each.projectId);
    };
    expect(await listed()).toEqual(ids.slice(0, RESULTS_A_NOTICE));
    expect(await listed()).toEqual(ids.slice(RESULTS_A_NOTICE));
    expect(refusalOf(await ledger.ask(openPublicNotice, open)).code).toBe('nothing-to-notice');
  });

  it('a result whose materials no longer stand is left out', async () => {
    const ledger = reviewed(withNotice).add(projectStream(KEPT), control('project.terminated', { projectId: KEPT }));
    expect(factsOf(await ledger.ask(openPublicNotice, open))).toMatchObject([
      { data: { list: [{ projectId: ALSO_KEPT }] } },
    ]);
  });

  it('when its days would run into a year without a calendar, then it is refused', async () => {
    const refusal = refusalOf(await reviewed(withNotice).ask(openPublicNotice, open, { now: on('2026-12-31') }));
    expect(refusal).toMatchObject(byPlan('calendar-year-missing'));
  });

  it('once the notice of that year is registered it is counted by it, and the event says by which', async () => {
    const ledger = reviewed(withNotice).add(calendarStream(2027), control('holiday-notice.registered'));
    const opened = await ledger.ask(openPublicNotice, open, { now: on('2026-12-31') });
    // 元旦 is off until Sunday 3 January.
    expect(factsOf(opened)).toMatchObject([
      {
        data: {
          from: '2026-12-31',
          lastDay: '2027-01-06',
          countedBy: [{ year: 2027, number: '国办发明电〔2026〕7号', version: 1 }],
        },
      },
    ]);
  });

  it('it closes after its last day, once', async () => {
    const ledger = await noticed();
    expect(refusalOf(await ledger.ask(closePublicNotice, close, { now: on('2024-12-11') }))).toMatchObject(
      byPlan('notice-running'),
    );
    await ledger.send(closePublicNotice, close, { now: on('2024-12-12') });
    expect(factsOf(await ledger.ask(closePublicNotice, close, { now: on('2024-12-12') }))).toEqual([]);
    expect(refusalOf(await ledger.ask(closePublicNotice, { ...close, notice: 2 })).code).toBe('not-found');
  });
});

describe('异议', () => {
  it('is raised under the real name, which is sealed under a subject of its own', async () => {
    const raised = await (await noticed()).ask(raiseObjection, objection);
    expect(factsOf(raised)).toMatchObject([
      { type: 'objection.raised', data: { projectId: KEPT, notice: 1, evidence: [] } },
    ]);
    expect(JSON.stringify(factsOf(raised))).not.toContain(objection.objector.name);
    const byUnit = await (await noticed()).ask(raiseObjection, objection, { actor: personOf('UNIT', USCC) });
    expect(subjectsOf(byUnit)).not.toEqual(subjectsOf(raised));
  });

  it('the same request again changes nothing', async () => {
    const { ledger } = await objected();
    expect(factsOf(await ledger.ask(raiseObjection, objection))).toEqual([]);
  });

  it('is taken until the last day of the notice, and only to what is in it', async () => {
    const ledger = await noticed();
    expect(factsOf(await ledger.ask(raiseObjection, objection, { now: on('2024-12-11') }))).toHaveLength(1);
    expect(refusalOf(await ledger.ask(raiseObjection, objection, { now: on('2024-12-12') }))).toMatchObject(
      byPlan('notice-over'),
    );
    expect(refusalOf(await ledger.ask(raiseObjection, { ...objection, projectId: REMOVED })).code).toBe('not-found');
  });

  it('while it is open, the notice is not closed and the result is not recognised', async () => {
    const { ledger } = await objected();
    const later = { now: on('2024-12-12') };
    expect(refusalOf(await ledger.ask(closePublicNotice, close, later))).toMatchObject(byPlan('objection-open'));
    expect(refusalOf(await ledger.ask(recogniseExcellentResult, recognise, later))).toMatchObject(
      byPlan('objection-open'),
    );
  });

  it('given the plan has dropped the notice since, then an open objection counts all the same', async () => {
    const { ledger } = await objected();
    const { plan } = dataOf<{ plan: { options: object } }>([control('work-plan.published')]);
    const options = { requiredDocuments: [], similarityThreshold: 0.5 };
    ledger.add(programmeStream(YEAR), control('work-plan.amended', { plan: { ...plan, options } as never }));
    expect(refusalOf(await ledger.ask(recogniseExcellentResult, recognise)).code).toBe('objection-open');
    const other = { ...recognise, projectId: ALSO_KEPT };
    expect(factsOf(await ledger.ask(recogniseExcellentResult, other))).toHaveLength(1);
  });

  it('given it was dismissed, then the result is recognised once the notice is over', async () => {
    const { ledger, objectionId } = await objected();
    await ledger.send(decideObjection, decision(objectionId, 'dismissed'));
    const later = { now: on('2024-12-12') };
    expect(refusalOf(await ledger.ask(recogniseExcellentResult, recognise, later))).toMatchObject(
      byPlan('notice-not-over'),
    );
    await ledger.send(closePublicNotice, close, later);
    expect(factsOf(await ledger.ask(recogniseExcellentResult, recognise, later))).toHaveLength(1);
  });

  it('given it was upheld, then the result is not recognised; the others are', async () => {
    const { ledger, objectionId } = await objected();
    await ledger.send(decideObjection, decision(objectionId, 'upheld'));
    await ledger.send(closePublicNotice, close, { now: on('2024-12-12') });
    expect(refusalOf(await ledger.ask(recogniseExcellentResult, recognise))).toMatchObject(byPlan('objection-upheld'));
    const other = { ...recognise, projectId: ALSO_KEPT };
    expect(factsOf(await ledger.ask(recogniseExcellentResult, other))).toHaveLength(1);
  });

  it('is decided once: the same decision again changes nothing, the other one is refused', async () => {
    const { ledger, objectionId } = await objected();
    await ledger.send(decideObjection, decision(objectionId, 'upheld'));
    expect(factsOf(await ledger.ask(decideObjection, decision(objectionId, 'upheld')))).toEqual([]);
    const otherwise = { ...decision(objectionId, 'upheld'), reason: '另一理由' };
    expect(refusalOf(await ledger.ask(decideObjection, otherwise)).code).toBe('recorded-otherwise');
    expect(refusalOf(await ledger.ask(decideObjection, decision(objectionId, 'dismissed')))).toMatchObject(
      byPlan('objection-decided'),
    );
    expect(refusalOf(await ledger.ask(decideObjection, decision('objection-none', 'upheld'))).code).toBe('not-found');
  });
});
