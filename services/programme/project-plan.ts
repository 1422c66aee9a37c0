/** The project plan of a year: compiled from the log, published by a second person, amended in numbered versions (art-13). */
import { z } from 'zod';
import type { Deviation } from '../../events/envelope.ts';
import {
  comparePositions,
  type Position,
  type ProjectId,
  positionSchema,
  sha256Schema,
  yearSchema,
} from '../../events/ids.ts';
import { projectPlanAmended, projectPlanCompiled, projectPlanPublished } from '../../events/programme.ts';
import { actDays, dueDay, lateUnderPlan } from '../../events/rules/lateness.ts';
import { isAmong, type Persons } from '../../events/rules/persons.ts';
import type { PlanInForce } from '../../events/rules/plan.ts';
import { paragraphSchema, urlSchema } from '../../events/text.ts';
import { command, type Given } from '../command.ts';
import { positionNotReached } from '../list-hash.ts';
import { personsNow, twoPersonsFault } from '../persons.ts';
import { isRejection, type Rejection, refuse } from '../rejection.ts';
import { again } from '../repeat.ts';
import { type ListedProjects, projectsListed, projectsListedNow } from './listing.ts';
import { nextListVersion, type Programme, type PublishedList } from './state.ts';
import { notRunning, type OfYear, running, runningUnderPlan, underPlan } from './year.ts';

const fromLog = {
  ...underPlan,
  readsTyped: ({ year, position }: { readonly year: number; readonly position: Position }) => ({
    listed: projectsListed(year, position),
  }),
};

/** Published by somebody who approved nothing that is listed by now: all that a position can name is among it. */
const bySecondPerson = {
  ...fromLog,
  reads: (asked: OfYear, state: Programme) => ({
    ...underPlan.reads(asked, state),
    listedNow: projectsListedNow(asked.year),
    persons: personsNow,
  }),
};

const listAt = { year: yearSchema, position: positionSchema };

export const compileProjectPlan = command({
  ...fromLog,
  name: 'CompileProjectPlan',
  title: '编制项目计划',
  records: [projectPlanCompiled],
  summary: 'Compiles the list of the projects that are listed as of a position of the log.',
  input: z.strictObject(listAt),
  gate: running,
  decide(state, { year, position }, _given, { listed }) {
    if (!listed) return positionNotReached();
    const { projects, listHash } = listed;
    const latest = state.compiled.at(-1);
    if (latest?.position === position && latest.listHash === listHash) return [];
    const version = nextListVersion(state);
    return [projectPlanCompiled.of({ year, version, position, listHash, count: projects.length })];
  },
});

export const publishProjectPlan = command({
  ...bySecondPerson,
  name: 'PublishProjectPlan',
  title: '公布项目计划',
  records: [projectPlanPublished],
  summary: 'Publishes the compiled list, recomputed from the log, by a person who approved none of its projects.',
  input: z.strictObject({ ...listAt, listHash: sha256Schema, url: urlSchema }),
  gate(state, given, { listedNow, persons }) {
    const planned = runningUnderPlan(state);
    if (isRejection(planned) || planned.projectPlan) return planned;
    if (planned.compiled.length === 0) return notCompiled();
    return samePerson(listedNow, given, persons) ?? planned;
  },
  done: ({ projectPlan }) => projectPlan !== undefined,
  dueOn: ({ current }) => dueDay(projectPlanPublished.type, current.year, current),
  decide(state, { year, position, listHash, url }, given, { listed }) {
    if (state.projectPlan) return repeatedPublication(state.projectPlan, { position, listHash, url });
    if (!listed) return positionNotReached();
    if (listed.listHash !== listHash) return differsFromLog();
    const compiled = state.compiled.findLast(list => list.position === position && list.listHash === listHash);
    if (!compiled) return notCompiled();
    const { version } = compiled;
    const projects = [...listed.projects];
    return [
      projectPlanPublished.of(
        { year, version, position, listHash, count: projects.length, projects, url },
        { deviations: latePublication(state.current, given) },
      ),
    ];
  },
});

export const amendProjectPlan = command({
  ...bySecondPerson,
  name: 'AmendProjectPlan',
  title: '调整项目计划',
  records: [projectPlanAmended],
  summary: 'Publishes the next version of the project plan as of a later position of the log.',
  input: z.strictObject({ ...listAt, reason: paragraphSchema, url: urlSchema }),
  gate(state, given, { listedNow, persons }) {
    const fault = notRunning(state);
    if (fault) return fault;
    const { projectPlan: published } = state;
    if (published) {
      const isSame = published.listHash === listedNow.listHash;
      return (isSame ? undefined : samePerson(listedNow, given, persons)) ?? { ...state, published };
    }
    return refuse('art-13', 'project-plan-not-published', '项目计划尚未公布', 'The project plan is not published yet');
  },
  // What was published last is not amended by saying it again.
  done: ({ published }, _given, { listedNow }) => published.listHash === listedNow.listHash,
  decide({ published, ...state }, { year, position, reason, url }, _given, { listed }) {
    if (!listed) return positionNotReached();
    if (comparePositions(position, published.position) < 0) return beforePublished(published.position);
    const { projects, listHash } = listed;
    if (listHash === published.listHash) return again(published.url, url);
    const version = nextListVersion(state);
    return [
      projectPlanAmended.of({
        year,
        version,
        position,
        listHash,
        count: projects.length,
        projects: [...projects],
        added: missingFrom(published.projects, projects),
        removed: missingFrom(projects, published.projects),
        reason,
        url,
      }),
    ];
  },
});

/** Ids that stand in `list` but not in `other`. */
function missingFrom(other: readonly ProjectId[], list: readonly ProjectId[]): ProjectId[] {
  const present = new Set(other);
  return list.filter(id => !present.has(id));
}

/** Reviewer and publisher are two persons: a default of the house for the review of art-13. */
function samePerson(listed: ListedProjects, { actor }: Given, persons: Persons): Rejection | undefined {
  if (!isAmong(persons, actor.accountId, listed.approvers)) return undefined;
  return twoPersonsFault(
    'same-person',
    '立项审核人不得公布其审核通过的项目计划，须由另一人公布',
    'whoever approved a project of the list cannot publish it; a second person must',
  );
}

function latePublication(plan: PlanInForce, { effectiveAt, now }: Given): readonly Deviation[] {
  const named = { code: 'project-plan-late', zh: '项目计划公布', en: 'publication of the project plan' };
  return lateUnderPlan(plan, 'project-plan.published', actDays(effectiveAt, now), named);
}

function repeatedPublication(
  published: Pick<PublishedList, 'position' | 'listHash' | 'url'>,
  { position, listHash, url }: Pick<PublishedList, 'position' | 'listHash' | 'url'>,
): readonly [] | Rejection {
  if (published.position === position && published.listHash === listHash) return again(published.url, url);
  return refuse(
    'art-13',
    'project-plan-already-published',
    '项目计划已公布，请以调整方式变更',
    'The project plan has been published; amend it',
  );
}

function differsFromLog(): Rejection {
  return refuse(
    'art-13',
    'list-differs-from-log',
    '拟公布的名单与台账在该位置的列入情况不一致',
    'The list to be published differs from what the log lists at this position',
  );
}

function notCompiled(): Rejection {
  return refuse(
    'art-13',
    'project-plan-not-compiled',
    '项目计划尚未编制，或者该位置的项目计划尚未编制',
    'No project plan has been compiled, or none at this position',
  );
}

function beforePublished(position: Position): Rejection {
  return refuse(
    'art-13',
    'position-before-published',
    `不得退回到已公布项目计划的位置（${position}）之前`,
    `The position must not be before that of the published project plan (${position})`,
  );
}
