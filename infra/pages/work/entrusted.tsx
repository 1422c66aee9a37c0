/** 受托事项: what a third party is entrusted with, until when, and how much of each it has done (art-05). */
import { CLERICAL_WORK, type ClericalCommand, clericalTitle } from '../../../events/rules/mandate.ts';
import { daysBetween, shanghaiDate } from '../../../events/time.ts';
import { count } from '../parts/format.ts';
import { Table } from '../parts/table.tsx';

/** The answer of `GetEntrustment`. */
export interface EntrustmentShown {
  readonly entrustmentId: string;
  readonly name: string;
  readonly uscc: string;
  readonly capability?: { readonly findings: string; readonly at: string };
  readonly from?: string;
  readonly lastDay?: string;
  readonly noFeeClause?: boolean;
  readonly scopes: readonly { readonly from: string; readonly commands: readonly string[] }[];
  readonly terminated?: { readonly lastDay: string; readonly reason: string };
  readonly state: string;
  readonly acts?: { readonly total: number; readonly byType: Readonly<Record<string, number>> };
}

interface Shown {
  readonly of: EntrustmentShown;
  /** RFC 3339. */
  readonly now: string;
}

export function Entrusted({ of, now }: Shown) {
  const { scopes, acts } = of;
  if (scopes.length === 0) return <p class="none">没有委托。</p>;
  return (
    <>
      <p class={of.state === 'in-term' ? 'verdict' : 'verdict bad'}>{termOf(of, now)}</p>
      <p class="fine">
        只办理下列事务性工作，不作任何决定（<a href="/statute/art-05">第五条</a>）；每次办理都在台账中注明所依据的委托。
        {of.noFeeClause === true && '委托书约定不向申报单位收取费用。'}
      </p>
      {scopes.map(({ from, commands }) => (
        <section>
          <h3>{from} 起的委托事项</h3>
          <Table
            caption={`${from} 起的委托事项`}
            columns={[
              { head: '事项', cell: (command: string) => clericalTitle(command) ?? command },
              { head: '已办理', cell: (command: string) => `${count(doneOf(command, of))} 项`, isNumber: true },
            ]}
            rows={commands}
          />
        </section>
      ))}
      <p class="fine">在委托下共办理 {count(acts?.total ?? 0)} 项。</p>
    </>
  );
}

function termOf({ state, from, lastDay, terminated }: EntrustmentShown, now: string): string {
  const today = shanghaiDate(now);
  if (terminated) return `委托终止：至 ${terminated.lastDay}。${terminated.reason}`;
  if (state === 'not-yet') return `委托自 ${from} 起，至 ${lastDay}，尚未开始。`;
  if (state === 'in-term' && lastDay !== undefined)
    return `委托期内：${from} 至 ${lastDay}，还有 ${count(daysBetween(today, lastDay))} 天。`;
  return `委托已于 ${lastDay} 到期。`;
}

/** What it has put on record by one kind of clerical work. */
function doneOf(command: string, { acts }: EntrustmentShown): number {
  const { records } = CLERICAL_WORK[command as ClericalCommand];
  return records.reduce((sum, type) => sum + (acts?.byType[type] ?? 0), 0);
}
