/** What a command hands over, once: a code and until when it can be used. */
import { codeWord, fieldWord } from '../../../events/words.ts';
import { minute } from '../parts/format.ts';

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

export function ShownOnce({ of }: { readonly of: object }) {
  return (
    <dl class="facts">
      {Object.entries(of).map(([name, value]) => (
        <div>
          <dt>{fieldWord(name).zh}</dt>
          <dd>{INSTANT.test(String(value)) ? minute(String(value)) : codeWord(name, value as string)}</dd>
        </div>
      ))}
    </dl>
  );
}
