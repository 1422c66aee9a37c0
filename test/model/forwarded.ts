/** A year in which every result has been forwarded: led there once, by the real commands and by the model alike. */
import { digestOf } from '../../services/identifiers.ts';
import { newYear, type Year } from './honours.ts';
import { ask, inputOf, LETTERS, take } from './line.ts';
import { newItem, type Person } from './model.ts';
import { actorOf, type Beginning, bankOf, PEOPLE, PROJECTS, World } from './world.ts';

const NAME = 'forwarded';
const NOTHING = { drawn: [], lastDay: '' };

/** Who verified a project, and who recommended its result. */
const OFFICERS = [
  { verifier: 'dongli.sun', sponsor: 'dongli.lu' },
  { verifier: 'gongxin.qian', sponsor: 'both.two' },
  { verifier: 'dongli.sun', sponsor: 'dongli.lu' },
] as const;

interface Forwarded {
  readonly beginning: Beginning;
  readonly year: Year;
}

function personOf(account: string, org: string): Person {
  return PEOPLE.find(person => person.account === account && person.org === org) as Person;
}

export function newCity(
  items = PROJECTS.map(spec => newItem({ ...spec, title: `${spec.title}${spec.suffix}` })),
): Year {
  const city = { items, bans: new Map(), titles: new Map(), batches: new Map() };
  return newYear(city, PEOPLE, bankOf());
}

/** Leads the projects, step by step; a step that is not recorded ends it. */
export class Guide {
  readonly world = new World(NAME, '2024-03-18T01:00:00.000Z');
  readonly year = newCity();
  #count = 0;

  async step(slot: number, command: string, who: Person, option = ''): Promise<void> {
    const { world, year } = this;
    this.#count += 1;
    const item = year.items[slot] as Year['items'][number];
    const { now } = world;
    const say = { command, option, who, now, today: now.slice(0, 10) };
    const answer = ask(item, say, year);
    const input = inputOf(command, { world, slot, item, option });
    const commandId = command === 'StartApplication' ? world.startId(slot) : `${NAME}-${this.#count}`;
    const request = { actor: actorOf(who), commandId, requestDigest: digestOf(input), correlationId: NAME };
    const outcome = await world.handle(LETTERS[command]?.command as never, input, request);
    if (outcome.rejected || answer.verdict !== 'recorded') throw new Error(`${command}: ${JSON.stringify(outcome)}`);
    take(item, say, year, answer, NOTHING);
    world.look();
  }

  async complete(slot: number): Promise<void> {
    const { unit: uscc, body } = PROJECTS[slot] as (typeof PROJECTS)[number];
    const unit = personOf(slot === 1 ? 'unit.zhao' : 'unit.li', uscc);
    const officer = personOf((OFFICERS[slot] as (typeof OFFICERS)[number]).verifier, body);
    const authority = personOf('msr.chen', 'msr');
    await this.step(slot, 'StartApplication', unit);
    for (const kind of ['可行性分析', '预期成效']) await this.step(slot, 'AttachDocument', unit, kind);
    for (const command of ['SignTruthfulnessUndertaking', 'SubmitApplication']) await this.step(slot, command, unit);
    await this.step(slot, 'StartVerification', officer);
    for (const check of ['Completeness', 'Truthfulness']) {
      await this.step(slot, `Record${check}Check`, officer, 'passed');
    }
    await this.step(slot, 'RecommendProject', officer);
    await this.step(slot, 'RunSimilarityCheck', authority);
    if (this.year.items[slot]?.close) await this.step(slot, 'AdjudicateSimilarity', authority, 'different');
    for (const found of ['DefinitionConformity', 'ExpectedEffect']) {
      await this.step(slot, `Assess${found}`, authority, 'yes');
    }
    for (const command of ['AssessEligibility', 'StartMunicipalReview', 'ApproveProject']) {
      await this.step(slot, command, authority);
    }
    await this.step(slot, 'SubmitImplementationPlan', unit, '甲');
    for (const stage of ['计划', '执行', '检查', '处理']) await this.step(slot, 'ReportPdcaStage', unit, stage);
    for (const command of [
      'DeclareProjectCompleted',
      'AttachResultDocument',
      'SignResultUndertaking',
      'SubmitResults',
    ]) {
      await this.step(slot, command, unit);
    }
  }

  async forward(slots: readonly number[]): Promise<void> {
    const [first] = slots as [number];
    const { body } = PROJECTS[first] as (typeof PROJECTS)[number];
    const sponsor = personOf((OFFICERS[first] as (typeof OFFICERS)[number]).sponsor, body);
    await this.step(first, 'CompileResults', sponsor);
    for (const slot of slots) await this.step(slot, 'RecommendResult', sponsor);
    await this.step(first, 'ForwardResultBatch', sponsor);
  }
}

async function lead(): Promise<Forwarded> {
  const guide = new Guide();
  for (const slot of PROJECTS.keys()) await guide.complete(slot);
  await guide.forward([0, 2]);
  await guide.forward([1]);
  return { beginning: { log: guide.world.store.log, startedAs: NAME }, year: guide.year };
}

let led: Promise<Forwarded> | undefined;

/** The log is shared, since nothing in it changes; the model's year is one's own. */
export async function forwardedYear(): Promise<Forwarded> {
  led ??= lead();
  const { beginning, year } = await led;
  return { beginning, year: structuredClone(year) };
}
