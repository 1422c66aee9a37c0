/** 制度：两人分办 — what counts as the earlier act is the same for decisions and for the report that looks back. */
import { describe, expect, it } from 'vitest';
import { projectStream } from '../../events/application.ts';
import type { Actor, Role } from '../../events/envelope.ts';
import { evaluationStream } from '../../events/evaluation.ts';
import type { AccountId, BodyId, ProjectId, StreamId } from '../../events/ids.ts';
import type { PanelId } from '../../events/panel.ts';
import { resultBatchStream } from '../../events/result.ts';
import { SEPARATIONS } from '../../events/rules/separation-of-duties.ts';
import type { Dependency, Sources } from '../../services/command.ts';
import { createStates } from '../../services/loading.ts';
import { evaluatorsOf, handlersOf, recommendersOf } from '../../services/separation-of-duties.ts';
import { control, type FactName } from '../support/controls.ts';
import { newFact } from '../support/log.ts';
import { createMemoryStore } from '../support/memory-store.ts';

const PROJECT = '2024-7k3m9qwz' as ProjectId;
const PANEL = '2024-equipment' as PanelId;
const ON = {
  project: projectStream(PROJECT),
  batch: resultBatchStream(2024, 'district-binhai' as BodyId),
  evaluation: evaluationStream(PANEL),
};

/** Whether the reading counts who did one act, and whether the report counts the act as the first of a matter. */
async function counted(
  name: FactName,
  role: Role,
  where: keyof typeof ON,
  reading: Dependency<Iterable<string>>,
  matter: string,
): Promise<readonly [boolean, boolean]> {
  const store = createMemoryStore();
  const actor: Actor = { accountId: 'who.li' as AccountId, orgId: 'some-body', role };
  const fact = newFact(
    'act',
    control(name, 'projectId' in (control(name).data as object) ? ({ projectId: PROJECT } as never) : {}),
  );
  await store.append(ON[where], -1, [{ ...fact, meta: { ...fact.meta, actor } }]);
  const states = createStates(store);
  const sources = {
    stream: async (fold: never, stream: StreamId) => (await states.load(fold, stream)).state,
    log: async (fold: never, types: readonly string[]) => states.loadLog(fold, types, await store.head()),
  } as unknown as Sources;
  const separation = SEPARATIONS.find(each => each.matter === matter);
  const [event] = await store.readStream(ON[where], -1);
  if (!separation || !event) throw new Error(`no ${matter}`);
  return [[...(await reading.resolve(sources))].includes('who.li'), separation.first(event)];
}

const BOTH = [true, true];
const NEITHER = [false, false];

describe('制度：两人分办', () => {
  it.each([
    ['completeness.verified', 'REC-D', 'project', BOTH],
    ['completeness.verified', 'REC-I', 'project', BOTH],
    ['completeness.verified', 'REC-A', 'project', BOTH],
    ['eligibility.confirmed', 'MSR', 'project', BOTH],
    ['project.approved', 'MSR', 'project', BOTH],
    ['visit.recorded', 'REC-D', 'project', BOTH],
    ['result.recommended', 'REC-D', 'batch', BOTH],
    ['result.not-recommended', 'REC-D', 'batch', NEITHER],
    ['application.submitted', 'UNIT', 'project', NEITHER],
    ['similarity.checked', 'TPO', 'project', NEITHER],
  ] as const)(
    '第十九条 who acted on a project for an office does not score it: %s by %s',
    async (name, role, where, both) => {
      expect(await counted(name, role, where, handlersOf([PROJECT]), '办理项目与评分')).toEqual(both);
    },
  );

  it.each([
    ['completeness.verified', 'project', BOTH],
    ['completeness.failed', 'project', BOTH],
    ['truthfulness.verified', 'project', BOTH],
    ['truthfulness.failed', 'project', BOTH],
    ['project.recommended', 'project', BOTH],
    ['result.recommended', 'batch', BOTH],
    ['verification.started', 'project', NEITHER],
    ['project.not-recommended', 'project', NEITHER],
    ['visit.recorded', 'project', NEITHER],
  ] as const)(
    '第二十一条 who verified or recommended a result does not recognise it: %s',
    async (name, where, both) => {
      expect(await counted(name, 'REC-D', where, recommendersOf([PROJECT]), '推荐与认定')).toEqual(both);
    },
  );

  it.each([
    ['score-sheet.submitted', 'EXPERT', BOTH],
    ['score-sheet.superseded', 'EXPERT', BOTH],
    ['excellent-list.signed', 'EXPERT', BOTH],
    ['scoring.opened', 'MSR', NEITHER],
    ['scores.aggregated', 'MSR', NEITHER],
  ] as const)('第二十一条 who judged on a panel does not recognise its results: %s by %s', async (name, role, both) => {
    expect(await counted(name, role, 'evaluation', evaluatorsOf([PANEL]), '评定与认定')).toEqual(both);
  });
});
