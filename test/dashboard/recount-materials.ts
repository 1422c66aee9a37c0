/** R-D3 and R-D4 counted again from the materials as they stand at the end of the log, without the read models. */
import type { ApplicationContent } from '../../events/application.ts';
import type { ResultContent } from '../../events/result.ts';
import { known, type Life, type Log, stageOf } from './lives.ts';
import { livesOf } from './recount.ts';

interface Standing {
  readonly life: Life;
  readonly uscc: string;
  readonly industry: string;
  readonly application: ApplicationContent | undefined;
  readonly result: ResultContent | undefined;
}

function standingMaterials(log: Log, year: number): Standing[] {
  const origins = new Map<string, { readonly uscc: string; readonly industry: string }>();
  const applications = new Map<string, ApplicationContent>();
  const results = new Map<string, ResultContent>();
  for (const { type, data } of known(log)) {
    if (type === 'application.started') origins.set(data.projectId, data);
    if (type === 'application.submitted') applications.set(data.projectId, data.content);
    if (type === 'application.supplemented') applications.set(data.projectId, data.content);
    if (type === 'application.withdrawn') applications.delete(data.projectId);
    if (type === 'results.submitted') results.set(data.projectId, data.content);
    if (type === 'results.supplemented') results.set(data.projectId, data.content);
    if (type === 'results.withdrawn' || type === 'project.terminated') results.delete(data.projectId);
    if (type === 'fraudulent-projects.stopped') for (const id of data.projectIds) results.delete(id);
  }
  return livesOf(log, year).map(life => ({
    life,
    ...(origins.get(life.id) as { uscc: string; industry: string }),
    application: applications.get(life.id),
    result: results.get(life.id),
  }));
}

interface Sum {
  projects: number;
  yuan: number;
  expectedYuan?: number;
}

const emptyLine = () => ({
  applied: { projects: 0, yuan: 0 } as Sum,
  listed: { projects: 0, yuan: 0 } as Sum,
  submitted: { projects: 0, yuan: 0, expectedYuan: 0 } as Sum,
  recognised: { projects: 0, yuan: 0, expectedYuan: 0 } as Sum,
});
type Line = ReturnType<typeof emptyLine>;

/** Standing materials of one kind, one line of them: what belongs to it, and its sums. */
function lineOf(standing: readonly Standing[], belongs: (one: Standing, methods: readonly string[]) => boolean): Line {
  const line = emptyLine();
  const put = (sum: Sum, yuan: number, expected: number) => {
    sum.projects += 1;
    sum.yuan += yuan;
    if (sum.expectedYuan !== undefined) sum.expectedYuan += expected;
  };
  for (const one of standing) {
    const { life, application, result } = one;
    const expected = application?.expectedEconomic.yuan ?? 0;
    if (application && belongs(one, application.methods)) {
      put(line.applied, expected, expected);
      if (life.steps.has('listed')) put(line.listed, expected, expected);
    }
    if (result && belongs(one, result.methods)) {
      put(line.submitted, result.economicBenefit.yuan, expected);
      const stands = life.steps.has('recognised') && stageOf(life) !== 'revoked';
      if (stands) put(line.recognised, result.economicBenefit.yuan, expected);
    }
  }
  return line;
}

/** R-D3: in all, by category and by method; lines by name. */
export function recountBenefits(log: Log, year: number) {
  const standing = standingMaterials(log, year);
  const categories = new Set(standing.flatMap(({ application }) => application?.categories ?? []));
  const methods = new Set(
    standing.flatMap(({ application, result }) => [...(application?.methods ?? []), ...(result?.methods ?? [])]),
  );
  const byCategory = [...categories].map(
    category => [category, lineOf(standing, one => one.application?.categories.includes(category) ?? false)] as const,
  );
  const byMethod = [...methods].map(
    method => [method, lineOf(standing, (_one, named) => named.includes(method))] as const,
  );
  return {
    total: lineOf(standing, () => true),
    byCategory: Object.fromEntries(byCategory),
    byMethod: Object.fromEntries(byMethod),
  };
}

const ROLES = ['质量负责人', '项目负责人', '技术骨干', '旁听'];

/** R-D4. */
export function recountParticipation(log: Log, year: number) {
  const standing = standingMaterials(log, year);
  const applied = standing.filter(({ application }) => application);
  const units = new Set(applied.map(({ uscc }) => uscc));
  const districts = new Map<string, string>();
  for (const { type, data } of known(log)) {
    if (type === 'unit.registered') districts.set(data.uscc, data.district);
    if (type === 'unit.particulars-changed' && data.district) districts.set(data.uscc, data.district);
  }
  const came = attendedIn(log, year);
  return {
    units: units.size,
    projects: applied.length,
    people: peopleOf(standing, 'application'),
    resultPeople: peopleOf(standing, 'result'),
    training: ROLES.map(role => {
      const own = came.filter(trainee => trainee.role === role);
      return { role, attendances: own.length, people: new Set(own.map(({ person }) => person)).size };
    }),
    experts: expertsIn(log, year),
    industries: tally(applied.map(({ industry }) => industry)),
    districts: tally([...units].flatMap(uscc => districts.get(uscc) ?? [])),
  };
}

function peopleOf(standing: readonly Standing[], kind: 'application' | 'result'): number {
  const named = standing.flatMap(({ uscc, [kind]: materials }) =>
    (materials?.participants ?? []).map(({ name }) => `${uscc} ${name.subject}`),
  );
  return new Set(named).size;
}

function attendedIn(log: Log, year: number) {
  const trainees = new Map<string, { readonly role: string; readonly person: string; came: boolean }>();
  for (const { type, data } of known(log)) {
    if (type === 'trainee.enrolled' && data.year === year) {
      const person = `${data.uscc} ${data.person.subject}`;
      trainees.set(`${data.trainingId} ${data.traineeId}`, { role: data.role, person, came: false });
    }
    if (type !== 'training.attended' && type !== 'training.absence-recorded') continue;
    const trainee = trainees.get(`${data.trainingId} ${data.traineeId}`);
    if (trainee) trainee.came = type === 'training.attended';
  }
  return [...trainees.values()].filter(({ came }) => came);
}

function expertsIn(log: Log, year: number) {
  const seats = new Map<string, string[]>();
  for (const { type, data } of known(log)) {
    if (type === 'panel.constituted' && data.year === year) seats.set(data.panelId, [...data.members]);
    if (type === 'expert.replaced') seats.get(data.panelId)?.push(data.replacement);
  }
  return { panels: seats.size, experts: new Set([...seats.values()].flat()).size };
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
