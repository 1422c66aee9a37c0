/** A random walk through a year with three projects: every command is put to the program and to the model. */
import { isDeepStrictEqual } from 'node:util';
import { shanghaiDate } from '../../events/time.ts';
import type { CommandRequest } from '../../services/handle.ts';
import { digestOf } from '../../services/identifiers.ts';
import { ALPHABET, inputOf } from './alphabet.ts';
import {
  ask,
  type City,
  type Item,
  newItem,
  type Person,
  placeOf,
  type Say,
  sightOf,
  take,
  type Verdict,
} from './model.ts';
import { type Random, randomFrom } from './random.ts';
import { actorOf, type Folds, PEOPLE, PROJECTS, UNIT_A, UNIT_B, World } from './world.ts';

const STEPS = 400;
const NAMES = Object.keys(ALPHABET);
const HOUR = 3_600_000;

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
  readonly folds?: Folds;
  /** Asked instead of the model. */
  readonly ask?: typeof ask;
}

/** One walk; throws {@link Mismatch} where program and model differ. */
export async function walk(seed: number, tally: Tally, variant: Variant = {}): Promise<void> {
  const random = randomFrom(seed);
  // Some years begin when the window is about to close.
  const start = random.next() < 0.2 ? '2024-04-27T01:00:00.000Z' : '2024-03-18T01:00:00.000Z';
  const world = new World(`w${seed}`, start, variant.folds);
  const step = new Walk(seed, random, tally, world, variant.ask ?? ask);
  for (let count = 0; count < STEPS; count += 1) await step.go();
  step.finish();
}

class Walk {
  readonly #seed: number;
  readonly #random: Random;
  readonly #tally: Tally;
  readonly #world: World;
  readonly #ask: typeof ask;
  readonly #items: readonly Item[];
  readonly #city: City;
  /** The last case of each project. */
  readonly #cases: string[] = [];
  readonly #depths = PROJECTS.map(() => 0);
  /** The last commands, for whoever has to understand a mismatch. */
  readonly #trail: string[] = [];
  #count = 0;

  constructor(seed: number, random: Random, tally: Tally, world: World, answer: typeof ask) {
    this.#seed = seed;
    this.#random = random;
    this.#tally = tally;
    this.#world = world;
    this.#ask = answer;
    // In some years the unit's two projects bear one title.
    const isShared = random.next() < 0.2;
    this.#items = PROJECTS.map(spec => newItem(isShared ? spec : { ...spec, title: `${spec.title}${spec.suffix}` }));
    this.#city = { items: this.#items, bans: new Map(), titles: new Map(), batches: new Map() };
  }

  async go(): Promise<void> {
    this.#count += 1;
    const hours = this.#random.next() < 0.05 ? 24 + this.#random.below(72) : this.#random.below(4);
    this.#world.now = new Date(Date.parse(this.#world.now) + hours * HOUR + 60_000).toISOString();
    if (this.#random.next() < 0.008) await this.#happen();
    const slot = this.#random.below(this.#items.length);
    const item = this.#items[slot] as Item;
    const say = this.#random.next() < 0.6 ? this.#progress(item) : this.#anything(item);
    if (say) await this.#put(slot, item, say);
  }

  finish(): void {
    this.#tally.depths.push(...this.#depths);
  }

  /** A ban begins or ends, a case is opened or closed. */
  async #happen(): Promise<void> {
    const world = this.#world;
    if (this.#random.next() < 0.5) {
      const uscc = this.#random.of([UNIT_A, UNIT_B]);
      const ban = this.#city.bans.get(uscc);
      // Two bans of one unit never begin on the same day.
      world.now = new Date(Date.parse(world.now) + 24 * HOUR).toISOString();
      const today = shanghaiDate(world.now);
      if (ban && !ban.lifted) {
        ban.lifted = true;
        await world.liftBan(uscc, `津撤〔${ban.from}〕`, today);
      } else {
        this.#city.bans.set(uscc, { from: today, lifted: false });
        await world.ban(uscc, `津撤〔${today}〕`, today);
      }
    } else {
      const slot = this.#random.below(this.#items.length);
      const item = this.#items[slot] as Item;
      if (item.stage === 'none') return;
      if (item.suspended) {
        await world.dismissCase(slot, this.#cases[slot] as string);
      } else {
        this.#cases[slot] = `case-${slot}-${this.#count}`;
        await world.openCase(slot, this.#cases[slot]);
      }
      item.suspended = !item.suspended;
    }
  }

  #say(command: string, option: string, who: Person): Say {
    return { command, option, who, now: this.#world.now, today: shanghaiDate(this.#world.now) };
  }

  #anything(item: Item): Say | undefined {
    const command = this.#random.of(NAMES);
    const letter = ALPHABET[command] as (typeof ALPHABET)[string];
    const { of } = this.#random;
    // Half of the time by somebody of whom it might be expected.
    const fit = PEOPLE.filter(person => person.org === item.unit || person.org === item.body || person.org === 'msr');
    const who = this.#random.next() < 0.5 ? of(fit) : of(PEOPLE);
    const say = this.#say(command, of(letter.options), this.#starter(command, item, who));
    const isEnding = letter.weight < 0.2 && ask(item, say, this.#city).verdict === 'recorded';
    return isEnding && this.#random.next() < 0.9 ? undefined : say;
  }

  /** The project of a place is started by its own unit, or by nobody. */
  #starter(command: string, item: Item, who: Person): Person {
    if (command !== 'StartApplication' || who.kind !== 'unit') return who;
    return PEOPLE.find(({ kind, org }) => kind === 'unit' && org === item.unit) as Person;
  }

  /** One of the commands that the model would have recorded now. */
  #progress(item: Item): Say | undefined {
    const options: { readonly say: Say; readonly weight: number }[] = [];
    const rest = this.#random.below(PEOPLE.length);
    for (const command of NAMES) {
      const letter = ALPHABET[command] as (typeof ALPHABET)[string];
      const option = this.#random.of(letter.options);
      for (let at = 0; at < PEOPLE.length; at += 1) {
        const who = PEOPLE[(at + rest) % PEOPLE.length] as Person;
        const say = this.#say(command, option, who);
        if (ask(item, say, this.#city).verdict !== 'recorded') continue;
        options.push({ say, weight: letter.weight });
        break;
      }
    }
    // Where only an ending is left, most often nothing happens.
    let left =
      this.#random.next() *
      Math.max(
        1,
        options.reduce((sum, { weight }) => sum + weight, 0),
      );
    return options.find(({ weight }) => {
      left -= weight;
      return left < 0;
    })?.say;
  }

  async #put(slot: number, item: Item, say: Say): Promise<void> {
    const world = this.#world;
    const place = placeOf(item);
    const answer = this.#ask(item, say, this.#city);
    const input = inputOf(say.command, { world, slot, item, option: say.option });
    const request = this.#request(slot, say, input);
    const before = world.store.log.length;
    const letter = ALPHABET[say.command] as (typeof ALPHABET)[string];
    const outcome = await world.handle(letter.command, input, request);
    const recorded = world.store.log.length - before;
    const verdict = outcome.rejected ? 'refused' : outcome.events.length > 0 ? 'recorded' : 'nothing';
    this.#note(place, say, answer.verdict, outcome.rejected ? outcome.code : '');
    if (verdict !== answer.verdict) this.#differ(`the program ${verdict}, the model ${answer.verdict}`);
    if (verdict !== 'recorded' && recorded > 0) this.#differ(`${verdict}, and yet ${recorded} events were recorded`);
    take(item, say, this.#city, answer);
    world.look();
    if (say.command === 'RequestSupplement' && verdict === 'recorded') {
      // Working days are counted by the calendar, which has tests of its own.
      item.supplementDue = world.stateOf(slot).application?.supplement?.dueOn;
    }
    this.#compare();
    if (verdict === 'recorded') {
      this.#depths[slot] = (this.#depths[slot] ?? 0) + 1;
      if (this.#random.next() < 0.1) await this.#repeat(say, input, request);
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
    const { command } = ALPHABET[say.command] as (typeof ALPHABET)[string];
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
      if (seen !== sightOf(item))
        this.#differ(`project ${slot} is ${seen} in the log and ${sightOf(item)} in the model`);
      const { application: state } = this.#world.stateOf(slot);
      const isHeld = state?.hold !== undefined && state.hold.decision === undefined;
      if (isHeld !== (item.hold !== undefined && !item.hold.decided)) this.#differ(`project ${slot}: held ${isHeld}`);
      if ((state?.carriedOverTo !== undefined) !== item.carriedOver) this.#differ(`project ${slot}: carried over`);
      if (state && !isDeepStrictEqual(new Set(state.verifiedBy), item.judges)) this.#differ(`project ${slot}: judges`);
    }
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
    throw new Mismatch(`${what}\nMODEL_SEED=${this.#seed} repeats this walk; its last steps:\n  ${trail}`);
  }
}
