/** October: results are submitted, compiled, recommended and forwarded (art-17). */
import { hash } from 'node:crypto';
import type { EventOf } from '../../../events/event-type.ts';
import { batchText, type resultsCompiled } from '../../../events/result.ts';
import { type Body, demoBodies } from '../cast.ts';
import type { Chance } from '../chance.ts';
import { applicantOf, at, type DemoStep, type Memory, officerOf, script, workday, YEAR } from '../step.ts';
import type { DemoProject } from './projects.ts';

/** The steps of all results, and the projects whose bodies recommend them. */
export function resultSteps(projects: readonly DemoProject[], chance: Chance) {
  const isRecommended = new Map(projects.map(({ projectId }) => [projectId, chance.next() < 0.9]));
  const submitted = projects.flatMap(project => submission(project, chance));
  const batches = demoBodies.flatMap((body, index) => {
    const own = projects.filter(project => project.body === body);
    return own.length > 0 ? batch(body, own, index, isRecommended) : [];
  });
  return {
    steps: [...submitted, ...batches],
    recommended: projects.filter(({ projectId }) => isRecommended.get(projectId)),
  };
}

/** From 65 to 134 per cent of what was expected, as it came about. */
const achievedOf = (expected: number, number: string): number =>
  Math.round((expected * (65 + ((Number(number) * 37) % 70))) / 100);

/** What a unit hands in of a project. */
export function resultOf({ number, title, content }: Pick<DemoProject, 'number' | 'title' | 'content'>) {
  return {
    title,
    problem: content.qualityProblem,
    methods: content.methods,
    procedure: '计划、执行、检查、处理各阶段均已完成。',
    improvementOrInnovation: content.improvementOrInnovation,
    results: content.expectedResults,
    economicBenefit: { yuan: achievedOf(content.expectedEconomic.yuan, number), basis: '按财务核算的实际节约额。' },
    socialBenefit: content.expectedSocial,
    participants: content.participants,
  };
}

function submission(project: DemoProject, chance: Chance): readonly DemoStep[] {
  const { number, projectId, unit, body, title } = project;
  const work = script(`project-${number}`);
  const day = workday('2024-10-14', chance.between(0, 6));
  const minute = chance.between(0, 440);
  const add = (after: number, command: string, input: object | DemoStep['input']) =>
    work.add(at(day, minute + after), applicantOf(unit), command, input);
  add(0, 'AttachResultDocument', async (memory: Memory) => ({
    projectId,
    kind: '成果报告',
    name: '成果报告.txt',
    sha256: await memory.store(`${title}\n${unit.name}\n成果报告\n\n${project.content.expectedResults}\n`),
    classification: 'internal',
  }));
  add(2, 'SignResultUndertaking', { projectId, signatory: unit.contact.name, position: '法定代表人' });
  add(4, 'SubmitResults', { projectId, bodyId: body.bodyId, content: resultOf(project) });
  return work.steps;
}

/** All results of one body in one batch. */
function batch(
  body: Body,
  projects: readonly DemoProject[],
  minute: number,
  isRecommended: ReadonlyMap<string, boolean>,
): readonly DemoStep[] {
  const work = script(`batch-${body.bodyId}`);
  const officer = officerOf(body);
  const named = { year: YEAR, bodyId: body.bodyId };
  work.add(at('2024-10-25', minute), officer, 'CompileResults', async memory => ({
    ...named,
    position: await memory.head(),
  }));
  for (const { projectId, number } of projects) {
    const one = { ...named, batch: 1, projectId };
    const name = `verdict-${number}`;
    if (isRecommended.get(projectId)) {
      const opinion = '成效明显，做法可推广，同意推荐。';
      work.add(at('2024-10-29', minute), officer, 'RecommendResult', { ...one, opinion }, name);
    } else {
      const reason = '效益数据缺少佐证。';
      work.add(at('2024-10-29', minute), officer, 'DeclineToRecommendResult', { ...one, reason }, name);
    }
  }
  work.add(at('2024-10-31', minute), officer, 'ForwardResultBatch', memory => {
    const [compiled] = memory.eventsOf(`CompileResults-batch-${body.bodyId}`);
    const all = (compiled as EventOf<typeof resultsCompiled>).data.projects;
    const judged = (verdict: boolean) => all.filter(({ projectId }) => isRecommended.get(projectId) === verdict);
    return { ...named, batch: 1, root: hash('sha256', batchText(judged(true), judged(false))) };
  });
  return work.steps;
}
