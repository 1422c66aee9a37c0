/** What the codes in the cells of a report are called, on its page and in its table. */
import { catalogue } from '../../events/catalogue.ts';
import { clericalTitle } from '../../events/rules/mandate.ts';
import { codeWord } from '../../events/words.ts';

/** By column. */
const WORDS: Readonly<Record<string, (code: string) => string | undefined>> = {
  role: code => codeWord('role', code),
  as: code => codeWord('role', code),
  type: code => catalogue.get(code)?.title,
  command: clericalTitle,
};

/** Undefined for what is no code. */
export function cellWord(column: string, value: string): string | undefined {
  return WORDS[column]?.(value);
}
