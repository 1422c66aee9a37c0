/** Two people out of one (art-13, domain 1.6): whoever verifies or recommends a project does not decide on it. */
import { expect, it } from 'vitest';
import { digestOf } from '../../services/identifiers.ts';
import { ALPHABET, inputOf } from './alphabet.ts';
import { type Item, newItem, type Person } from './model.ts';
import { actorOf, PEOPLE, PROJECTS, World } from './world.ts';

const unit = PEOPLE.find(({ account }) => account === 'unit.li') as Person;
const BOTH = ['both.one', 'both.two'];

/** An account in the role that a step needs. */
function acting(account: string, kind: Person['kind']): Person {
  const { body } = PROJECTS[0];
  const org = kind === 'body' ? body : 'msr';
  return PEOPLE.find(person => person.account === account && person.org === org) as Person;
}

/** Steps on one project, sent to the real write path. */
class Desk {
  readonly #world: World;
  readonly #item: Item = newItem(PROJECTS[0]);
  #count = 0;

  constructor(name: string) {
    this.#world = new World(name, '2024-03-18T01:00:00.000Z');
  }

  async send(name: string, who: Person, option = ''): Promise<string> {
    this.#count += 1;
    const { command } = ALPHABET[name] as (typeof ALPHABET)[string];
    const input = inputOf(name, { world: this.#world, slot: 0, item: this.#item, option });
    const commandId = name === 'StartApplication' ? this.#world.startId(0) : `${this.#world.name}-${this.#count}`;
    const request = { actor: actorOf(who), commandId, requestDigest: digestOf(input), correlationId: 'two-persons' };
    const outcome = await this.#world.handle(command, input, request);
    return outcome.rejected ? outcome.code : 'accepted';
  }

  async submit(): Promise<void> {
    await this.send('StartApplication', unit);
    await this.send('AttachDocument', unit, '可行性分析');
    await this.send('AttachDocument', unit, '预期成效');
    await this.resubmit();
  }

  async resubmit(): Promise<void> {
    await this.send('SignTruthfulnessUndertaking', unit);
    expect(await this.send('SubmitApplication', unit)).toBe('accepted');
  }

  /** What approval rests on besides the persons. */
  async assess(who: Person): Promise<void> {
    await this.send('RunSimilarityCheck', who);
    await this.send('AssessDefinitionConformity', who, 'yes');
    await this.send('AssessExpectedEffect', who, 'yes');
    expect(await this.send('AssessEligibility', who)).toBe('accepted');
  }

  /** The accounts that verified, recommended or decided, by what is on record. */
  hands(): { readonly judged: Set<string>; readonly decided: Set<string> } {
    const judged = new Set<string>();
    const decided = new Set<string>();
    for (const { type, meta } of this.#world.store.log) {
      if (/^(completeness|truthfulness)\.|^project\.recommended$/.test(type)) judged.add(meta.actor.accountId);
      if (/^municipal-review\.|^project\.(approved|rejected)$/.test(type)) decided.add(meta.actor.accountId);
    }
    return { judged, decided };
  }
}

const CHECKS = ['RecordCompletenessCheck', 'RecordTruthfulnessCheck'] as const;

/** Every way to give two accounts to so many steps. */
function assignments(steps: number): string[][] {
  if (steps === 0) return [[]];
  return assignments(steps - 1).flatMap(rest => BOTH.map(account => [...rest, account]));
}

const orders = [CHECKS, [...CHECKS].reverse()];
const cases = orders.flatMap(order =>
  assignments(5).flatMap(accounts =>
    ['ApproveProject', 'RejectProject'].flatMap(end =>
      [false, true].map(returned => ({ order, accounts, end, returned })),
    ),
  ),
);

it.each(cases)(
  '第十三条 $accounts in the order $order, then $end (materials returned once: $returned)',
  async ({ order, accounts, end, returned }) => {
    const [first, second, recommender, reviewer, decider] = accounts as [string, string, string, string, string];
    const desk = new Desk(`${order[0]}-${accounts.join('-')}-${end}-${returned}`);
    await desk.submit();
    const judges = new Set([first, second, recommender]);
    if (returned) {
      // What somebody found on the materials that were sent back is not forgotten.
      await desk.send('StartVerification', acting(first, 'body'));
      await desk.send(order[0] as string, acting(second, 'body'), 'failed');
      await desk.send('ReturnApplication', acting(first, 'body'));
      await desk.resubmit();
    }
    await desk.send('StartVerification', acting(first, 'body'));
    expect(await desk.send(order[0] as string, acting(first, 'body'), 'passed')).toBe('accepted');
    expect(await desk.send(order[1] as string, acting(second, 'body'), 'passed')).toBe('accepted');
    expect(await desk.send('RecommendProject', acting(recommender, 'body'))).toBe('accepted');
    await desk.assess(acting(reviewer, 'authority'));
    const third = PEOPLE.find(({ account }) => account === 'msr.wang') as Person;
    const started = await desk.send('StartMunicipalReview', acting(reviewer, 'authority'));
    expect(started).toBe(judges.has(reviewer) ? 'same-person' : 'accepted');
    if (started !== 'accepted') await desk.send('StartMunicipalReview', third);
    expect(await desk.send(end, acting(decider, 'authority'))).toBe(judges.has(decider) ? 'same-person' : 'accepted');
    const { judged, decided } = desk.hands();
    expect([...decided].filter(account => judged.has(account))).toEqual([]);
  },
);
