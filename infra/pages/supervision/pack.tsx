/** 证据材料: chosen by name, shown as it is printed, and to be had as one PDF file and as a bundle. */
import { z } from 'zod';
import { OVERSIGHT } from '../../../projections/query.ts';
import { downloadAddress } from '../downloads.ts';
import { type Asking, page } from '../page.ts';
import { ChoiceField, Filters, type Options, TextField } from '../parts/field.tsx';
import { withChoice } from '../parts/format.ts';
import { packOf, packScopeOf, packShape } from './pack-content.ts';
import { PackPaper } from './pack-paper.tsx';
import { AT_ONCE, KINDS, type KindOfThing, type ThingChoice, ThingToChoose } from './things.tsx';
import { yearOptions, yearsKnown } from './years.ts';

const text = z.string().max(200).optional();

/** What there are too many of for a field. */
const SOUGHT = ['project', 'unit', 'account'] as const;

const input = z.strictObject({ ...packShape, choose: z.enum(SOUGHT).optional(), q: text, cursor: text });
type Input = z.infer<typeof input>;

export const packPage = page({
  path: '/supervision/pack',
  name: 'ShowPackPage',
  title: '证据材料',
  access: OVERSIGHT,
  input,
  async load(asked, asking) {
    const scope = packScopeOf(asked);
    if (scope) return { scope, pack: await packOf(scope, asking) };
    return { choosing: await choosingOf(asked, asking) };
  },
  view: ({ data: { scope, pack, choosing }, input: asked, now, here }) => (
    <>
      <p class="crumbs">
        <a href="/supervision">监督</a>
        {scope && (
          <>
            {' '}
            › <a href="/supervision/pack">证据材料</a>
          </>
        )}
      </p>
      <h1>{scope?.title ?? '证据材料'}</h1>
      {scope && pack && (
        <>
          <p class="tools">
            <a href={withChoice(here, {}, PACK_PRINT)}>下载 PDF（一份文件）</a>
            <a href={downloadAddress(scope.bundle)}>下载证据包（{scope.bundleName}，zip，内有 verify.html）</a>
          </p>
          <Period asked={asked} />
          <PackPaper scope={scope} pack={pack} now={now} />
        </>
      )}
      {choosing && <Choosing choosing={choosing} here={here} />}
    </>
  ),
});

/** Where the same is had as one PDF file; asked as the page is. */
export const PACK_PRINT = '/supervision/pack/print';

interface ChoosingData {
  readonly years: readonly number[];
  readonly bodies: Options;
  readonly choice: ThingChoice | undefined;
}

async function choosingOf({ choose, q, cursor }: Input, asking: Asking): Promise<ChoosingData> {
  const [years, { items: bodies }, things] = await Promise.all([
    yearsKnown(asking),
    asking.ask<{ items: { bodyId: string; name: string }[] }>('ListBodies', { limit: AT_ONCE }),
    choose && (KINDS[choose] as KindOfThing).find({ q, cursor }, asking),
  ]);
  return {
    years,
    bodies: bodies.map(({ bodyId, name }) => [bodyId, name] as const),
    choice: choose && things && { name: choose, sought: q, things },
  };
}

function Choosing({
  choosing: { years, bodies, choice },
  here,
}: {
  readonly choosing: ChoosingData;
  readonly here: URL;
}) {
  return (
    <>
      <p class="lead">
        选一个项目、单位、人员、年度或者期间，得到一份可以打印、也可以存为一个 PDF
        文件的材料，和一个可以在不联网的电脑上核验的证据包。
      </p>
      <p class="tools">
        {SOUGHT.map(name => (
          <a href={`/supervision/pack?choose=${name}`} aria-current={choice?.name === name ? 'true' : undefined}>
            按{KINDS[name]?.noun}选
          </a>
        ))}
      </p>
      {choice && <ThingToChoose choice={choice} here={here} kept={['choose']} />}
      {!choice && (
        <>
          <h2>推荐单位</h2>
          <Filters label="选择推荐单位" does="制作">
            <ChoiceField label="推荐单位" name="body" options={bodies} chosen={undefined} all="请选择" />
          </Filters>
          <h2>年度</h2>
          <Filters label="选择年度" does="制作">
            <ChoiceField label="年度" name="year" options={yearOptions(years)} chosen={undefined} all="请选择" />
          </Filters>
          <h2>期间</h2>
          <Period asked={{}} />
        </>
      )}
    </>
  );
}

/** Narrows what was chosen to what was recorded within a period. */
function Period({ asked }: { readonly asked: Input }) {
  const { from, to } = asked;
  const kept = Object.entries(asked).filter(([name]) => name in packShape && name !== 'from' && name !== 'to');
  return (
    <Filters label="选择期间" does="制作">
      {kept.map(([name, value]) => (
        <input type="hidden" name={name} value={String(value)} />
      ))}
      <TextField label="自（含）" name="from" hint="2024-03-01" value={from} />
      <TextField label="至（含）" name="to" hint="2024-06-30" value={to} />
    </Filters>
  );
}
