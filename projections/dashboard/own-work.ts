/** What waits for the caller: for what, since when, due when, and the command that does it; the oldest of each first. */
import { z } from 'zod';
import { type Actor, RECOMMENDING_ROLES, type Role } from '../../events/envelope.ts';
import { grantsOn } from '../../events/rules/grants.ts';
import { isOver } from '../../events/rules/lateness.ts';
import { UNDERTAKING_ROLES } from '../../events/rules/material.ts';
import { dateSchema, instantSchema, shanghaiDate } from '../../events/time.ts';
import { codeWord } from '../../events/words.ts';
import { similarityCases } from '../application/similarity-cases.ts';
import { fraudCases } from '../enforcement/cases.ts';
import { misconductCases } from '../enforcement/misconduct.ts';
import { people } from '../enforcement/people.ts';
import { problems } from '../implementation/problems.ts';
import { accountsOfPerson } from '../persons.ts';
import type { Reader } from '../ports.ts';
import { all, load } from '../query.ts';
import { objections } from '../recognition/notices.ts';
import { awaitingSecondPerson } from '../registry/awaiting.ts';
import { withUnitNames } from '../unit-names.ts';
import { everyKnownProject, type ProjectCandidate, toldOf } from './project-list.ts';
import { type ProjectTurn, plannedDays, type TurnParty, turnOf } from './turns.ts';

const valuesSchema = z.record(z.string(), z.union([z.string(), z.int()]));

const thingSchema = z.strictObject({
  /** What people call it. */
  title: z.string(),
  /** Whose it is, or what else tells it apart. */
  note: z.string().optional(),
  since: instantSchema.optional(),
  dueOn: dateSchema.optional(),
  overdue: z.boolean(),
  /** What names it, as fields of the command. */
  values: valuesSchema,
});
type Thing = z.infer<typeof thingSchema>;

export const ownWorkSchema = z.strictObject({
  asOf: instantSchema,
  items: z.array(
    z.strictObject({
      /** In Chinese. */
      matter: z.string(),
      command: z.string(),
      /** Whether one act does it for all of them together: then `values` are what it is given. */
      together: z.boolean(),
      values: valuesSchema,
      total: z.int(),
      overdue: z.int(),
      since: instantSchema.optional(),
      dueOn: dateSchema.optional(),
      /** The longest waiting, at most {@link SHOWN}. */
      things: z.array(thingSchema),
    }),
  ),
});
type Matter = z.infer<typeof ownWorkSchema>['items'][number];

/** Things of one matter that an answer holds: the others are counted. */
const SHOWN = 20;

/** Of whom the turns of projects are: nobody’s else. */
function partyOf(role: Role): TurnParty | undefined {
  if (role === 'UNIT') return 'unit';
  if ((RECOMMENDING_ROLES as readonly Role[]).includes(role)) return 'body';
  return role === 'MSR' ? 'authority' : undefined;
}

export async function ownWorkOf(caller: Actor, reader: Reader): Promise<z.infer<typeof ownWorkSchema>> {
  const matters = [
    ...(await undertakingWanted(caller, reader)),
    ...(await projectsWaiting(caller, reader)),
    ...(await casesWaiting(caller, reader)),
    ...(await statementsWanted(caller, reader)),
  ];
  return { asOf: reader.now, items: matters.toSorted(byUrgency) };
}

/** What is overdue first, then what is due first, then what waits longest. */
function byUrgency(one: Matter, other: Matter): number {
  const key = ({ overdue, dueOn = '9', since = '9' }: Matter) => `${overdue > 0 ? 0 : 1} ${dueOn} ${since}`;
  return key(one) < key(other) ? -1 : 1;
}

/** Art-26: whoever has not undertaken to keep secrets opens no material. */
async function undertakingWanted({ accountId, role, orgId }: Actor, reader: Reader): Promise<Matter[]> {
  if (!UNDERTAKING_ROLES.includes(role)) return [];
  const person = await load(reader, people, accountId);
  const isSigned = person?.signed.some(each => each.role === role && each.orgId === orgId) ?? true;
  const isHeld =
    person && grantsOn(person, shanghaiDate(reader.now)).some(each => each.role === role && each.orgId === orgId);
  if (isSigned || !isHeld) return [];
  return [
    matterOf('签署保密承诺，签署后才能调阅材料', 'SignConfidentialityUndertaking', [
      { title: '本人的保密承诺', overdue: false, values: {} },
    ]),
  ];
}

function matterOf(matter: string, command: string, things: readonly Thing[]): Matter {
  const oldest = things.toSorted((one, other) => ((one.since ?? '') < (other.since ?? '') ? -1 : 1));
  const dueOn = things.flatMap(thing => thing.dueOn ?? []).sort()[0];
  const since = oldest[0]?.since;
  return {
    matter,
    command,
    together: false,
    values: {},
    total: things.length,
    overdue: things.filter(({ overdue }) => overdue).length,
    ...(since !== undefined && { since }),
    ...(dueOn !== undefined && { dueOn }),
    things: oldest.slice(0, SHOWN),
  };
}

/** A project whose turn it is. */
interface Waiting extends ProjectCandidate {
  readonly turn: ProjectTurn;
}

/** Projects whose turn is the caller’s, by matter and year. */
async function projectsWaiting(caller: Actor, reader: Reader): Promise<Matter[]> {
  const party = partyOf(caller.role);
  if (!party) return [];
  const planned = await plannedDays(reader);
  const waiting = new Map<string, Waiting[]>();
  const own = new Set<string>();
  for await (const candidates of everyKnownProject(caller, reader)) {
    for (const candidate of candidates) {
      const { journey, progress } = candidate;
      own.add(journey.projectId);
      const turn = turnOf(journey, progress, planned, reader.now);
      if (turn?.party !== party) continue;
      const key = `${journey.year} ${turn.matter}`;
      waiting.set(key, [...(waiting.get(key) ?? []), { ...candidate, turn }]);
    }
  }
  const matters = await Promise.all([...waiting.values()].map(projects => waitingTogether(caller, reader, projects)));
  return party === 'body' ? [...matters, ...(await openProblems(reader, own))] : matters;
}

async function waitingTogether(caller: Actor, reader: Reader, projects: readonly Waiting[]): Promise<Matter> {
  const { turn, journey } = projects[0] as Waiting;
  const oldest = projects.toSorted((one, other) => (one.journey.since < other.journey.since ? -1 : 1));
  const told = await toldOf(reader, oldest.slice(0, SHOWN));
  const things = oldest.map(
    ({ journey: way, turn: { dueOn, overdue } }, at): Thing => ({
      title: told[at]?.title ?? '',
      ...(caller.role !== 'UNIT' && told[at] && { note: told[at].unitName }),
      since: way.since,
      ...(dueOn !== undefined && { dueOn }),
      overdue,
      values: { projectId: way.projectId },
    }),
  );
  const values =
    turn.command === 'CompileResults' ? { year: journey.year, bodyId: caller.orgId } : { year: journey.year };
  return {
    ...matterOf(`${journey.year}年度：${turn.matter}`, turn.command, things),
    together: turn.together,
    values: turn.together ? values : {},
  };
}

/** Art-16: what a project has met with and nobody has solved yet. */
async function openProblems(reader: Reader, own: ReadonlySet<string>): Promise<Matter[]> {
  const open = (await all(reader, problems, { year: { $gte: 0 }, state: 'open' })).filter(row =>
    own.has(row.projectId),
  );
  const things = open.map(
    ({ projectId, problemId, description, raisedOn }): Thing => ({
      title: description,
      note: `${raisedOn} 提出`,
      overdue: false,
      values: { projectId, problemId },
    }),
  );
  return things.length > 0 ? [matterOf('协调解决项目问题', 'ResolveProblem', things)] : [];
}

/** Art-25: what a unit was told of before it is found to have cheated, as long as it can answer. */
async function statementsWanted({ role, orgId }: Actor, reader: Reader): Promise<Matter[]> {
  if (role !== 'UNIT') return [];
  const cases = await all(reader, fraudCases, { uscc: orgId });
  const today = shanghaiDate(reader.now);
  const things = cases
    .filter(({ stage, statement }) => stage === 'open' && !statement)
    .flatMap(({ caseId, notice }): Thing[] =>
      notice
        ? [
            {
              title: notice.document,
              since: notice.at,
              dueOn: notice.answerBy,
              overdue: isOver(notice.answerBy, today),
              values: { caseId },
            },
          ]
        : [],
    );
  return things.length > 0 ? [matterOf('对弄虚作假案件作出陈述', 'RecordUnitStatement', things)] : [];
}

/** Cases and proposals that wait for a decision of the authority or the supervisor. */
async function casesWaiting({ role, accountId }: Actor, reader: Reader): Promise<Matter[]> {
  const matters: Matter[] = [];
  const add = (matter: string, command: string, things: readonly Thing[]) => {
    if (things.length > 0) matters.push(matterOf(matter, command, things));
  };
  if (role === 'MSR') {
    const alike = await all(reader, similarityCases, { status: 'open' });
    add(
      '认定是否雷同',
      'AdjudicateSimilarity',
      alike.map(({ projectId, title, unitName, checkedAt }) => ({
        title,
        note: unitName,
        ...(checkedAt !== '' && { since: checkedAt }),
        overdue: false,
        values: { projectId },
      })),
    );
    const raised = (await all(reader, objections, {})).filter(({ outcome }) => outcome === 'open');
    add(
      '决定异议',
      'DecideObjection',
      raised.map(({ year, objectionId, grounds, raisedAt }) => ({
        title: grounds,
        since: raisedAt,
        overdue: false,
        values: { year, objectionId },
      })),
    );
    for (const [stage, matter, command] of CASE_STAGES) {
      const cases = await withUnitNames(reader, await all(reader, fraudCases, { stage }));
      add(
        matter,
        command,
        cases.map(({ caseId, uscc, unitName, reportedAt }) => ({
          title: unitName ?? uscc,
          since: reportedAt,
          overdue: false,
          values: { caseId },
        })),
      );
    }
  }
  if (role === 'MSR' || role === 'SUP') {
    // Who has proposed waits for somebody else; his other accounts as well.
    const own = await accountsOfPerson(reader, accountId);
    const proposed = (await all(reader, awaitingSecondPerson, {})).filter(({ by }) => !own.has(by));
    for (const [command, matter, isOf] of CONFIRMATIONS.filter(([, , , roles]) =>
      (roles as readonly Role[]).includes(role),
    )) {
      const things = proposed.filter(({ kind }) => isOf(kind));
      add(
        matter,
        command,
        things.map(({ id, kind, accountId: account, at }) => ({
          title: `${codeWord('kind', kind, 'ListAwaitingAccounts')}：${account}`,
          since: at,
          overdue: false,
          values: { accountId: account, ...(command === 'ConfirmAccountChange' && { proposalId: id }) },
        })),
      );
    }
  }
  if (role === 'SUP') {
    const cases = await all(reader, misconductCases, {});
    for (const [stage, matter, command] of STAFF_CASE_STAGES) {
      const ofStage = cases.filter(each => each.stage === stage);
      add(
        matter,
        command,
        ofStage.map(({ misconductId, detail }) => ({ title: detail, overdue: false, values: { misconductId } })),
      );
    }
  }
  return matters;
}

const CASE_STAGES = [
  ['reported', '决定是否立案调查弄虚作假', 'OpenFraudCase'],
  ['open', '调查弄虚作假案件', 'RecordEvidence'],
  ['established', '对已认定的弄虚作假作出决定', 'RevokeRecognition'],
] as const;

const STAFF_CASE_STAGES = [
  ['reported', '决定是否立案调查工作人员问题', 'OpenMisconductCase'],
  ['open', '办结工作人员问题案件', 'CloseMisconductCase'],
] as const;

const RESETS: readonly string[] = ['reset', 'second-factor-reset'];
const CONFIRMATIONS = [
  ['ConfirmAccountChange', '由第二人确认账户变动', (kind: string) => !RESETS.includes(kind), ['SUP']],
  ['ConfirmCredentialReset', '由第二人确认密码重置', (kind: string) => kind === 'reset', ['MSR', 'SUP']],
  [
    'ConfirmSecondFactorReset',
    '由第二人确认第二因素重置',
    (kind: string) => kind === 'second-factor-reset',
    ['MSR', 'SUP'],
  ],
] as const;
