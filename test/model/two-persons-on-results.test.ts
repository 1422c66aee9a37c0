/**
 * Two people out of one over the second half (art-18 to 21, 25): whoever recommended a result does not evaluate it, whoever
 * did either does not approve it, and the finding of fraud, the decision on it and its overturning are three persons'.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { accountRegistered, accountStream, roleGranted } from '../../events/account.ts';
import type { Actor, RecordedEvent, Role } from '../../events/envelope.ts';
import { expertAdmitted, expertStream } from '../../events/expert.ts';
import { type AccountId, expertIdSchema } from '../../events/ids.ts';
import { digestOf } from '../../services/identifiers.ts';
import { Guide } from './forwarded.ts';
import { inputOf, LETTERS } from './line.ts';
import type { Item } from './model.ts';
import { actorOf, EXPERTS, PEOPLE, PROJECTS, World } from './world.ts';

const BODY = PROJECTS[0].body;
/** Each of them worked for the body, sat on the panel from November on, and serves the authority from December on. */
const MANY = ['many.one', 'many.two', 'many.three'] as const;
type Many = (typeof MANY)[number];
const sealed = { subject: 'person-li-ming', sealed: 'A'.repeat(40) };
const NOVEMBER = '2024-11-04T01:00:00.000Z';
const DECEMBER = '2024-12-04T01:00:00.000Z';

const seatOf = (account: Many) => expertIdSchema.parse(`seat-${account.slice(5)}`);
const as = (account: string, role: Role, orgId: string): Actor => ({ accountId: account as AccountId, orgId, role });
const officer = (account: Many) => as(account, 'REC-D', BODY);
const expert = (account: Many) => as(account, 'EXPERT', seatOf(account));
const authority = (account: string) => as(account, 'MSR', 'msr');
const known = (account: string) =>
  actorOf(PEOPLE.find(person => person.account === account) as (typeof PEOPLE)[number]);

/** The log in which the first project's result has been handed in, and nobody has recommended it. */
let handedIn: readonly RecordedEvent[];
let item: Item;

beforeAll(async () => {
  const guide = new Guide();
  await guide.complete(0);
  handedIn = guide.world.store.log;
  item = guide.year.items[0] as Item;
});

/** Acts on one result, sent to the real write path. */
class Bench {
  readonly #world: World;
  #count = 0;

  constructor(name: string) {
    this.#world = new World(name, '2024-10-20T01:00:00.000Z', undefined, { log: handedIn, startedAs: 'forwarded' });
    this.#world.look();
  }

  async send(command: string, actor: Actor, option = ''): Promise<string> {
    const world = this.#world;
    this.#count += 1;
    const input = inputOf(command, { world, slot: 0, item, option });
    const commandId = `${world.name}-${this.#count}`;
    const request = { actor, commandId, requestDigest: digestOf(input), correlationId: world.name };
    const outcome = await world.handle(LETTERS[command]?.command as never, input, request);
    world.look();
    if (command === 'ReportSuspectedFraud') world.report(0, commandId);
    return outcome.rejected ? outcome.code : 'accepted';
  }

  async must(command: string, actor: Actor, option = ''): Promise<void> {
    expect([command, await this.send(command, actor, option)]).toEqual([command, 'accepted']);
  }

  /** The three are all there is in the bank. */
  async people(): Promise<void> {
    for (const id of EXPERTS) await this.#world.suspendExpert(id);
    for (const account of MANY) {
      const stream = accountStream(account as AccountId);
      const grant = (role: 'REC-D' | 'EXPERT' | 'MSR', orgId: string, from: string, lastDay?: string) => ({
        role,
        orgId,
        orgName: orgId,
        from,
        ...(lastDay && { lastDay }),
      });
      const accountId = account as AccountId;
      const first = grant('REC-D', BODY, '2024-01-01', '2024-10-31');
      await this.#world.happen(stream, accountRegistered.of({ accountId, name: sealed, grant: first }));
      const seat = grant('EXPERT', seatOf(account), '2024-11-01');
      await this.#world.happen(stream, roleGranted.of({ accountId, grant: seat }));
      await this.#world.happen(stream, roleGranted.of({ accountId, grant: grant('MSR', 'msr', '2024-12-01') }));
      const profile = { fields: ['质量管理'], professionalTitle: '教授级高工', employerName: '天津大学' };
      const admitted = { expertId: seatOf(account), name: sealed, ...profile, bankRulesVersion: 1 };
      await this.#world.happen(expertStream(seatOf(account)), expertAdmitted.of(admitted));
    }
  }

  /** One more role, beside those that everybody has. */
  async grant(account: Many, role: 'UNIT' | 'MSR' | 'REC-D', orgId: string): Promise<void> {
    const grant = { role, orgId, orgName: orgId, from: '2024-10-01' };
    const accountId = account as AccountId;
    await this.#world.happen(accountStream(accountId), roleGranted.of({ accountId, grant }));
  }

  async recommend(sponsor: Actor): Promise<void> {
    await this.must('CompileResults', known('dongli.sun'));
    await this.must('RecommendResult', sponsor);
    await this.must('ForwardResultBatch', known('dongli.sun'));
  }

  async constitute(): Promise<void> {
    this.#world.now = NOVEMBER;
    const chen = authority('msr.chen');
    await this.must('StartPanelFormation', chen, 'alone');
    await this.must('DrawExperts', chen, 'committed');
    for (const account of MANY) {
      await this.must('DeclareInterest', expert(account), 'none');
      await this.must('SignConfidentialityUndertaking', expert(account));
      // He served the body within the years that count: a person decides that it does not matter.
      await this.must('DecideRecusal', chen, `dismiss ${seatOf(account)}`);
    }
    await this.must('ConstitutePanel', chen);
    await this.must('IssueEvaluationStandard', chen, '甲');
    await this.must('OpenScoring', chen);
  }

  /** Scoring, with those excused who may not. */
  async score(order: readonly Many[]): Promise<Map<Many, string>> {
    const answers = new Map<Many, string>();
    for (const account of order) answers.set(account, await this.send('SubmitScoreSheet', expert(account), '90'));
    const chen = authority('msr.chen');
    for (const account of order) {
      if (answers.get(account) !== 'accepted') await this.must('RecordScoringAbsence', chen, seatOf(account));
    }
    await this.must('CloseScoring', chen);
    await this.must('AggregateScores', chen);
    return answers;
  }

  /** The word on the ranking: everyone tries every step of it. */
  async propose(order: readonly Many[]): Promise<Map<Many, readonly string[]>> {
    const answers = new Map<Many, string[]>(order.map(account => [account, []]));
    const steps = [
      ['CompleteTechnicalEvaluation', ''],
      ['DraftExcellentList', 'all 甲'],
      ['SignExcellentList', 'current'],
      ['ProposeExcellentList', 'current'],
    ] as const;
    for (const [command, option] of steps) {
      for (const account of order) answers.get(account)?.push(await this.send(command, expert(account), option));
    }
    return answers;
  }

  december(): void {
    this.#world.now = DECEMBER;
  }

  /** Accounts by what they did about the result, by what is on record. */
  hands() {
    const recommended = new Set<string>();
    const evaluated = new Set<string>();
    const approved = new Set<string>();
    for (const { type, meta } of this.#world.store.log) {
      const { accountId } = meta.actor;
      if (/^project\.recommended$|^result\.recommended$|^(completeness|truthfulness)\./.test(type)) {
        recommended.add(accountId);
      }
      if (/^score-sheet\.s|^technical-evaluation\.|^excellent-list\.(drafted|signed|proposed)$/.test(type)) {
        evaluated.add(accountId);
      }
      if (/^excellent-list\.reviewed$|^excellent-result\.recognised$/.test(type)) approved.add(accountId);
    }
    return { recommended, evaluated, approved };
  }
}

function common(one: ReadonlySet<string>, other: ReadonlySet<string>): string[] {
  return [...one].filter(account => other.has(account));
}

const orders: readonly (readonly Many[])[] = MANY.flatMap(first =>
  MANY.filter(account => account !== first).map(second => [
    first,
    second,
    MANY.find(account => account !== first && account !== second) as Many,
  ]),
);
const sponsors = [undefined, ...MANY] as const;
const sponsored = orders.flatMap(order => sponsors.map(sponsor => ({ order, sponsor })));

describe('第十九条 whoever recommended a result does not evaluate it', () => {
  it.each(sponsored)('recommended by $sponsor, then tried in the order $order', async ({ order, sponsor }) => {
    const bench = new Bench(`evaluate-${order.join('-')}-${sponsor}`);
    await bench.people();
    await bench.recommend(sponsor ? officer(sponsor) : known('dongli.lu'));
    await bench.constitute();
    const scored = await bench.score(order);
    const spoken = await bench.propose(order);
    for (const account of order) {
      expect([account, scored.get(account)]).toEqual([account, account === sponsor ? 'not-independent' : 'accepted']);
      if (account === sponsor) expect(new Set(spoken.get(account))).not.toContain('accepted');
    }
    const { recommended, evaluated } = bench.hands();
    expect(common(recommended, evaluated)).toEqual([]);
  });
});

describe('第二十一条 whoever recommended or evaluated a result does not approve it', () => {
  const approvals = sponsored.flatMap(each => ['msr.wang', 'msr.zhou'].map(second => ({ ...each, second })));

  it.each(approvals)('recommended by $sponsor, approval tried by $order, then $second', async each => {
    const { order, sponsor, second } = each;
    const bench = new Bench(`approve-${order.join('-')}-${sponsor}-${second}`);
    await bench.people();
    await bench.recommend(sponsor ? officer(sponsor) : known('dongli.lu'));
    await bench.constitute();
    await bench.score(order);
    await bench.propose(order);
    bench.december();
    const tried = [...order, second].map(authority);
    for (const command of ['ReviewExcellentList', 'RecogniseExcellentResult']) {
      for (const actor of tried) await bench.send(command, actor, 'keep');
    }
    const { recommended, evaluated, approved } = bench.hands();
    expect(common(recommended, approved)).toEqual([]);
    expect(common(evaluated, approved)).toEqual([]);
    expect(approved).toContain(second);
  });
});

describe('第二十一条 whoever recognised a result of the list does not publish it', () => {
  const AUTHORITY = ['msr.wang', 'msr.zhou', 'msr.wu'];
  it.each(AUTHORITY.flatMap(one => AUTHORITY.map(other => ({ one, other }))))('$one, then $other', async each => {
    const bench = new Bench(`publish-${each.one}-${each.other}`);
    await bench.people();
    await bench.recommend(known('dongli.lu'));
    await bench.constitute();
    await bench.score(MANY);
    await bench.propose(MANY);
    await bench.must('ReviewExcellentList', authority('msr.chen'), 'keep');
    await bench.must('RecogniseExcellentResult', authority(each.one));
    const published = await bench.send('PublishExcellentResults', authority(each.other), 'exact');
    expect(published).toBe(each.one === each.other ? 'same-person' : 'accepted');
  });
});

describe('第二十五条 who took part in the evaluation judges no fraud, and three steps are three persons’', () => {
  const JUDGES = ['msr.chen', 'many.one', 'msr.wang', 'msr.zhou', 'msr.wu'];
  /** Ran the scoring, and scored. */
  const PARTAKERS = new Set(['msr.chen', 'many.one']);
  const trials = JUDGES.flatMap(one => JUDGES.flatMap(two => JUDGES.map(three => [one, two, three] as const)));

  it.each(trials)('established by %s, decided by %s, overturned by %s', async (...judges) => {
    const bench = new Bench(`judge-${judges.join('-')}`);
    await bench.people();
    await bench.recommend(known('dongli.lu'));
    await bench.constitute();
    await bench.score(MANY);
    await bench.propose(MANY);
    bench.december();
    await bench.must('ReviewExcellentList', authority('both.one'), 'keep');
    await bench.must('RecogniseExcellentResult', authority('both.one'));
    await bench.must('ReportSuspectedFraud', known('sup.guo'));
    for (const [command, option] of [
      ['OpenFraudCase', 'project'],
      ['RecordEvidence', 'evidence-1'],
      ['NotifyUnit', ''],
      ['RecordUnitStatement', 'stated'],
    ] as const) {
      await bench.must(command, authority('msr.chen'), option);
    }
    let before: string | undefined;
    for (const [at, command] of ['EstablishFraud', 'RevokeRecognition', 'OverturnRevocation'].entries()) {
      const judge = judges[at] as string;
      const isFit = !PARTAKERS.has(judge) && judge !== before;
      const answer = await bench.send(command, authority(judge));
      expect([command, answer === 'accepted']).toEqual([command, isFit]);
      if (!isFit) return;
      before = judge;
    }
  });
});

describe('第十八条 who belongs to the unit or is the authority’s does not score, whatever the draw says', () => {
  it.each([
    ['staff of the unit', 'UNIT', PROJECTS[0].unit, 'not-independent'],
    ['staff of the authority', 'MSR', 'msr', 'not-independent'],
    ['an officer of the body who had no hand in the project', 'REC-D', BODY, 'accepted'],
  ] as const)('%s', async (_who, role, orgId, answer) => {
    const bench = new Bench(`seat-${role}`);
    await bench.people();
    await bench.grant('many.one', role, orgId);
    await bench.recommend(known('dongli.lu'));
    await bench.constitute();
    expect(await bench.send('SubmitScoreSheet', expert('many.one'), '90')).toBe(answer);
  });
});
