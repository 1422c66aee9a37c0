/** What was typed into a form, in words, to be checked before it is sent. */
import type { ComponentChildren } from 'preact';
import { codeWord } from '../../../events/words.ts';
import { minute } from '../parts/format.ts';
import { alternativeOf, type Filling, labelOf } from './controls.tsx';
import type { Field } from './fields.ts';
import { isOfFile, storedAt } from './stored.ts';
import { chosenOf, dayOf, instantOf, rowNumbers } from './typed.ts';

type Filled = Pick<Filling, 'command' | 'typed' | 'refs'>;

export function Answers({ fields, filled }: { readonly fields: readonly Field[]; readonly filled: Filled }) {
  const asked = fields.filter(({ kind }) => kind !== 'constant');
  return (
    <dl class="answers">
      {asked.map(field => (
        <div>
          <dt>{labelOf(field, filled.command)}</dt>
          <dd>{answerOf(field, filled) ?? <span class="fine">未填</span>}</dd>
        </div>
      ))}
    </dl>
  );
}

function answerOf(field: Field, filled: Filled): ComponentChildren | undefined {
  const { typed, command } = filled;
  const text = (typed.get(field.at) ?? '').trim();
  switch (field.kind) {
    case 'group':
      return <Answers fields={field.fields} filled={filled} />;
    case 'either': {
      const chosen = chosenOf(typed, field);
      return (
        chosen && (
          <>
            {alternativeOf(chosen, filled)}
            <Answers fields={chosen.fields} filled={filled} />
          </>
        )
      );
    }
    case 'list': {
      const answers = rowNumbers(typed, field)
        .map(row => answerOf(field.element(row), filled))
        .filter(answer => answer !== undefined);
      if (answers.length === 0) return undefined;
      return (
        <ol>
          {answers.map(answer => (
            <li>{answer}</li>
          ))}
        </ol>
      );
    }
    case 'date': {
      const { year, month, day } = dayOf(typed, field.at);
      return year === '' ? undefined : `${year}年${month}月${day}日`;
    }
    case 'instant': {
      const instant = instantOf(typed, field.at);
      return instant === undefined ? undefined : minute(instant);
    }
    case 'digest': {
      const stored = isOfFile(field) ? storedAt(typed, field.at) : undefined;
      if (stored) return stored.told;
      return text === '' ? undefined : <span class="hash">{text}</span>;
    }
    case 'yes-no':
    case 'choice':
      return text === '' ? undefined : codeWord(field.place, text, command);
    case 'text':
      return text === '' ? undefined : <span class="typed">{filled.refs.names.get(field.at) ?? text}</span>;
    default:
      return text === '' ? undefined : (filled.refs.names.get(field.at) ?? text);
  }
}
