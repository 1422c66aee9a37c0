/** What all dashboards share: the head with its freshness, numbers that lead to what they count, and what they mean. */
import type { ComponentChildren } from 'preact';
import { RECOMMENDING_ROLES, type Role } from '../../../events/envelope.ts';
import type { Definition } from '../../../projections/dashboard/definitions.ts';
import { OVERSIGHT, oversees } from '../../../projections/query.ts';
import type { Asking, Reading } from '../page.ts';
import { count } from '../parts/format.ts';

/** Recommending bodies are told the sums of the city; who is behind them is for those who oversee. */
export const DASHBOARD_READERS: readonly Role[] = [...RECOMMENDING_ROLES, ...OVERSIGHT];
/** Dashboards follow the log while they are open. */
export const refreshSeconds = 30;

interface Kind {
  readonly kind: string;
  readonly label: string;
  readonly says: string;
  readonly isForOversight: boolean;
}

const KINDS: readonly Kind[] = [
  { kind: 'funnel', label: '质量攻关漏斗', says: '从填报到公布，每一步有多少项目', isForOversight: false },
  { kind: 'bodies', label: '推荐单位对比', says: '每家推荐单位的核实、推荐和跟踪服务', isForOversight: true },
  { kind: 'benefits', label: '预期效益与实现效益', says: '申报时预期多少，成果实现多少', isForOversight: false },
  { kind: 'participation', label: '参与情况', says: '单位、人员、培训和专家', isForOversight: false },
  { kind: 'stages', label: '各环节用时', says: '项目在每个环节停留几天', isForOversight: true },
];

export const kindsFor = (actor: Reading['actor']) =>
  KINDS.filter(({ isForOversight }) => !isForOversight || oversees(actor));

/** Told to those who oversee. */
interface Fresh {
  readonly asOfPosition?: string | undefined;
  readonly lag?: number | undefined;
}

/** Which year, how fresh, and the way to the other dashboards of the year. */
export function Head({
  year,
  kind,
  fresh: { asOfPosition, lag = 0 },
  actor,
}: {
  readonly year: number;
  readonly kind: string;
  readonly fresh: Fresh;
  readonly actor: Reading['actor'];
}) {
  return (
    <>
      <p class="crumbs">
        <a href="/dashboards">看板</a>
        {kindsFor(actor).map(other => (
          <>
            {' · '}
            {other.kind === kind ? (
              <span aria-current="page">{other.label}</span>
            ) : (
              <a href={`/dashboards/${year}/${other.kind}`}>{other.label}</a>
            )}
          </>
        ))}
      </p>
      <h1>
        {year}年度{KINDS.find(each => each.kind === kind)?.label}
      </h1>
      <p class="lead">
        {asOfPosition !== undefined && (
          <>
            截至台账位置 {asOfPosition}，{lag === 0 ? '没有尚未计入的事件。' : `另有 ${count(lag)} 个事件尚未计入。`}
          </>
        )}
        {!oversees(actor) && (
          <>
            数字是全市的合计；本单位的项目见<a href={`/projects?year=${year}`}>项目一览</a>。
          </>
        )}
      </p>
    </>
  );
}

/** Which projects a number counts, as the list of projects is asked for them. */
export type Counted = Readonly<Record<string, string | number | undefined>>;

/** The address of the projects behind a number. */
export function projectsBehind(counted: Counted): string {
  const asked = Object.entries(counted).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return `/projects?${new URLSearchParams(asked)}`;
}

/** A number of projects that leads to them, for those who are told of all; none lead nowhere. */
export function Projects({
  number,
  counted,
  actor,
  means,
}: {
  readonly number: number;
  readonly counted: Counted;
  readonly actor: Reading['actor'];
  /** What it counts, to be read beside it. */
  readonly means?: string | undefined;
}) {
  if (number === 0 || !oversees(actor)) return <span title={means}>{count(number)}</span>;
  return (
    <a href={projectsBehind(counted)} title={means}>
      {count(number)}
    </a>
  );
}

/** `85.0%（17/20）`; nothing where there is no whole. */
export function share(part: number, whole: number): string {
  return whole === 0 ? '' : `${((part / whole) * 100).toFixed(1)}%（${count(part)}/${count(whole)}）`;
}

/** What the figures of a page count, for the reader and in print: each by the name under which it stands above. */
export function Definitions({
  definitions,
  names,
}: {
  readonly definitions: Readonly<Record<string, Definition>>;
  readonly names: Readonly<Record<string, string>>;
}) {
  return (
    <section>
      <h2>口径</h2>
      <dl class="terms">
        {Object.entries(definitions).map(([key, { zh }]) => (
          <>
            <dt>{names[key] ?? key}</dt>
            <dd>{zh}</dd>
          </>
        ))}
      </dl>
    </section>
  );
}

/** The same figures of the year before; undefined where the log has no such year. */
export async function yearBefore<T>(query: string, year: number, { ask }: Asking): Promise<T | undefined> {
  const { items } = await ask<{ items: readonly { readonly year: number }[] }>('ListProgrammes', { limit: 100 });
  return items.some(programme => programme.year === year - 1) ? ask<T>(query, { year: year - 1 }) : undefined;
}

/** A number with that of the year before under it. */
export function WithEarlier({
  children,
  earlier,
}: {
  readonly children: ComponentChildren;
  readonly earlier: string | undefined;
}) {
  return (
    <>
      {children}
      {earlier !== undefined && <small>上年 {earlier}</small>}
    </>
  );
}
