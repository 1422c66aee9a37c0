/**
 * The projects behind the figures: whatever a dashboard counts can be asked for here with the same meaning, by whoever may
 * know of the projects.
 */
import { z } from 'zod';
import { JOURNEY_STAGES, JOURNEY_STEPS } from '../../events/rules/stages.ts';
import { shanghaiDate } from '../../events/time.ts';
import { codeWord } from '../../events/words.ts';
import { boards } from '../application/boards.ts';
import { type ProjectProgress, projectProgressSchema } from '../application/progress.ts';
import { chargesOf, keysInCharge } from '../charges.ts';
import { readsForMandate } from '../mandates.ts';
import { Names, nameKey } from '../names.ts';
import type { Caller, Reader } from '../ports.ts';
import { all, loadMany, oversees, pageAsked, paging, yearParameter } from '../query.ts';
import { units } from '../registry/units.ts';
import { pageOfFound, searcher, searchParameter } from '../search.ts';
import type { TableColumn } from '../table.ts';
import { type Journey, journeySchema, recognitionStands, withoutVerdict } from './journey.ts';
import { journeysOf, journeysTo } from './standing.ts';
import { type StatedRow, statedFigures } from './stated.ts';

const STATED = ['application', 'result', 'recognised'] as const;
const text = z.string().min(1).max(200);

const stage = z.enum(JOURNEY_STAGES).optional();
const named = (schema: z.ZodType<string>, description: string) => schema.optional().meta({ description });

export const projectListInput = z.strictObject({
  year: yearParameter.optional().meta({ description: '申报年度 (the year of the application)' }),
  stage: stage.meta({ description: '目前所处环节 (where it stands now)' }),
  step: z.enum(JOURNEY_STEPS).optional().meta({ description: '走到过的一步 (a step that it has ever taken)' }),
  left: stage.meta({ description: '曾处于而目前不在的环节 (a stage that it was in and is not now)' }),
  body: named(
    text,
    '推荐单位：与 step 同用时为该步所计入的单位，否则为目前受理的单位 (with step: the body that it is credited to; else the one with which it lies)',
  ),
  opinionOf: named(text, '首次作出推荐或不予推荐意见的推荐单位 (the body that gave the first opinion on it)'),
  unit: named(text, '申报单位的统一社会信用代码 (credit code of the unit)'),
  industry: named(text, '所属行业'),
  district: named(text, '申报单位登记所在区，GB/T 2260 代码 (district of the unit)'),
  stated: z.enum(STATED).optional().meta({
    description:
      '现行材料：application 已提交未撤回的申报，result 已提交未撤回的成果，recognised 其中认定有效的 (materials that stand)',
  }),
  category: named(text, '申报时所选成效类别 (a category of effect of the application)'),
  method: named(text, '现行材料所列质量管理方法 (a method that the materials name)'),
  q: searchParameter,
  ...paging,
});
type Asked = z.infer<typeof projectListInput>;

const { projectId, year, uscc, unitName, title, industry, bodyId, bodyName } = projectProgressSchema.shape;

/** A project of a list; names are those of today. */
export const listedProjectSchema = z.strictObject({
  ...{ projectId, year, title, uscc, unitName, industry },
  /** The body with which it lies, by the one that it applied to, later by the one its results were handed in to. */
  ...{ bodyId, bodyName },
  stage: journeySchema.shape.stage,
  since: journeySchema.shape.since,
});
export type ListedProject = z.infer<typeof listedProjectSchema>;

export const PROJECT_TABLE: readonly TableColumn<ListedProject>[] = [
  ['年度', row => row.year],
  ['项目编号', row => row.projectId],
  ['项目名称', row => row.title],
  ['申报单位', row => row.unitName],
  ['统一社会信用代码', row => row.uscc],
  ['所属行业', row => row.industry],
  ['推荐单位', row => row.bodyName],
  ['所处环节', row => codeWord('step', row.stage)],
  ['进入该环节', row => row.since],
];

/** A project with what is known of it. */
export interface ProjectCandidate {
  readonly journey: Journey;
  readonly progress: ProjectProgress;
}

/** A project as a caller who may know of it is told. */
export interface KnownProject extends ProjectCandidate {
  readonly told: ListedProject;
}

interface Found {
  readonly items: readonly ListedProject[];
  /** On all pages together. */
  readonly total: number;
  readonly next?: string;
}

/** The projects that the caller may know of and that are asked for: the latest year first, in the order of their numbers. */
export async function projectsFor(caller: Caller, reader: Reader, asked: Asked): Promise<Found> {
  const found: ProjectCandidate[] = [];
  const shownOf = await shownTo(caller, reader);
  for await (const candidates of candidatesFor(caller, reader, asked)) {
    found.push(...(await matching(reader, shownOf(candidates), asked)));
  }
  found.sort(({ progress: one }, { progress: other }) =>
    one.year === other.year ? (one.projectId < other.projectId ? -1 : 1) : other.year - one.year,
  );
  if (asked.q === undefined) {
    const page = pageOfFound(found, pageAsked(asked));
    return { ...page, items: await toldOf(reader, page.items) };
  }
  const holds = searcher(asked.q);
  const told = await toldOf(reader, found);
  const held = told.filter((row, at) =>
    holds([row.title, row.projectId, row.unitName, row.bodyName, found[at]?.progress.unitName]),
  );
  return pageOfFound(held, pageAsked(asked));
}

/** Those of some projects that the caller may know of, as he is told of them. */
export async function knownProjects(
  caller: Caller,
  reader: Reader,
  projectIds: readonly string[],
): Promise<KnownProject[]> {
  const [ways, rows] = await Promise.all([journeysTo(reader, projectIds), loadMany(reader, boards, projectIds)]);
  const shownOf = await shownTo(caller, reader);
  const shown = shownOf(candidatesIn([...ways.values()], rows));
  const told = await toldOf(reader, shown);
  return shown.flatMap((candidate, at) => (told[at] ? [{ ...candidate, told: told[at] }] : []));
}

/** All that the caller may know of, of all years, page by page. */
export async function* everyKnownProject(caller: Caller, reader: Reader): AsyncIterable<readonly ProjectCandidate[]> {
  const shownOf = await shownTo(caller, reader);
  for await (const candidates of candidatesFor(caller, reader, {})) yield shownOf(candidates);
}

function candidatesIn(ways: Iterable<Journey>, rows: ReadonlyMap<string, ProjectProgress>): ProjectCandidate[] {
  return [...ways].flatMap(journey => {
    const progress = rows.get(journey.projectId);
    return progress ? [{ journey, progress }] : [];
  });
}

const withheld = ({ journey, progress }: ProjectCandidate): ProjectCandidate => ({
  journey: withoutVerdict(journey),
  progress,
});

/** Projects of one unit where one is asked for or asks; else of the year, or of all years. */
async function* candidatesFor(
  caller: Caller,
  reader: Reader,
  asked: Pick<Asked, 'year' | 'unit'>,
): AsyncIterable<readonly ProjectCandidate[]> {
  const unit = caller?.role === 'UNIT' ? caller.orgId : asked.unit;
  if (unit !== undefined) {
    const rows = new Map((await all(reader, boards, { uscc: unit })).map(row => [row.projectId, row]));
    yield candidatesIn((await journeysTo(reader, [...rows.keys()])).values(), rows);
    return;
  }
  for await (const page of journeysOf(reader, asked.year)) {
    const ids = page.map(journey => journey.projectId);
    yield candidatesIn(page, await loadMany(reader, boards, ids));
  }
}

/** What the caller is told of projects: of those he may know of, and of panels and review only if he oversees. */
async function shownTo(
  caller: Caller,
  reader: Reader,
): Promise<(candidates: readonly ProjectCandidate[]) => readonly ProjectCandidate[]> {
  if (oversees(caller)) return candidates => candidates;
  const known = await knownTo(caller, reader);
  return candidates => candidates.filter(known).map(withheld);
}

/** A unit knows of its own, a body of what lies with it or has come to it by a transfer, a third party of what it reads. */
async function knownTo(caller: Caller, reader: Reader): Promise<(candidate: ProjectCandidate) => boolean> {
  if (!caller) return () => false;
  if (await readsForMandate(reader, caller, 'case-file')) return () => true;
  const { role, orgId } = caller;
  if (role === 'UNIT') return ({ progress }) => progress.uscc === orgId;
  const inCharge = new Set(keysInCharge(await chargesOf(reader), orgId, shanghaiDate(reader.now)));
  return ({ journey, progress }) => journey.bodyId === orgId || inCharge.has(progress.charge);
}

/** Those to which all applies that is asked for, words apart. */
async function matching(
  reader: Reader,
  candidates: readonly ProjectCandidate[],
  asked: Asked,
): Promise<ProjectCandidate[]> {
  const near = candidates.filter(candidate => stands(candidate, asked));
  const stated = await statedOf(reader, near, asked);
  const districts = await districtsOf(reader, near, asked);
  return near.filter(
    ({ journey, progress }) =>
      states(stated?.get(journey.projectId), journey, asked) &&
      (districts === undefined || districts.get(progress.uscc)?.district === asked.district),
  );
}

function stands(
  { journey, progress }: ProjectCandidate,
  { year: of, stage: at, step, left, ...asked }: Asked,
): boolean {
  const { steps, spent, bodyId: lies, opinionAfter } = journey;
  const body = step === undefined ? lies : steps[step];
  const judge = opinionAfter === undefined ? undefined : (steps.recommended ?? steps.declined);
  return (
    is(progress.year, of) &&
    is(journey.stage, at) &&
    (step === undefined || steps[step] !== undefined) &&
    (left === undefined || (spent[left] !== undefined && journey.stage !== left)) &&
    is(body, asked.body) &&
    is(judge, asked.opinionOf) &&
    is(progress.uscc, asked.unit) &&
    is(progress.industry, asked.industry)
  );
}

/** What is not asked for, everything is. */
const is = <T>(value: T, wanted: T | undefined) => wanted === undefined || value === wanted;

function asksMaterials({ stated, category, method }: Asked): boolean {
  return stated !== undefined || category !== undefined || method !== undefined;
}

async function statedOf(reader: Reader, candidates: readonly ProjectCandidate[], asked: Asked) {
  if (!asksMaterials(asked)) return undefined;
  return loadMany(
    reader,
    statedFigures,
    candidates.map(({ journey }) => journey.projectId),
  );
}

async function districtsOf(reader: Reader, candidates: readonly ProjectCandidate[], { district }: Asked) {
  if (district === undefined) return undefined;
  return loadMany(reader, units, [...new Set(candidates.map(({ progress }) => progress.uscc))]);
}

/** As the dashboards count: categories are of the application, methods of the materials that are asked about. */
function states(row: StatedRow | undefined, journey: Journey, asked: Asked): boolean {
  if (!asksMaterials(asked)) return true;
  const { stated = 'application', category, method } = asked;
  const materials = stated === 'application' ? row?.application : row?.result;
  if (!materials) return false;
  if (stated === 'recognised' && !recognitionStands(journey)) return false;
  if (category !== undefined && !row?.application?.categories.includes(category)) return false;
  return method === undefined || materials.methods.includes(method);
}

/** As a list shows them: with the names of today. */
export async function toldOf(reader: Reader, found: readonly ProjectCandidate[]): Promise<ListedProject[]> {
  const keys = found.flatMap(({ journey, progress }) => [
    nameKey('unit', progress.uscc),
    nameKey('body', journey.bodyId),
  ]);
  const names = await Names.of(keys, [], reader);
  return found.map(({ journey, progress }) => ({
    projectId: progress.projectId,
    year: progress.year,
    title: progress.title,
    uscc: progress.uscc,
    unitName: names.renamedTo('unit', progress.uscc) ?? progress.unitName,
    industry: progress.industry,
    bodyId: journey.bodyId,
    bodyName: names.named('body', journey.bodyId),
    stage: journey.stage,
    since: journey.since,
  }));
}
