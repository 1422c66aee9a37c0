/**
 * What a gate may look at: the fields that name its object, and no other. Whoever asks what can be done gives those alone, so
 * that a gate which looked at what is typed in would refuse, or let through, what the offer said nothing of.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AnyCommand } from '../../services/command.ts';
import { fieldsNaming } from '../../services/offers.ts';
import type { CommandRoute } from '../../services/route.ts';
import { commandRoutes } from '../../services/routes.ts';

/** The input of a command as its gate may see it; throws on any other field. */
export function namesAlone(route: CommandRoute, input: object): object {
  const named = new Set<string | symbol>(fieldsNaming(route));
  return new Proxy(input, {
    get(target, field, receiver) {
      if (typeof field === 'symbol' || named.has(field)) return Reflect.get(target, field, receiver);
      throw new Error(`the gate of ${route.command.name} looks at ${field}, which does not name what it is about`);
    },
  });
}

/** Everything of a command that is asked for an offer, each seeing what names its object alone. */
export function seeingNamesAlone(route: CommandRoute, asked: (name: string) => void = () => {}): Partial<AnyCommand> {
  const { name, gate, reads, stream, done, dueOn } = route.command;
  if (!gate) return {};
  return {
    stream: (input, given) => stream(namesAlone(route, input), given),
    gate(state, given, known, on) {
      asked(name);
      return gate(state, given, known, namesAlone(route, on));
    },
    ...(reads && { reads: (input, state, given) => reads(namesAlone(route, input), state, given) }),
    ...(done && { done: (passed, given, known, on) => done(passed, given, known, namesAlone(route, on)) }),
    ...(dueOn && { dueOn: (passed, given, known, on) => dueOn(passed, given, known, namesAlone(route, on)) }),
  };
}

/** For as long as the tests around it run, gates see names alone; gives the names of the commands whose gates were asked. */
export function withGatesSeeingNames(): ReadonlySet<string> {
  const asked = new Set<string>();
  const own = commandRoutes.map(({ command }) => [command, { ...command }] as const);
  beforeAll(() => {
    for (const route of commandRoutes)
      Object.assign(
        route.command,
        seeingNamesAlone(route, name => asked.add(name)),
      );
  });
  afterAll(() => {
    for (const [command, before] of own) Object.assign(command, before);
  });
  return asked;
}

/** The last chapter: no gate was left out. */
export function everyGateWasAsked(asked: ReadonlySet<string>): void {
  it('every command with a gate was asked it, by an offer and by what was sent', () => {
    const gated = commandRoutes.filter(({ command }) => command.gate).map(({ command }) => command.name);
    expect(gated.filter(name => !asked.has(name))).toEqual([]);
  });
}
