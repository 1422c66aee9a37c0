/**
 * The codes with which each command can be refused, read from its own code: from its declaration over all that this names,
 * refusals are gathered. What is left out of a decision by its data is among them: the list says what can come, not what will.
 */
import { HOUSE_RULE_IDS } from '../../events/house-rules.ts';
import { ARTICLE_IDS } from '../../events/statute.ts';
import type { AnyCommand } from '../../services/command.ts';
import { argumentsAt } from './articles.ts';
import { type Declaration, exportsOf, filesOf, readSources, type Sources } from './sources.ts';

/** Codes by name of the command, each with its status: `409 already-verified`. */
export type RefusalTable = Readonly<Record<string, readonly string[]>>;

export async function refusalsOf(): Promise<RefusalTable> {
  const sources = readSources(['events', 'services']);
  const table: Record<string, readonly string[]> = {};
  for (const [declaration, command] of await commandsDeclared(sources)) {
    const reached = reachedFrom(declaration, sources);
    // Days that a command declares a reach for are looked at by whoever handles it.
    const ofReach = command.reach ? ['422 date-out-of-reach'] : [];
    table[command.name] = [...new Set([...ofReach, ...reached.flatMap(each => refusalsIn(each, reached))])].sort();
  }
  return Object.fromEntries(Object.entries(table).sort(([one], [other]) => (one < other ? -1 : 1)));
}

async function commandsDeclared(sources: Sources): Promise<readonly (readonly [Declaration, AnyCommand])[]> {
  const found: (readonly [Declaration, AnyCommand])[] = [];
  for (const file of filesOf('services')) {
    for (const [name, value] of await exportsOf(file)) {
      const declaration = sources.resolve(file, name);
      if (declaration && isCommand(value)) found.push([declaration, value]);
    }
  }
  return found;
}

const isCommand = (value: unknown): value is AnyCommand =>
  typeof value === 'object' && value !== null && 'allow' in value && 'decide' in value;

/** All declarations of the write side that one names, and those they name. */
function reachedFrom(start: Declaration, sources: Sources): readonly Declaration[] {
  const reached = new Set([start]);
  for (const { file, text } of reached) {
    for (const [name] of text.matchAll(/(?<![.\w'"])[A-Za-z_]\w*/g)) {
      const named = sources.resolve(file, name);
      if (named) reached.add(named);
    }
  }
  return [...reached];
}

const CALL = /\b(refuse\w*|notFound)\(/g;
const CODE = /'([a-z][a-z0-9]*(?:-[a-z0-9]+)+)'/g;
const STATUS: Readonly<Record<string, number>> = { invalid: 422, forbidden: 403, hidden: 404, stale: 412, reused: 422 };
const KIND = new RegExp(`'(${Object.keys(STATUS).join('|')})'`);

/** A code that is a parameter is what those who are reached give. */
function refusalsIn({ file, name, text }: Declaration, reached: readonly Declaration[]): readonly string[] {
  // What makes refusals names no code of its own.
  if (file === 'services/rejection.ts') return [];
  const made = [...text.matchAll(CALL)].flatMap(({ index, 1: call = '' }) => {
    if (call === 'notFound') return ['404 not-found'];
    const given = argumentsAt(text, index + call.length);
    const status = STATUS[KIND.exec(given)?.[1] ?? ''] ?? 409;
    const own = codesIn(given);
    const codes = own.length > 0 ? own : reached.flatMap(caller => codesGiven(caller, name));
    return codes.map(code => `${status} ${code}`);
  });
  return made;
}

function codesGiven(caller: Declaration, name: string): readonly string[] {
  return [...caller.text.matchAll(new RegExp(`(?<![.\\w])${name}\\(`, 'g'))].flatMap(({ index }) =>
    codesIn(argumentsAt(caller.text, index + name.length)),
  );
}

const NO_CODES: ReadonlySet<string> = new Set([...ARTICLE_IDS, ...HOUSE_RULE_IDS]);

/** The first text in kebab case that is no article and no rule. */
function codesIn(text: string): readonly string[] {
  const codes = [...text.matchAll(CODE)].map(([, code = '']) => code).filter(code => !NO_CODES.has(code));
  return codes.slice(0, 1);
}
