/** What the codes in the cells of a report are called, on its page and in its table. */
import { catalogue } from '../../events/catalogue.ts';
import { clericalTitle } from '../../events/rules/mandate.ts';
import { codeWord } from '../../events/words.ts';
import { projections } from '../index.ts';

/** By column. */
const WORDS: Readonly<Record<string, (code: string) => string | undefined>> = {
  role: code => codeWord('role', code),
  as: code => codeWord('role', code),
  type: code => catalogue.get(code)?.title,
  command: clericalTitle,
  readModel: readModelWord,
};

/** What is read from it, with its version and generation: `boards v3 g1` is how the report tells them apart. */
function readModelWord(code: string): string | undefined {
  const [, name, version, generation] = /^([a-z-]+) v(\d+) g(\d+)$/.exec(code) ?? [];
  const question = projections.find(each => each.name === name)?.question.split(' (')[0];
  return question && `${question}（第 ${version} 版第 ${generation} 代）`;
}

/** Undefined for what is no code. */
export function cellWord(column: string, value: string): string | undefined {
  return WORDS[column]?.(value);
}
