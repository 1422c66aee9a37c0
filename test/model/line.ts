/** Both halves of the line as one: which table a command stands in, and what it says. */
import { ALPHABET, inputOf as applicationInputOf, type Letter, type Matter } from './alphabet.ts';
import { CASE_RULES } from './case-rules.ts';
import { EVALUATION_RULES } from './evaluation-rules.ts';
import type { Rule, Told, Year } from './honours.ts';
import { HONOURS_ALPHABET } from './honours-alphabet.ts';
import { LIST_RULES } from './list-rules.ts';
import { type Answer, ask as askTable, type Item, type Person, type Say, TABLE, take as takeTable } from './model.ts';
import { PANEL_RULES } from './panel-rules.ts';

export const RULES: Readonly<Record<string, Rule>> = {
  ...PANEL_RULES,
  ...EVALUATION_RULES,
  ...LIST_RULES,
  ...CASE_RULES,
};

export const LETTERS: Readonly<Record<string, Letter>> = { ...ALPHABET, ...HONOURS_ALPHABET };

export function inputOf(name: string, matter: Matter): object {
  return HONOURS_ALPHABET[name]?.input(matter) ?? applicationInputOf(name, matter);
}

/** Who may send a command at all. */
export function sendersOf(command: string): readonly Person['kind'][] {
  return (RULES[command] ?? TABLE[command])?.by ?? [];
}

/** What the model says of a command, without its consequences. */
export function ask(item: Item, say: Say, year: Year): Answer {
  const rule = RULES[say.command];
  if (!rule) return askTable(item, say, year);
  const put = { item, say, year };
  if (say.who.former || !rule.by.includes(say.who.kind)) return { verdict: 'refused' };
  if (rule.already?.(put)) return { verdict: 'nothing' };
  return { verdict: rule.when(put) ? 'recorded' : 'refused' };
}

/** Takes a recorded command into the model. */
export function take(item: Item, say: Say, year: Year, answer: Answer, told: Told): void {
  const rule = RULES[say.command];
  if (!rule) takeTable(item, say, year, answer);
  else if (answer.verdict === 'recorded') rule.effect({ item, say, year }, told);
}
