import { describe, expect, it } from 'vitest';
import { bodies } from '../../events/rules/jurisdiction.ts';
import type { AnyCommand } from '../../services/command.ts';
import * as commands from '../../services/implementation/follow-up.ts';
import { isRejection } from '../../services/rejection.ts';
import { control, samples } from '../support/controls.ts';
import { folded } from '../support/folded.ts';
import { factsOf, refusalOf } from '../support/given.ts';
import {
  ask,
  assigned,
  BODY,
  completed,
  deviationsOf,
  handover,
  OTHER_BODY,
  stopped,
  terminated,
  UNIT,
  underway,
  unlisted,
} from './sample.ts';

const visit = {
  visitedOn: '2024-08-15',
  kinds: ['指导', '检查'],
  place: '铸造车间',
  participants: ['刘强'],
  findings: '对策按计划实施',
};
const appointment = { plannedOn: '2024-08-25', purpose: '检查对策实施' };
const { visitId, problemId } = samples['problem.raised'];
const planned = [...underway, { draft: control('visit.planned') }];
const visited = [...planned, { draft: control('visit.recorded') }];
const problematic = [...underway, { draft: control('problem.raised') }];
const solution = { problemId, resolution: '协调借用检测设备' };

const EVERY: readonly (readonly [string, AnyCommand, object])[] = [
  ['计划走访', commands.planVisit, appointment],
  ['记录走访', commands.recordVisit, visit],
  ['指导意见', commands.issueGuidance, { opinion: '建议增加测温点' }],
  ['督促', commands.urgeProgress, { matter: '完成检查阶段', expectedBy: '2024-09-15' }],
  ['提出问题', commands.raiseProblem, { description: '缺少设备' }],
  ['解决问题', commands.resolveProblem, solution],
];

describe('D-34 a project stopped for fraud', () => {
  it('is followed up no more; what happened before is still put on record', () => {
    const refused = EVERY.flatMap(([name, command, input]) => {
      const decision = ask(command, input, { past: problematic, known: stopped });
      return isRejection(decision) && decision.code === 'project-stopped' ? [name] : [];
    });
    expect(refused).toEqual(['计划走访', '指导意见', '督促', '提出问题']);
    const byUnit = ask(
      commands.raiseProblem,
      { description: '缺少设备' },
      { past: underway, actor: UNIT, known: stopped },
    );
    expect(refusalOf(byUnit).code).toBe('project-stopped');
  });
});

describe('第十六条 跟踪服务由当日负责的推荐单位开展 (第六条)', () => {
  it.each(EVERY)('%s given another body, then the project is not there', (_name, command, input) => {
    expect(refusalOf(ask(command, input, { past: problematic, actor: OTHER_BODY })).kind).toBe('hidden');
  });

  it.each(EVERY)('%s given the project is not listed, or not there, then it is refused', (_name, command, input) => {
    expect(refusalOf(ask(command, input, { past: unlisted }))).toMatchObject({
      code: 'wrong-stage',
      rule: { article: 'art-16' },
    });
    expect(refusalOf(ask(command, input)).kind).toBe('hidden');
  });

  it('given the district was handed over, then each body records the visits of its own days', () => {
    const known = { charges: folded(bodies, [assigned, handover('2024-08-16')]).charges };
    const on = (visitedOn: string, actor = BODY) =>
      ask(commands.recordVisit, { ...visit, visitedOn }, { past: underway, actor, known });
    expect(factsOf(on('2024-08-15'))).toHaveLength(1);
    expect(refusalOf(on('2024-08-16'))).toMatchObject({
      code: 'body-not-in-charge',
      kind: 'forbidden',
      rule: { article: 'art-06' },
    });
    expect(factsOf(on('2024-08-16', OTHER_BODY))).toMatchObject([{ data: { bodyId: OTHER_BODY.orgId } }]);
    expect(refusalOf(on('2024-08-15', OTHER_BODY)).code).toBe('body-not-in-charge');
  });

  it('given nobody is in charge, then nobody may act', () => {
    const known = { charges: folded(bodies, []).charges };
    expect(refusalOf(ask(commands.recordVisit, visit, { past: underway, known })).code).toBe('body-not-in-charge');
  });

  it('given the project is terminated, then past visits and open problems can be put on record, nothing else', () => {
    for (const [name, command, input] of EVERY) {
      const decision = ask(command, input, { past: [...problematic, ...terminated.slice(-1)] });
      if (name === '记录走访' || name === '解决问题') expect(factsOf(decision)).toHaveLength(1);
      else expect(refusalOf(decision).code).toBe('wrong-stage');
    }
  });
});

describe('第十六条 走访', () => {
  it('given a day from today on, then a visit is planned, once', () => {
    expect(factsOf(ask(commands.planVisit, appointment, { past: underway }))).toMatchObject([
      { type: 'visit.planned', data: { bodyId: BODY.orgId } },
    ]);
    const again = [...underway, { draft: control('visit.planned', appointment) }];
    expect(factsOf(ask(commands.planVisit, appointment, { past: again }))).toEqual([]);
    const gone = { ...appointment, plannedOn: '2024-08-19' };
    expect(refusalOf(ask(commands.planVisit, gone, { past: underway })).code).toBe('day-in-past');
  });

  it('given it took place, planned or not, then it is recorded once, its participants sealed', () => {
    expect(factsOf(ask(commands.recordVisit, { ...visit, visitId }, { past: planned }))).toMatchObject([
      { type: 'visit.recorded', data: { visitId, participants: [{ subject: 'person-zhao' }] } },
    ]);
    expect(factsOf(ask(commands.recordVisit, visit, { past: underway }))).toHaveLength(1);
    expect(factsOf(ask(commands.recordVisit, { ...visit, visitId }, { past: visited }))).toEqual([]);
    expect(factsOf(ask(commands.recordVisit, visit, { past: visited }))).toEqual([]);
    for (const change of [{ kinds: ['督促'] }, { participants: ['另一人', '又一人'] }]) {
      const known = { people: [{ subject: 'person-other', sealed: 'x'.repeat(40) }] };
      const asked = ask(
        commands.recordVisit,
        { ...visit, visitId, ...change },
        { past: visited, ...('participants' in change && { known }) },
      );
      expect(refusalOf(asked).code).toBe('recorded-otherwise');
    }
    const other = { ...visit, visitId, findings: '进度滞后' };
    expect(refusalOf(ask(commands.recordVisit, other, { past: visited })).code).toBe('visit-already-recorded');
  });

  it('given it is recorded after its year, then both days are said, and the plan that counts visits by the year', () => {
    const late = (now: string) => deviationsOf(ask(commands.recordVisit, visit, { past: underway, now }));
    expect(late('2024-12-31T15:59:59.999Z')).toEqual([]);
    expect(late('2024-12-31T16:00:00.000Z')).toMatchObject([
      {
        code: 'visit-entered-late',
        basis: { plan: 2024, item: 'deadlines.visitsPerYear' },
        zh: expect.stringMatching(/2024-08-15.*2025-01-01/),
      },
    ]);
  });

  it('given guidance from a visit, then it does not come before the visit', () => {
    const guidance = { visitId, opinion: '建议增加测温点' };
    const decision = ask(commands.issueGuidance, guidance, { past: visited, now: '2024-08-14T02:00:00.000Z' });
    expect(refusalOf(decision).code).toBe('before-the-visit');
    expect(factsOf(ask(commands.issueGuidance, guidance, { past: visited }))).toHaveLength(1);
  });

  it('given a day to come, a day before the listing, or an unknown appointment, then it is refused', () => {
    const on = (change: object) =>
      refusalOf(ask(commands.recordVisit, { ...visit, ...change }, { past: planned })).code;
    expect(on({ visitedOn: '2024-08-21' })).toBe('day-in-future');
    expect(on({ visitedOn: '2024-07-09' })).toBe('visit-before-listing');
    expect(on({ visitId: 'visit-9' })).toBe('visit-not-planned');
  });
});

describe('第十六条 指导与督促', () => {
  const opinion = '建议增加测温点';

  it('given an opinion, from a recorded visit or without one, then it is issued, once', () => {
    expect(factsOf(ask(commands.issueGuidance, { opinion }, { past: underway }))).toHaveLength(1);
    expect(factsOf(ask(commands.issueGuidance, { opinion, visitId }, { past: visited }))).toHaveLength(1);
    const again = [...visited, { draft: control('guidance.issued') }];
    expect(factsOf(ask(commands.issueGuidance, { opinion, visitId }, { past: again }))).toEqual([]);
    expect(refusalOf(ask(commands.issueGuidance, { opinion, visitId }, { past: planned })).code).toBe(
      'visit-not-recorded',
    );
  });

  it('given a matter and a day to come, then progress is urged, once, and not after completion', () => {
    const urging = { matter: '完成检查阶段', expectedBy: '2024-09-15' };
    expect(factsOf(ask(commands.urgeProgress, urging, { past: underway }))).toHaveLength(1);
    const again = [...underway, { draft: control('progress.urged', urging) }];
    expect(factsOf(ask(commands.urgeProgress, urging, { past: again }))).toEqual([]);
    const gone = { ...urging, expectedBy: '2024-08-19' };
    expect(refusalOf(ask(commands.urgeProgress, gone, { past: underway })).code).toBe('day-in-past');
    expect(refusalOf(ask(commands.urgeProgress, urging, { past: completed })).code).toBe('wrong-stage');
  });
});

describe('第十六条 帮助解决问题', () => {
  const { description } = samples['problem.raised'];

  it('given a problem, then the body or the unit raises it, once while it is open', () => {
    for (const actor of [BODY, UNIT]) {
      expect(factsOf(ask(commands.raiseProblem, { description }, { past: underway, actor }))).toMatchObject([
        { type: 'problem.raised', data: { raisedOn: '2024-08-20' } },
      ]);
      expect(factsOf(ask(commands.raiseProblem, { description }, { past: problematic, actor }))).toEqual([]);
    }
    const unvisited = [...visited, { draft: control('problem.raised', { visitId: undefined }) }];
    expect(factsOf(ask(commands.raiseProblem, { description, visitId }, { past: unvisited }))).toMatchObject([
      { type: 'problem.raised', data: { visitId } },
    ]);
    const resolved = [...problematic, { draft: control('problem.resolved') }];
    expect(factsOf(ask(commands.raiseProblem, { description }, { past: resolved }))).toHaveLength(1);
    const stranger = { ...UNIT, orgId: '91120110MA05Y56789' };
    expect(refusalOf(ask(commands.raiseProblem, { description }, { past: underway, actor: stranger })).kind).toBe(
      'hidden',
    );
    expect(refusalOf(ask(commands.raiseProblem, { description, visitId }, { past: planned })).code).toBe(
      'visit-not-recorded',
    );
  });

  it('given it is open, then only a resolution closes it, once', () => {
    expect(factsOf(ask(commands.resolveProblem, solution, { past: problematic }))).toMatchObject([
      { type: 'problem.resolved', data: { ...solution, resolvedOn: '2024-08-20' } },
    ]);
    const resolved = [...problematic, { draft: control('problem.resolved', solution) }];
    expect(factsOf(ask(commands.resolveProblem, solution, { past: resolved }))).toEqual([]);
    const other = { ...solution, resolution: '另购设备' };
    expect(refusalOf(ask(commands.resolveProblem, other, { past: resolved })).code).toBe('problem-already-resolved');
    expect(
      refusalOf(ask(commands.resolveProblem, { ...solution, problemId: 'problem-9' }, { past: problematic })).kind,
    ).toBe('hidden');
    const early = { past: problematic, now: '2024-08-14T02:00:00.000Z' };
    expect(refusalOf(ask(commands.resolveProblem, solution, early)).code).toBe('resolved-before-raised');
  });
});
