/**
 * R-D1, R-D2 and R-D5 counted again from the lives of the projects, without the read models. What a dashboard says and
 * this does not is a number that the log does not hold.
 */
import { known, type Life, type Log, livesIn, officeOf } from './lives.ts';

const DAY = 86_400_000;

export function livesOf(log: Log, year: number): Life[] {
  return livesIn(log).filter(life => life.year === year);
}

/** R-D1: projects by step; steps without any are left out. */
export function recountFunnel(log: Log, year: number): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { steps } of livesOf(log, year)) for (const step of steps.keys()) counts[step] = (counts[step] ?? 0) + 1;
  return counts;
}

function spread(durations: readonly number[]) {
  if (durations.length === 0) return undefined;
  const sorted = [...durations].sort((one, other) => one - other);
  const day = (duration: number) => Math.round(duration / (DAY / 10)) / 10;
  const half = sorted.length / 2;
  const median =
    sorted.length % 2 === 1
      ? (sorted[Math.floor(half)] as number)
      : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
  const p90 = sorted.find((_duration, at) => (at + 1) * 10 >= sorted.length * 9) as number;
  let total = 0;
  for (const duration of sorted) total += duration;
  return { projects: sorted.length, mean: day(total / sorted.length), median: day(median), p90: day(p90) };
}

/** R-D5: by stage; stages that nobody ever stood in are left out. */
export function recountStages(log: Log, year: number): Record<string, object> {
  const stages: Record<string, { now: number; oldestSince?: string; stays: number[] }> = {};
  const at = (stage: string) => {
    stages[stage] ??= { now: 0, stays: [] };
    return stages[stage];
  };
  for (const { stays } of livesOf(log, year)) {
    const last = stays.at(-1) as (typeof stays)[number];
    const now = at(last.stage);
    now.now += 1;
    if (!now.oldestSince || last.from < now.oldestSince) now.oldestSince = last.from;
    const together: Record<string, number> = {};
    for (const [index, { stage, from }] of stays.entries()) {
      const next = stays[index + 1];
      if (next) together[stage] = (together[stage] ?? 0) + Date.parse(next.from) - Date.parse(from);
    }
    for (const [stage, duration] of Object.entries(together)) {
      if (stage !== last.stage) at(stage).stays.push(duration);
    }
  }
  const figures: Record<string, object> = {};
  for (const [stage, { now, oldestSince, stays }] of Object.entries(stages)) {
    const left = spread(stays);
    figures[stage] = { now, ...(oldestSince && { oldestSince }), ...(left && { left }) };
  }
  return figures;
}

const BODY_ACTS: Readonly<Record<string, string>> = {
  'visit.recorded': 'visits',
  'guidance.issued': 'guidance',
  'progress.urged': 'urgings',
  'result-batch.forwarded': 'batches',
  'local-promotion.recorded': 'localPromotions',
};
const COMPARED =
  'started submitted verified returned recommended declined approved rejected listed visited completed terminated results-submitted results-recommended results-declined results-forwarded recognised revoked'.split(
    ' ',
  );

/** R-D2: by body, of all there were in the year; counts that are zero are left out. */
export function recountBodies(log: Log, year: number): Record<string, object> {
  const bodies: Record<string, { projects: Record<string, number>; acts: Record<string, number>; opinions: number[] }> =
    {};
  const of = (body: string) => {
    bodies[body] ??= { projects: {}, acts: {}, opinions: [] };
    return bodies[body];
  };
  for (const { steps, submissions, opinion } of livesOf(log, year)) {
    for (const [step, body] of steps) {
      if (!COMPARED.includes(step)) continue;
      const { projects } = of(body);
      projects[step] = (projects[step] ?? 0) + 1;
    }
    const [first] = submissions;
    if (opinion && first) of(opinion.body).opinions.push(Date.parse(opinion.at) - Date.parse(first));
  }
  for (const event of known(log)) {
    const act = BODY_ACTS[event.type];
    const within = 'year' in event.data ? event.data.year : event.meta.about.year;
    if (!act || within !== year || !('bodyId' in event.data)) continue;
    const { acts } = of(officeOf(event) ?? event.data.bodyId);
    acts[act] = (acts[act] ?? 0) + 1;
  }
  const names = new Map<string, string>();
  for (const { type, data } of known(log)) {
    if (type === 'recommending-body.renamed') names.set(data.bodyId, data.name);
    if (type !== 'recommending-body.registered') continue;
    names.set(data.bodyId, data.name);
    if (data.from < `${year + 1}`) of(data.bodyId);
  }
  const figures: Record<string, object> = {};
  for (const [body, { projects, acts, opinions }] of Object.entries(bodies)) {
    const opinion = spread(opinions);
    figures[body] = { bodyName: names.get(body) ?? body, projects, acts, ...(opinion && { opinion }) };
  }
  return figures;
}
