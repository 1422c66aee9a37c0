/** An expert's word on each unit before his panel: without or with an interest, and which (art-18). */

import { panelName } from '../../parts/format.ts';
import type { PanelOfMember } from '../../work/panel-duties.tsx';
import { ownPanel } from '../../work/panel-of-member.ts';
import { alternativeOf, controlId, Several } from '../controls.tsx';
import type { EitherField } from '../fields.ts';
import { type FormParts, formLayout } from '../layout.tsx';
import { chosenOf, rowNumbers, type Typed } from '../typed.ts';

/** Units to declare on, by the rows of the form: those that the address names, else all that his word is wanted on. */
function rowsOf({ units }: PanelOfMember, typed: Typed): readonly (readonly [row: number, uscc: string])[] {
  const given = rowNumbers(typed, { at: 'declarations' }).map(
    row => [row, typed.get(`declarations/${row}/uscc`) ?? ''] as const,
  );
  if (given.length > 0) return given;
  return units.filter(({ standing }) => standing === 'to-declare').map(({ uscc }, row) => [row, uscc] as const);
}

export const declareInterestForm = formLayout<PanelOfMember>({
  command: 'DeclareInterest',
  load: (typed, asking) => ownPanel(typed.get('panelId') ?? '', asking),
  names: (panel, typed) => [
    ['panelId', panelName(panel.panelId)] as const,
    ...rowsOf(panel, typed).flatMap(([row, uscc]) => {
      const unit = panel.units.find(one => one.uscc === uscc);
      return unit ? [[`declarations/${row}/uscc`, unit.unitName] as const] : [];
    }),
  ],
  view: parts => (
    <>
      {parts.ask('panelId')}
      <p class="says">
        入选专家与项目单位存在利害关系的，应当回避（<a href="/statute/art-18">第十八条</a>
        ）。任职、持股、亲属、顾问、合作、竞争、纠纷等都应申明；申明有利害关系的，即时回避，不再参与对该单位的评定。申明的详情只以密文留存。
      </p>
      {parts.data ? <Declarations parts={parts} panel={parts.data} /> : parts.ask('declarations')}
    </>
  ),
});

interface Shown {
  readonly parts: FormParts<PanelOfMember>;
  readonly panel: PanelOfMember;
}

function Declarations({ parts, panel }: Shown) {
  const { filling, fieldOf } = parts;
  const rows = rowsOf(panel, filling.typed);
  if (rows.length === 0) return <p class="none">没有等您申明的单位。</p>;
  return (
    <Several field={fieldOf('declarations')} filling={filling} id={controlId('declarations')}>
      {rows.map(([row, uscc]) => (
        <Declaration parts={parts} panel={panel} row={row} uscc={uscc} />
      ))}
    </Several>
  );
}

function Declaration({ parts, panel, row, uscc }: Shown & { readonly row: number; readonly uscc: string }) {
  const { filling, fieldOf, ask } = parts;
  const at = `declarations/${row}`;
  const field = fieldOf(at) as EitherField;
  const chosen = chosenOf(filling.typed, field);
  const fault = filling.faults.get(at);
  const isTold = [...filling.typed].some(
    ([name, value]) => /\/(kind|detail)$/.test(name) && name.startsWith(`${at}/`) && value !== '',
  );
  return (
    <fieldset class="ask row" id={controlId(at)} tabindex={-1}>
      <legend>{panel.units.find(unit => unit.uscc === uscc)?.unitName ?? uscc}</legend>
      {fault !== undefined && <p class="fault">{fault}</p>}
      <input type="hidden" name={`${at}/uscc`} value={uscc} />
      <div class="choices">
        {field.options.map((option, index) => (
          <label>
            <input type="radio" name={`${at}:of`} value={index} checked={option === chosen} />
            {alternativeOf(option, filling)}
          </label>
        ))}
      </div>
      <details open={isTold || (chosen !== undefined && chosen !== field.options[0])}>
        <summary>有利害关系的，在此说明</summary>
        {ask(`${at}/kind`)}
        {ask(`${at}/detail`)}
      </details>
    </fieldset>
  );
}
