/** Where a project stands and whose turn it is, told to those who may know of it. */
import { describe, expect, it } from 'vitest';
import type { Actor } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { ENDS, JOURNEY_STAGES } from '../../events/rules/stages.ts';
import { routes } from '../../projections/dashboard/http.ts';
import { turnOf } from '../../projections/dashboard/turns.ts';
import { projections } from '../../projections/index.ts';
import { commandRoutes } from '../../services/routes.ts';
import { samples } from '../support/controls.ts';
import { ask, logOf, readerOf, type Told, told } from '../support/fold.ts';

const { projectId, uscc, bodyId, year } = samples['application.started'];
const { deadlines } = samples['work-plan.published'].plan;
const SUP: Actor = { accountId: 'sup.zhao' as AccountId, orgId: 'sup', role: 'SUP' };
const UNIT: Actor = { accountId: 'unit.wang' as AccountId, orgId: uscc, role: 'UNIT' };
const REC: Actor = { accountId: 'rec.liu' as AccountId, orgId: bodyId, role: 'REC-D' };

const inMemory = projections.filter(({ indexes }) => indexes.every(index => 'fields' in index));
const standing = (story: readonly Told[], caller: Actor, now?: string) =>
  ask(
    routes,
    'GetProjectStanding',
    { projectId },
    caller,
    readerOf(inMemory, { events: logOf(story), ...(now && { now }) }),
  );

const published = told('work-plan.published');
const started = told('application.started');
const submitted = told('application.submitted');

describe('whose turn it is', () => {
  it('given any stage, then somebody’s for a command that there is, or nobody’s at an end', () => {
    const commands = new Set(commandRoutes.map(({ command }) => command.name));
    for (const stage of JOURNEY_STAGES) {
      const turn = turnOf({ stage, year }, {}, new Map(), '2024-06-01T00:00:00.000Z');
      if (turn) expect(commands, stage).toContain(turn.command);
      else expect([...ENDS, 'results-declined'], stage).toContain(stage);
    }
  });

  it('第十条 given a draft, then the unit’s, until the applications close', async () => {
    expect(await standing([published, started], UNIT, '2024-03-01T00:00:00.000Z')).toMatchObject({
      stage: 'started',
      turn: { party: 'unit', command: 'SubmitApplication', dueOn: deadlines.applicationCloses, overdue: false },
    });
  });

  it('第十二条 given an application handed in, then the body’s; what the day has passed for is overdue', async () => {
    const story = [published, started, submitted];
    const turn = { party: 'body', command: 'StartVerification', dueOn: deadlines.verification };
    expect(await standing(story, REC, `${deadlines.verification}T15:59:59.000Z`)).toMatchObject({
      turn: { ...turn, overdue: false },
    });
    expect(await standing(story, REC, `${deadlines.verification}T16:00:00.000Z`)).toMatchObject({
      turn: { ...turn, overdue: true },
    });
  });

  it('第十二条 given a supplement asked for, then the unit’s, by the day of the request', async () => {
    const story = [published, started, submitted, told('supplement.requested')];
    expect(await standing(story, UNIT)).toMatchObject({
      turn: { party: 'unit', command: 'SupplementApplication', dueOn: samples['supplement.requested'].dueOn },
    });
  });

  it('given a project withdrawn, then nobody’s', async () => {
    expect(await standing([started, told('application.withdrawn')], UNIT)).not.toHaveProperty('turn');
  });
});

describe('who is told', () => {
  it('given its unit, its body or those who oversee, then where it stands; given others, nothing', async () => {
    for (const caller of [UNIT, REC, SUP]) {
      expect(await standing([started], caller)).toMatchObject({ projectId, stage: 'started', version: 0 });
    }
    expect(await standing([started], { ...UNIT, orgId: '91120116MA05000011' })).toBeUndefined();
    expect(await standing([started], { ...REC, orgId: 'district-other' })).toBeUndefined();
    expect(await standing([started], { ...UNIT, role: 'TPO', orgId: 'tpo-unentrusted' })).toBeUndefined();
  });
});
