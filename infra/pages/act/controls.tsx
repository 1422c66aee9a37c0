/** The controls of a form, made from its fields: every one has a label, and says what is wrong with it. */
import type { ComponentChildren } from 'preact';
import { codeWord, fieldWord } from '../../../events/words.ts';
import { FILE_ENDINGS } from '../../blobs/media-type.ts';
import { DEFAULT_LIMIT as MOST_BYTES } from '../../blobs/receive.ts';
import type { FieldChoice } from './choices/choice.ts';
import type { EitherField, Field, ListField } from './fields.ts';
import type { Refs } from './refs.ts';
import { isOfFile, storedAt } from './stored.ts';
import { chosenOf, dayOf, rowNumbers, type Typed, timeOf } from './typed.ts';

/** What the controls of one form have in common. */
export interface Filling {
  /** Name of the command. */
  readonly command: string;
  readonly typed: Typed;
  readonly refs: Refs;
  /** What is wrong, by name of the control. */
  readonly faults: ReadonlyMap<string, string>;
  /** Where to go on typing: the row that was asked for. */
  readonly focus?: string | undefined;
  /** What is said of a field beside the hint of its word, by name of the control. */
  readonly help?: ReadonlyMap<string, string>;
}

/** A label that fits the place of a field. */
export const labelOf = ({ place }: Pick<Field, 'place'>, command: string) =>
  OWN_WORDS[place] ?? (place.endsWith('sha256') ? '文件' : undefined) ?? fieldWord(place, command).zh;

/** Fields that every act has which may be entered later. */
const OWN_WORDS: Readonly<Record<string, string>> = { _at: '办理时间', _why: '补录原因' };

/** The id of a control, which names may not be as they are. */
export const controlId = (at: string) => `f-${at.replaceAll(/[/:]/g, '-')}`;

export function Controls({ fields, filling }: { readonly fields: readonly Field[]; readonly filling: Filling }) {
  return (
    <>
      {fields.map(field => (
        <Control field={field} filling={filling} />
      ))}
    </>
  );
}

interface Shown<F = Field> {
  readonly field: F;
  readonly filling: Filling;
}

export function Control({ field, filling }: Shown) {
  const choices = filling.refs.choices.get(field.place);
  if (choices) return <Chosen field={field} filling={filling} choices={choices} />;
  switch (field.kind) {
    case 'constant':
      return null;
    case 'group':
      return (
        <Several field={field} filling={filling}>
          <Controls fields={field.fields} filling={filling} />
        </Several>
      );
    case 'list':
      return <Rows field={field} filling={filling} />;
    case 'either':
      return <Either field={field} filling={filling} />;
    case 'date':
    case 'instant':
      return <Day field={field} filling={filling} />;
    case 'yes-no':
      return <Radios field={field} filling={filling} choices={inWords(['true', 'false'], field, filling)} />;
    case 'choice':
      return <OneOf field={field} filling={filling} choices={inWords(field.values, field, filling)} />;
    case 'digest':
      return isOfFile(field) ? <Upload field={field} filling={filling} /> : <Line field={field} filling={filling} />;
    default:
      if (filling.refs.isSought(field.at)) return <Sought field={field} filling={filling} />;
      return field.kind === 'text' && (field.longest ?? 0) > 200 && !field.isUrl ? (
        <Paragraph field={field} filling={filling} longest={field.longest ?? 0} />
      ) : (
        <Line field={field} filling={filling} />
      );
  }
}

/** Codes by the words for them. */
function inWords(values: readonly string[], { place }: Field, { command }: Filling): readonly FieldChoice[] {
  return values.map(id => ({ id, name: codeWord(place, id, command) }));
}

interface FromChoices<F = Field> extends Shown<F> {
  readonly choices: readonly FieldChoice[];
}

/** One or several of the things that there are; what stands in the field already is not lost where it is none of them. */
function Chosen({ field, filling, choices }: FromChoices) {
  if (choices.length === 0) {
    return (
      <Several field={field} filling={filling} id={controlId(field.at)}>
        <p class="none">没有可以选择的。</p>
      </Several>
    );
  }
  if (field.kind === 'list') return <Ticks field={field} filling={filling} choices={choices} />;
  const held = filling.typed.get(field.at) ?? '';
  const isKnown = held === '' || choices.some(({ id }) => id === held);
  return <OneOf field={field} filling={filling} choices={isKnown ? choices : [...choices, { id: held, name: held }]} />;
}

/** A few are all shown; of many one is picked from a list. */
function OneOf(chosen: FromChoices) {
  return chosen.choices.length > 8 ? <Select {...chosen} /> : <Radios {...chosen} />;
}

function hintOf(field: Field, { command, help }: Filling): string | undefined {
  const { hint } = fieldWord(field.place, command);
  const said = [
    help?.get(field.at),
    hint,
    field.otherwise === undefined ? undefined : otherwiseOf(field.otherwise),
  ].filter(Boolean);
  return said.length > 0 ? said.join('；') : undefined;
}

function otherwiseOf(value: unknown): string | undefined {
  return typeof value === 'object' ? undefined : `不填则为 ${String(value)}`;
}

function Label({ field, filling }: Shown) {
  return (
    <>
      {labelOf(field, filling.command)}
      {field.isOptional && <span class="fine">（选填）</span>}
    </>
  );
}

/** What describes a control: its hint and its fault. */
function described(field: Field, filling: Filling) {
  const { at } = field;
  const fault = filling.faults.get(at);
  const hint = hintOf(field, filling);
  const ids = [hint !== undefined && `${controlId(at)}-hint`, fault !== undefined && `${controlId(at)}-fault`].filter(
    Boolean,
  );
  return {
    fault,
    hint,
    aria: {
      ...(ids.length > 0 && { 'aria-describedby': ids.join(' ') }),
      ...(fault !== undefined && { 'aria-invalid': true as const }),
    },
  };
}

function Notes({ field, filling }: Shown) {
  const { fault, hint } = described(field, filling);
  return (
    <>
      {hint !== undefined && <small id={`${controlId(field.at)}-hint`}>{hint}</small>}
      {fault !== undefined && (
        <p class="fault" id={`${controlId(field.at)}-fault`}>
          {fault}
        </p>
      )}
    </>
  );
}

/** A thing that is looked for by its name: what was found is chosen from, what was chosen is shown by name. */
function Sought({ field, filling }: Shown) {
  const { at } = field;
  const found = filling.refs.found.get(at);
  const name = filling.refs.names.get(at);
  if (found === undefined || found.length === 0) {
    return (
      <>
        <Line field={field} filling={filling} />
        {name !== undefined && <p class="kept">即：{name}</p>}
        {found && <p role="status">没有查到。请换个说法再查。</p>}
        <Find at={at} />
      </>
    );
  }
  return (
    <Several field={field} filling={filling} id={controlId(at)}>
      <div class="choices">
        {found.map(({ id, name: called }, index) => (
          <label>
            <input type="radio" name={at} value={id} checked={found.length === 1} autofocus={index === 0} />
            {called}
          </label>
        ))}
        <label>
          <input type="radio" name={at} value="" />
          都不是，另查
        </label>
      </div>
      <Find at={at} />
    </Several>
  );
}

function Find({ at }: { readonly at: string }) {
  return (
    <p>
      <button type="submit" class="second" name="_do" value={`find:${at}`}>
        按名称查找
      </button>
    </p>
  );
}

function Line({ field, filling }: Shown) {
  const { at, kind } = field;
  const { aria } = described(field, filling);
  const mode = kind === 'number' ? (field.isWhole ? 'numeric' : 'decimal') : undefined;
  const longest = kind === 'text' ? field.longest : undefined;
  return (
    <div class="ask">
      <label for={controlId(at)}>
        <Label field={field} filling={filling} />
      </label>
      <Notes field={field} filling={filling} />
      <input
        id={controlId(at)}
        name={at}
        value={filling.typed.get(at) ?? ''}
        inputmode={mode}
        maxlength={longest}
        autocomplete="off"
        autofocus={filling.focus === at}
        {...aria}
      />
    </div>
  );
}

function Paragraph({ field, filling, longest }: Shown & { readonly longest: number }) {
  const { at } = field;
  const { aria } = described(field, filling);
  return (
    <div class="ask">
      <label for={controlId(at)}>
        <Label field={field} filling={filling} />
        <span class="fine">（至多 {longest} 字）</span>
      </label>
      <Notes field={field} filling={filling} />
      <textarea
        id={controlId(at)}
        name={at}
        rows={longest > 1000 ? 6 : 3}
        maxlength={longest}
        autofocus={filling.focus === at}
        {...aria}
      >
        {filling.typed.get(at) ?? ''}
      </textarea>
    </div>
  );
}

function Select({ field, filling, choices }: FromChoices) {
  const { at } = field;
  const { aria } = described(field, filling);
  const chosen = filling.typed.get(at) ?? '';
  return (
    <div class="ask">
      <label for={controlId(at)}>
        <Label field={field} filling={filling} />
      </label>
      <Notes field={field} filling={filling} />
      <select id={controlId(at)} name={at} autofocus={filling.focus === at} {...aria}>
        <option value="">请选择</option>
        {choices.map(({ id, name }) => (
          <option value={id} selected={id === chosen}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

function Radios({ field, filling, choices }: FromChoices) {
  const { at } = field;
  const chosen = filling.typed.get(at) ?? '';
  return (
    <Several field={field} filling={filling} id={controlId(at)}>
      <div class="choices">
        {choices.map(({ id, name, isUsual = false }, index) => (
          <label>
            <input
              type="radio"
              name={at}
              value={id}
              checked={chosen === '' ? isUsual : id === chosen}
              autofocus={index === 0 && filling.focus === at}
            />
            {name}
          </label>
        ))}
        {field.isOptional && (
          <label>
            <input type="radio" name={at} value="" checked={chosen === ''} />
            不填
          </label>
        )}
      </div>
    </Several>
  );
}

const DAY_PARTS = [
  ['y', '年', 'year'],
  ['m', '月', 'month'],
  ['d', '日', 'day'],
] as const;

function Day({ field, filling }: Shown) {
  const { at, kind } = field;
  const day = dayOf(filling.typed, at);
  const { aria } = described(field, filling);
  return (
    <Several field={field} filling={filling}>
      <div class="day">
        {DAY_PARTS.map(([part, word, of]) => (
          <label>
            <input
              id={part === 'y' ? controlId(at) : undefined}
              class={part === 'y' ? 'four' : 'two'}
              name={`${at}:${part}`}
              value={day[of]}
              inputmode="numeric"
              maxlength={part === 'y' ? 4 : 2}
              autocomplete="off"
              autofocus={part === 'y' && filling.focus === at}
              {...aria}
            />
            {word}
          </label>
        ))}
        {kind === 'instant' && (
          <label>
            <input
              class="four"
              name={`${at}:t`}
              value={timeOf(filling.typed, at)}
              maxlength={5}
              autocomplete="off"
              {...aria}
            />
            时间（如 14:30）
          </label>
        )}
      </div>
    </Several>
  );
}

function Upload({ field, filling }: Shown) {
  const { at } = field;
  const fault = filling.faults.get(at);
  const stored = storedAt(filling.typed, at);
  return (
    <div class="ask">
      <label for={controlId(at)}>
        <Label field={field} filling={filling} />
      </label>
      <small id={`${controlId(at)}-hint`}>
        可上传 PDF、Word、Excel、PPT、WPS、图片、UTF-8 文本和 ZIP，单个不超过 {MOST_BYTES / 1024 / 1024}{' '}
        MB；类型按内容识别，不看扩展名。上传后以其摘要入账。
      </small>
      {fault !== undefined && (
        <p class="fault" id={`${controlId(at)}-fault`}>
          {fault}
        </p>
      )}
      <p class="kept" role="status">
        {stored && (
          <>
            已上传：{stored.told}
            <br />
            <span class="hash">{stored.sha256}</span>
          </>
        )}
      </p>
      {stored?.entries.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <input
        id={controlId(at)}
        type="file"
        name={`${at}:file`}
        accept={FILE_ENDINGS.join()}
        data-most={MOST_BYTES}
        aria-invalid={fault === undefined ? undefined : true}
        aria-describedby={[`${controlId(at)}-hint`, fault !== undefined && `${controlId(at)}-fault`]
          .filter(Boolean)
          .join(' ')}
      />
      {stored && <small>另选文件可替换上面的文件。</small>}
    </div>
  );
}

/** What holds fields of its own. */
const INNER: ReadonlySet<Field['kind']> = new Set(['group', 'list', 'either']);

/** Several controls with one name in common. */
export function Several({
  field,
  filling,
  id,
  children,
}: Shown & { readonly id?: string; readonly children: ComponentChildren }) {
  const { aria } = described(field, filling);
  return (
    <fieldset
      class={INNER.has(field.kind) ? 'ask inner' : 'ask'}
      id={id}
      {...(id !== undefined && { tabindex: -1 })}
      aria-describedby={aria['aria-describedby']}
    >
      <legend>
        <Label field={field} filling={filling} />
      </legend>
      <Notes field={field} filling={filling} />
      {children}
    </fieldset>
  );
}

function Either({ field, filling }: Shown<EitherField>) {
  const chosen = chosenOf(filling.typed, field);
  const at = `${field.at}:of`;
  return (
    <Several field={field} filling={filling}>
      <div class="choices">
        {field.options.map((option, index) => (
          <label>
            <input type="radio" name={at} value={index} checked={option === chosen} />
            {alternativeOf(option, filling)}
          </label>
        ))}
      </div>
      <p>
        <button type="submit" class="second" name="_do" value={`choose:${field.at}`}>
          {chosen ? '换为所选的一种' : '选定后填写'}
        </button>
      </p>
      {chosen && <Controls fields={chosen.fields} filling={filling} />}
    </Several>
  );
}

/** An alternative is called by what tells it apart: a constant, else the names of its fields. */
export function alternativeOf(
  { fields }: EitherField['options'][number],
  { command }: Pick<Filling, 'command'>,
): string {
  const mark = fields.find(({ kind }) => kind === 'constant');
  if (mark?.kind === 'constant') return codeWord(mark.place, String(mark.value), command);
  return fields.map(field => labelOf(field, command)).join('、');
}

function Rows({ field, filling }: Shown<ListField>) {
  const sample = field.element(0);
  if (sample.kind === 'choice') {
    return <Ticks field={field} filling={filling} choices={inWords(sample.values, sample, filling)} />;
  }
  const shown = rowNumbers(filling.typed, field);
  const rows = shown.length > 0 ? shown : [0];
  return (
    <Several field={field} filling={filling}>
      {rows.map((row, index) => (
        <Row field={field} filling={filling} row={row} index={index} />
      ))}
      <p>
        <button type="submit" class="second" name="_do" value={`add:${field.at}`}>
          再加一项
        </button>
      </p>
    </Several>
  );
}

function Row({ field, filling, row, index }: Shown<ListField> & { readonly row: number; readonly index: number }) {
  const element = field.element(row);
  const name = `第 ${index + 1} 项`;
  const drop = (
    <button type="submit" class="second" name="_do" value={`drop:${element.at}`}>
      删去{name}
    </button>
  );
  if (element.kind === 'group' || element.kind === 'either') {
    return (
      <fieldset class="ask row">
        <legend>{name}</legend>
        <input type="hidden" name={element.at} value="" />
        {element.kind === 'group' ? (
          <Controls fields={element.fields} filling={filling} />
        ) : (
          <Either field={element} filling={filling} />
        )}
        {drop}
      </fieldset>
    );
  }
  return (
    <div class="row">
      <Control field={element} filling={filling} />
      {drop}
    </div>
  );
}

function Ticks({ field, filling, choices }: FromChoices<ListField>) {
  const { typed } = filling;
  const ticked = new Set(rowNumbers(typed, field).map(row => typed.get(`${field.at}/${row}`)));
  return (
    <Several field={field} filling={filling} id={controlId(field.at)}>
      <div class="choices">
        {choices.map(({ id, name, isUsual = false }, index) => (
          <label>
            <input
              type="checkbox"
              name={`${field.at}/${index}`}
              value={id}
              checked={ticked.size > 0 ? ticked.has(id) : isUsual}
            />
            {name}
          </label>
        ))}
      </div>
    </Several>
  );
}
