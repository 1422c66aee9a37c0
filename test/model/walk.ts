/** A random walk through a year with three projects: every command is put to the program and to the model. */
import { isDeepStrictEqual } from 'node:util';
import type { RecordedEvent } from '../../events/envelope.ts';
import type { PanelEvent } from '../../events/panel.ts';
import type { ExcellentListEvent } from '../../events/recognition.ts';
import { shanghaiDate } from '../../events/time.ts';
import type { CommandRequest } from '../../services/handle.ts';
import { digestOf } from '../../services/identifiers.ts';
import type { Course } from './courses.ts';
import { honourPlaceOf, type Told, wholePlaceOf, type Year } from './honours.ts';
import { ask, inputOf, LETTERS, sendersOf, take } from './line.ts';
import { type Item, type Person, type Say, sightOf, type Verdict } from './model.ts';
import { type Random, randomFrom } from './random.ts';
import { actorOf, EXPERTS, FOLDS, type Folds, PEOPLE, PROJECTS, UNIT_A, UNIT_B, type World } from './world.ts';

const HOUR = 3_600_000;
const COMMANDS = Object.keys(LETTERS);
const EAGERNESS = 15;
/** How much doing nothing weighs. */
const IDLENESS = 0.5;

/** What a walk met. */
export interface Tally {
  commands: number;
  /** How often a command met a project in a place, by verdict. */
  readonly met: Map<string, Record<Verdict, number>>;
  /** Commands on record in each project's life. */
  readonly depths: number[];
}

export function newTally(): Tally {
  return { commands: 0, met: new Map(), depths: [] };
}

export class Mismatch extends Error {}

export interface Variant {
  readonly folds?: Partial<Folds>;
  /** Asked instead of the model. */
  readonly ask?: typeof ask;
}

/** One walk; throws {@link Mismatch} where program and model differ. */
export async function walk(seed: number, tally: Tally, course: Course, variant: Variant = {}): Promise<void> {
  const random = randomFrom(seed);
  const { world, year } = await course.begin(`w${seed}`, random, { ...FOLDS, ...variant.folds });
  world.look();
  const step = new Walk(seed, random, tally, course, world, year, variant.ask ?? ask);
  for (let count = 0; count < course.steps; count += 1) await step.go();
  step.finish();
}

/** Who might send a command, by what the model says of it and by custom. */
const SENDERS = new Map(
  Object.entries(LETTERS).map(([command, { hands }]) => {
    const fit = PEOPLE.filter(({ kind, former }) => !former && sendersOf(command).includes(kind));
    return [command, hands ? fit.filter(({ account }) => hands.includes(account)) : fit];
  }),
);

/** What only the program can say. */
function toldBy(events: readonly RecordedEvent[]): Told {
  const told = { drawn: [] as readonly string[], lastDay: '' };
  for (const event of events as readonly (PanelEvent | ExcellentListEvent)[]) {
    if (event.type === 'experts.drawn') told.drawn = event.data.picks;
    if (event.type === 'expert.replaced') told.drawn = [event.data.replacement];
    if (event.type === 'public-notice.opened') told.lastDay = event.data.lastDay;
  }
  return told;
}

function weightOf(command: string, place: string): number {
  const { weight, eager } = LETTERS[command] as (typeof LETTERS)[string];
  return eager?.includes(place) ? weight * EAGERNESS : weight;
}

class Walk {
  readonly #seed: number;
  readonly #random: Random;
  readonly #tally: Tally;
  readonly #course: Course;
  readonly #world: World;
  readonly #ask: typeof ask;
  readonly #year: Year;
  readonly #items: readonly Item[];
  readonly #depths = PROJECTS.map(() => 0);
  /** Which command is next in a rare place. */
  readonly #turns = new Map<string, number>();
  /** The last commands, for whoever has to understand a mismatch. */
  readonly #trail: string[] = [];
  #count = 0;

  constructor(
    seed: number,
    random: Random,
    tally: Tally,
    course: Course,
    world: World,
    year: Year,
    answer: typeof ask,
  ) {
    this.#seed = seed;
    this.#random = random;
    this.#tally = tally;
    this.#course = course;
    this.#world = world;
    this.#year = year;
    this.#items = year.items;
    this.#ask = answer;
  }

  async go(): Promise<void> {
    this.#count += 1;
    const hours = this.#random.next() < 0.03 ? 24 + this.#random.below(72) : this.#random.below(4);
    this.#world.now = new Date(Date.parse(this.#world.now) + hours * HOUR + 60_000).toISOString();
    if (this.#random.next() < 0.008) await this.#happen();
    const slot = this.#random.below(this.#items.length);
    const item = this.#items[slot] as Item;
    const haste = this.#course.rare.has(wholePlaceOf(item, this.#year)) ? 0.2 : 0.6;
    const say = this.#random.next() < haste ? this.#progress(item) : undefined;
    await this.#put(slot, item, say ? this.#passedOn(say, item) : this.#anything(item));
  }

  finish(): void {
    this.#tally.depths.push(...this.#depths);
  }

  /** A ban begins or ends, an expert leaves the bank or comes back to it. */
  async #happen(): Promise<void> {
    if (this.#random.next() < 0.5) await this.#happenToUnit(this.#random.of([UNIT_A, UNIT_B]));
    else await this.#happenToExpert();
  }

  async #happenToUnit(uscc: typeof UNIT_A): Promise<void> {
    const world = this.#world;
    const bans = this.#year.bans.get(uscc) ?? [];
    const ban = bans.find(({ by, lifted }) => !by && !lifted);
    // Two bans of one unit never begin on the same day.
    world.now = new Date(Date.parse(world.now) + 24 * HOUR).toISOString();
    const today = shanghaiDate(world.now);
    if (ban) {
      ban.lifted = true;
      await world.liftBan(uscc, `津撤〔${ban.from}〕`, today);
    } else {
      this.#year.bans.set(uscc, [...bans, { from: today, lifted: false }]);
      await world.ban(uscc, `津撤〔${today}〕`, today);
    }
  }

  async #happenToExpert(): Promise<void> {
    const { bank } = this.#year;
    const away = EXPERTS.find(expert => bank.get(expert)?.active === false);
    const expert = away ?? this.#random.of(EXPERTS);
    const entry = bank.get(expert);
    if (!entry) return;
    entry.active = !entry.active;
    await (entry.active ? this.#world.reinstateExpert(expert) : this.#world.suspendExpert(expert));
  }

  #say(command: string, option: string, who: Person): Say {
    return { command, option, who, now: this.#world.now, today: shanghaiDate(this.#world.now) };
  }

  #anything(item: Item): Say {
    const command = this.#anyCommand(wholePlaceOf(item, this.#year));
    const letter = LETTERS[command] as (typeof LETTERS)[string];
    const { of } = this.#random;
    // Half of the time by somebody of whom it might be expected.
    const fit = PEOPLE.filter(person => person.org === item.unit || person.org === item.body || person.org === 'msr');
    const who = this.#random.next() < 0.5 ? of(fit) : of(PEOPLE);
    const say = this.#say(command, of(letter.options), this.#starter(command, item, who));
    const isEnding = letter.weight < 0.2 && ask(item, say, this.#year).verdict === 'recorded';
    return isEnding && this.#random.next() < 0.95 ? this.#anything(item) : say;
  }

  /** In a place that is rare each command in its turn, so that few visits meet them all. */
  #anyCommand(place: string): string {
    if (!this.#course.rare.has(place)) return this.#random.of(COMMANDS);
    const turn = this.#turns.get(place) ?? this.#random.below(COMMANDS.length);
    this.#turns.set(place, turn + 1);
    return COMMANDS[turn % COMMANDS.length] as string;
  }

  /** The project of a place is started by its own unit, or by nobody. */
  #starter(command: string, item: Item, who: Person): Person {
    if (command !== 'StartApplication' || who.kind !== 'unit') return who;
    return PEOPLE.find(({ kind, org }) => kind === 'unit' && org === item.unit) as Person;
  }

  /** One of the commands that the model would have recorded now, by weight; where little is left, often none. */
  #progress(item: Item): Say | undefined {
    const place = wholePlaceOf(item, this.#year);
    const left = new Map(this.#course.home.map(command => [command, weightOf(command, place)]));
    for (;;) {
      const command = this.#drawn(left);
      const say = command && this.#leading(command, item);
      if (!command || say) return say || undefined;
      left.delete(command);
    }
  }

  /** What one may do, another may not: now and then somebody else tries. */
  #passedOn(say: Say, item: Item): Say {
    if (this.#random.next() > 0.08) return say;
    return { ...say, who: this.#starter(say.command, item, this.#random.of(PEOPLE)) };
  }

  #drawn(weights: ReadonlyMap<string, number>): string | undefined {
    let rest = IDLENESS;
    for (const weight of weights.values()) rest += weight;
    rest *= this.#random.next();
    for (const [command, weight] of weights) {
      rest -= weight;
      if (rest < 0) return command;
    }
    return undefined;
  }

  /** A command that the model would have recorded, in the words or by the person that come first. */
  #leading(command: string, item: Item): Say | undefined {
    const { options, sought, rare = [] } = LETTERS[command] as (typeof LETTERS)[string];
    const senders = SENDERS.get(command) ?? [];
    const first = this.#random.below(options.length);
    const rest = this.#random.below(PEOPLE.length);
    for (let way = 0; way < (sought ? options.length : 1); way += 1) {
      const option = options[(first + way) % options.length] as string;
      if (rare.includes(option) && this.#random.next() < 0.95) continue;
      for (let at = 0; at < (sought ? 1 : senders.length); at += 1) {
        const say = this.#say(command, option, senders[(at + rest) % senders.length] as Person);
        if (ask(item, say, this.#year).verdict === 'recorded') return say;
      }
    }
    return undefined;
  }

  async #put(slot: number, item: Item, say: Say): Promise<void> {
    const world = this.#world;
    const place = wholePlaceOf(item, this.#year);
    const answer = this.#ask(item, say, this.#year);
    const input = inputOf(say.command, { world, slot, item, option: say.option });
    const request = this.#request(slot, say, input);
    const before = world.store.log.length;
    const letter = LETTERS[say.command] as (typeof LETTERS)[string];
    const outcome = await world.handle(letter.command, input, request);
    const recorded = world.store.log.length - before;
    const verdict = outcome.rejected ? 'refused' : outcome.events.length > 0 ? 'recorded' : 'nothing';
    this.#note(place, say, answer.verdict, outcome.rejected ? outcome.code : '');
    if (verdict !== answer.verdict) this.#differ(`the program ${verdict}, the model ${answer.verdict}`);
    if (verdict !== 'recorded' && recorded > 0) this.#differ(`${verdict}, and yet ${recorded} events were recorded`);
    take(item, say, this.#year, answer, toldBy(outcome.rejected ? [] : outcome.events));
    world.look();
    if (verdict === 'recorded') this.#learn(slot, item, say, request);
    this.#compare();
    if (verdict === 'recorded') {
      this.#depths[slot] = (this.#depths[slot] ?? 0) + 1;
      if (this.#random.next() < 0.1) await this.#repeat(say, input, request);
    }
  }

  #learn(slot: number, item: Item, { command }: Say, { commandId }: CommandRequest): void {
    if (command === 'ReportSuspectedFraud') this.#world.report(slot, commandId);
    // Working days are counted by the calendar, which has tests of its own.
    if (command === 'RequestSupplement') {
      item.supplementDue = this.#world.stateOf(slot).application?.supplement?.dueOn;
    }
  }

  #request(slot: number, say: Say, input: object): CommandRequest {
    const name = this.#world.name;
    const commandId = say.command === 'StartApplication' ? this.#world.startId(slot) : `${name}-${this.#count}`;
    return { actor: actorOf(say.who), commandId, requestDigest: digestOf(input), correlationId: name };
  }

  /** The same command again is the same command: accepted, and nothing comes of it. */
  async #repeat(say: Say, input: object, request: CommandRequest): Promise<void> {
    const { handle, store } = this.#world;
    const before = store.log.length;
    const { command } = LETTERS[say.command] as (typeof LETTERS)[string];
    this.#tally.commands += 1;
    const outcome = await handle(command, input, request);
    if (outcome.rejected || outcome.events.length > 0 || store.log.length !== before)
      this.#differ('repeated with effect');
    const other = await handle(command, input, { ...request, requestDigest: 'f'.repeat(16) });
    if (!other.rejected || other.kind !== 'reused' || store.log.length !== before) this.#differ('a key used twice');
  }

  #compare(): void {
    for (const [slot, item] of this.#items.entries()) {
      const seen = this.#world.sightOf(slot);
      if (seen !== sightOf(item)) {
        this.#differ(`project ${slot} is ${seen} in the log and ${sightOf(item)} in the model`);
      }
      if (seen === 'results-forwarded') this.#compareHonours(slot, item);
      const { application: state } = this.#world.stateOf(slot);
      const isHeld = state?.hold !== undefined && state.hold.decision === undefined;
      if (isHeld !== (item.hold !== undefined && !item.hold.decided)) this.#differ(`project ${slot}: held ${isHeld}`);
      if ((state?.carriedOver !== undefined) !== item.carriedOver) this.#differ(`project ${slot}: carried over`);
      if (state && !isDeepStrictEqual(new Set(state.verifiedBy), item.judges)) this.#differ(`project ${slot}: judges`);
    }
  }

  #compareHonours(slot: number, item: Item): void {
    const seen = this.#world.honourOf(slot);
    const place = honourPlaceOf(item, this.#year);
    if (seen !== place) this.#differ(`project ${slot} is ${seen} in the log and ${place} in the model`);
  }

  #note(place: string, { command, option, who }: Say, verdict: Verdict, code: string): void {
    this.#tally.commands += 1;
    const key = `${place} × ${command}`;
    const counts = this.#tally.met.get(key) ?? { recorded: 0, nothing: 0, refused: 0 };
    counts[verdict] += 1;
    this.#tally.met.set(key, counts);
    this.#trail.push(`${this.#world.now} ${place}: ${command} ${option} by ${who.account} (${who.org}) ${code}`);
  }

  #differ(what: string): never {
    const trail = this.#trail.slice(-40).join('\n  ');
    const again = `MODEL_SEED=${this.#seed} npx vitest run test/model/${this.#course.test}`;
    throw new Mismatch(`${what}\n${again} repeats this walk; its last steps:\n  ${trail}`);
  }
}
