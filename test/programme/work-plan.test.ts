import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../events/canonical.ts';
import { programmeClosed, workPlanDrafted } from '../../events/programme.ts';
import { addDays } from '../../events/time.ts';
import { planInForce } from '../../services/programme/state.ts';
import { amendWorkPlan, draftWorkPlan, publishWorkPlan } from '../../services/programme/work-plan.ts';
import { isRejection } from '../../services/rejection.ts';
import { factsOf, type Past, refusalOf } from '../support/given.ts';
import fc from '../support/properties.ts';
import {
  appended,
  inForce,
  morningOf,
  opened,
  plan,
  planned,
  planWith,
  running,
  send,
  stampOf,
  URL,
  YEAR,
  yearOf,
} from './year.ts';

const open: readonly Past[] = [inForce, opened];
const draft = (text = plan, version = 1): Past => ({ draft: workPlanDrafted.of({ year: YEAR, version, plan: text }) });
/** Its application period was over when it was published. */
const WARNED = { type: 'work-plan.warned' };
const publication = { year: YEAR, version: 1, url: URL };

const publish = (text = plan) => send([...open, draft(text)], publishWorkPlan, { input: publication });
const amend = (log: readonly Past[], text: typeof plan, day = '2024-03-20') =>
  send(log, amendWorkPlan, {
    input: { year: YEAR, plan: text, reason: '疏漏更正', url: URL },
    now: morningOf(day),
  });

describe('第九条 drafting the work plan', () => {
  it('given an open year, when drafts are put down, then they are numbered; the same text again changes nothing', async () => {
    const input = { year: YEAR, plan };
    expect(factsOf(await send(open, draftWorkPlan, { input }))).toMatchObject([
      { type: 'work-plan.drafted', data: { version: 1 } },
    ]);
    expect(factsOf(await send([...open, draft()], draftWorkPlan, { input }))).toEqual([]);
    const renewed = { year: YEAR, plan: { ...plan, title: '工作方案（二稿）' } };
    expect(factsOf(await send([...open, draft()], draftWorkPlan, { input: renewed }))).toMatchObject([
      { data: { version: 2 } },
    ]);
  });

  it('given no open year, or a closed one, when a plan is drafted, then it is refused under 第四条', async () => {
    const input = { year: YEAR, plan };
    const closed = { draft: programmeClosed.of({ year: YEAR, summary: '完成' }) };
    expect(refusalOf(await send([inForce], draftWorkPlan, { input }))).toMatchObject({
      code: 'programme-not-open',
      rule: { article: 'art-04' },
    });
    expect(refusalOf(await send([...open, closed], draftWorkPlan, { input })).code).toBe('programme-closed');
  });

  it('given a published plan, when another is drafted, then it is refused: one current version', async () => {
    expect(refusalOf(await send(planned, draftWorkPlan, { input: { year: YEAR, plan } })).code).toBe(
      'work-plan-already-published',
    );
  });
});

describe('第九条 publishing the work plan', () => {
  it('given a draft, when it is published, then it is in force and its hash can be recomputed', async () => {
    const decision = await publish();
    const docHash = hash('sha256', canonicalJson(plan));
    expect(factsOf(decision)).toEqual([
      { type: 'work-plan.published', data: { year: YEAR, version: 1, plan, docHash, url: URL } },
    ]);
    expect(planInForce(yearOf(appended(open, decision)))).toEqual({ year: YEAR, version: 1, plan, url: URL });
  });

  it('when there is no such draft, then it is refused', async () => {
    expect(refusalOf(await send(open, publishWorkPlan, { input: publication }))).toMatchObject({
      code: 'draft-not-found',
      rule: { article: 'art-09' },
    });
  });

  it('given it is published, when it is published again, then nothing changes; another text is refused', async () => {
    const log = [...open, draft(), ...planned.slice(-1)];
    expect(factsOf(await send(log, publishWorkPlan, { input: publication }))).toEqual([]);
    const elsewhere = { ...publication, url: 'https://scjg.tj.gov.cn/other.html' };
    expect(refusalOf(await send(log, publishWorkPlan, { input: elsewhere })).code).toBe('work-plan-already-published');
  });

  it.each(plan.steps.map(step => step.phase))(
    'when the plan does not state how %s goes, then it is refused',
    async phase => {
      const refusal = refusalOf(await publish({ ...plan, steps: plan.steps.filter(step => step.phase !== phase) }));
      expect(refusal).toMatchObject({ code: 'plan-incomplete', rule: { article: 'art-09' } });
      expect(refusal.zh).toContain(phase);
    },
  );

  it.each([
    { applicationCloses: '2024-03-14' },
    { verification: '2024-04-29' },
    { municipalReview: '2024-05-30' },
    { projectPlanPublication: '2024-06-13' },
    { results: '2024-06-27' },
    { evaluation: '2024-10-30' },
  ])('when a deadline is before the one it follows (%o), then it is refused', async deadlines => {
    const refusal = refusalOf(await publish(planWith(deadlines)));
    expect(refusal.code).toBe('deadlines-out-of-order');
    expect(refusal.en).toContain(Object.keys(deadlines)[0]);
  });

  it('when later deadlines are left out, then the others are enough', async () => {
    const { results: _r, training: _t, exchangeMeeting: _x, ...deadlines } = plan.deadlines;
    expect(factsOf(await publish({ ...plan, deadlines }))).toHaveLength(1);
  });

  it('when a date lies outside the programme, then it is refused with its place', async () => {
    const refusal = refusalOf(await publish(planWith({ exchangeMeeting: '2031-01-10' })));
    expect(refusal.code).toBe('date-outside-the-year');
    expect(refusal.faults).toMatchObject([{ pointer: '/deadlines/exchangeMeeting' }]);
  });

  it.each([
    ['2024-06-30T15:59:59.999Z', []],
    ['2024-06-30T16:00:00.000Z', ['work-plan-late']],
  ])('published at %s: 6月30日24:00 decides, late is recorded and never blocked', async (now, codes) => {
    const decision = await send([...open, draft()], publishWorkPlan, { input: publication, now });
    if (isRejection(decision)) throw new Error(decision.en);
    expect(decision[0]?.deviations?.map(deviation => deviation.code)).toEqual(codes);
    for (const deviation of decision[0]?.deviations ?? []) expect(deviation.basis).toMatchObject({ article: 'art-09' });
  });

  it('stated for June and entered in July it stays late, and both days are said', async () => {
    const sent = { input: publication, now: morningOf('2024-07-02'), effectiveAt: morningOf('2024-06-28') };
    expect(await send([...open, draft()], publishWorkPlan, sent)).toMatchObject([
      { deviations: [{ code: 'work-plan-late', zh: expect.stringMatching(/2024-06-28.*2024-07-02/) }] },
      WARNED,
    ]);
  });
});

describe('第九条 amending the work plan', () => {
  it('given a published plan, when it is amended, then the next version names what changed', async () => {
    const decision = await amend(planned, { ...planWith({ verification: '2024-06-07' }), scoringRulesRef: '第2版' });
    expect(factsOf(decision)).toMatchObject([
      {
        type: 'work-plan.amended',
        data: {
          fromVersion: 1,
          version: 2,
          changes: [
            { pointer: '/deadlines/verification', from: '"2024-05-31"', to: '"2024-06-07"' },
            { pointer: '/scoringRulesRef', from: '"评定标准第1版"', to: '"第2版"' },
          ],
        },
      },
    ]);
    const log = appended(planned, decision);
    expect(planInForce(yearOf(log))?.version).toBe(2);
    expect(await stampOf(log, draftWorkPlan, { input: { year: YEAR, plan } })).toBe(2);
  });

  it('when nothing changes, then nothing is recorded', async () => {
    expect(factsOf(await amend(running, plan))).toEqual([]);
  });

  it('given no published plan, when it is amended, then it is refused', async () => {
    expect(refusalOf(await amend(open, plan)).code).toBe('work-plan-not-published');
  });

  it('when the amended plan would not state every step, then it is refused like a new one', async () => {
    expect(refusalOf(await amend(planned, { ...plan, steps: plan.steps.slice(1) })).code).toBe('plan-incomplete');
  });

  it('an amendment in July is no late publication: only the first one counts', async () => {
    const decision = await amend(running, planWith({ exchangeMeeting: '2024-12-27' }), '2024-07-05');
    expect(isRejection(decision) ? decision : decision[0]?.deviations).toBeUndefined();
  });

  it.each([
    ['applicationCloses', '2024-04-26', '2024-03-20', '2024-03-20: the window is open'],
    ['verification', '2024-05-30', '2024-05-01', 'applications have closed'],
    ['municipalReview', '2024-06-13', '2024-06-01', 'verification is over'],
    ['projectPlanPublication', '2024-06-27', '2024-06-15', 'the municipal review is over'],
    ['training', '2024-08-29', '2024-06-29', 'the project plan is due'],
    ['results', '2024-10-30', '2024-06-29', 'the project plan is due'],
    ['evaluation', '2024-11-28', '2024-11-01', 'results are in'],
    ['exchangeMeeting', '2024-12-19', '2024-11-30', 'the evaluation is over'],
  ])('when %s is brought forward to %s on %s (%s began its step), then it is refused', async (name, date, day) => {
    expect(refusalOf(await amend(running, planWith({ [name]: date }), day))).toMatchObject({
      code: 'running-deadline-shortened',
      rule: { plan: YEAR, version: 1, item: name },
    });
  });

  it.each([
    ['supplementWorkingDays', 4, '2024-03-20', 'running-deadline-shortened'],
    ['monitoringEveryMonths', 2, '2024-06-28', undefined],
    ['monitoringEveryMonths', 2, '2024-06-29', 'running-deadline-shortened'],
    ['monitoringEveryMonths', 4, '2024-06-29', undefined],
  ])('when the period %s becomes %i on %s, then: %s', async (name, value, day, code) => {
    const decision = await amend(running, planWith({ [name]: value }), day);
    expect(isRejection(decision) ? decision.code : undefined).toBe(code);
  });

  it('a deadline whose step has not begun can be brought forward, and a running one can be extended', async () => {
    expect(factsOf(await amend(running, planWith({ verification: '2024-05-20' }), '2024-04-30'))).toHaveLength(1);
    expect(factsOf(await amend(running, planWith({ applicationCloses: '2024-05-10' })))).toHaveLength(1);
  });

  it('a step begins when the nearest deadline the plan sets before it has passed', async () => {
    const { results: _none, ...deadlines } = plan.deadlines;
    const log = appended(running, await amend(running, { ...plan, deadlines }));
    const sooner = { ...plan, deadlines: { ...deadlines, evaluation: '2024-11-20' } };
    expect(factsOf(await amend(log, sooner, '2024-06-28'))).toHaveLength(1);
    expect(refusalOf(await amend(log, sooner, '2024-06-29')).code).toBe('running-deadline-shortened');
  });

  it('when a deadline that has passed is moved, or the beginning of an open window, then it is refused', async () => {
    const moved = planWith({ applicationCloses: '2024-05-08' });
    expect(factsOf(await amend(running, moved, '2024-04-30'))).toHaveLength(1);
    expect(refusalOf(await amend(running, moved, '2024-05-01'))).toMatchObject({
      code: 'deadline-passed',
      rule: { item: 'applicationCloses' },
    });
    expect(refusalOf(await amend(running, planWith({ applicationOpens: '2024-03-20' }))).code).toBe('deadline-passed');
  });

  it('when a date is moved into the past, then it is refused', async () => {
    const backwards = planWith({ applicationOpens: '2024-03-01' });
    expect(factsOf(await amend(planned, backwards, '2024-03-01'))).toHaveLength(1);
    expect(refusalOf(await amend(planned, backwards, '2024-03-10'))).toMatchObject({
      code: 'date-in-the-past',
      rule: { item: 'applicationOpens' },
    });
  });

  it('given the window never opened and its dates have passed, then the year can be planned anew', async () => {
    const anew = planWith({
      applicationOpens: '2024-07-10',
      applicationCloses: '2024-07-31',
      verification: '2024-08-16',
      municipalReview: '2024-08-30',
      projectPlanPublication: '2024-09-06',
    });
    expect(factsOf(await amend(planned, anew, '2024-07-08'))).toMatchObject([{ type: 'work-plan.amended' }, WARNED]);
  });

  it('given the window is open, no accepted amendment touches the past or shortens the application deadline', async () => {
    const names = [
      'applicationOpens',
      'applicationCloses',
      'verification',
      'municipalReview',
      'projectPlanPublication',
    ];
    const shift = fc.record(Object.fromEntries(names.map(name => [name, fc.constantFrom(0, 0, 0, -9, -1, 1, 9, 40)])));
    const days = fc.integer({ min: 0, max: 120 }).map(count => addDays('2024-03-15', count));
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(shift, days, async (shifts, day) => {
        const before = plan.deadlines as unknown as Record<string, string>;
        const moved = Object.fromEntries(
          names.map(name => [name, addDays(before[name] as string, shifts[name] as number)]),
        );
        const decision = await amend(running, planWith(moved), day);
        if (isRejection(decision)) return;
        accepted += decision.length;
        for (const name of names.filter(each => moved[each] !== before[each])) {
          const [old, renewed] = [before[name] as string, moved[name] as string];
          expect(old >= day && renewed >= day, `${name} on ${day}`).toBe(true);
          if (name === 'applicationCloses') expect(renewed > old).toBe(true);
        }
      }),
      { seed: 9, numRuns: 400 },
    );
    expect(accepted).toBeGreaterThan(20);
  });
});
