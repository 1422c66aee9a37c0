/** How the trail divides: each choice with how many entries it leads to, and the choices that are made. */
import { catalogue } from '../../../events/catalogue.ts';
import type { Role } from '../../../events/envelope.ts';
import { type ArticleId, articleLabel } from '../../../events/statute.ts';
import { ROLE_WORDS } from '../../../events/words.ts';
import type { TrailFacets } from '../../../projections/trail/facets.ts';
import { count, withChoice } from '../parts/format.ts';

export const FLAG_WORDS = [
  ['deviation', '偏离'],
  ['backdated', '补录'],
  ['acted-as', '受托代办'],
] as const;

/** What a kind of act is called. */
export const actionWord = (type: string): string => catalogue.get(type)?.title ?? type;

type Kind = 'article' | 'action' | 'role' | 'flag' | 'year';

const KINDS: readonly (readonly [kind: Kind, word: string, label: (value: string) => string])[] = [
  ['article', '条款', value => articleLabel(value as ArticleId)],
  ['action', '行为', actionWord],
  ['role', '行为人的角色', value => ROLE_WORDS[value as Role] ?? value],
  ['flag', '标记', value => FLAG_WORDS.find(([flag]) => flag === value)?.[1] ?? value],
  ['year', '年度', value => `${value} 年度`],
];

/** More are reached by narrowing. */
const SHOWN = 8;

export function Facets({ facets, here }: { readonly facets: TrailFacets; readonly here: URL }) {
  const { counted, bounded } = facets;
  return (
    <section aria-label="分类计数">
      <p class="fine">
        {bounded
          ? `下列数字只数了次序在先的 ${count(counted)} 个事件；加一个条件就数得更全。`
          : `符合条件的共 ${count(counted)} 个事件。`}
      </p>
      <ul class="cards">
        {KINDS.filter(([kind]) => facets[kind].length > 0 && !here.searchParams.get(kind)).map(
          ([kind, word, label]) => (
            <li>
              <h3>按{word}</h3>
              <ul class="counts">
                {facets[kind].slice(0, SHOWN).map(each => (
                  <li>
                    <a href={withChoice(here, { [kind]: each.value })}>{label(each.value)}</a> {count(each.count)}
                  </li>
                ))}
                {facets[kind].length > SHOWN && <li class="fine">另有 {facets[kind].length - SHOWN} 种</li>}
              </ul>
            </li>
          ),
        )}
      </ul>
    </section>
  );
}

/** The choices that stand in the address, each with the way out of it; people and things by name, where it is known. */
export function Chosen({
  here,
  words,
  called,
}: {
  readonly here: URL;
  readonly words: Readonly<Record<string, string>>;
  readonly called: ReadonlyMap<string, string>;
}) {
  const isTold = (name: string) => name in words || KINDS.some(([kind]) => kind === name);
  const chosen = [...here.searchParams].filter(([name, value]) => value !== '' && isTold(name));
  if (chosen.length === 0) return null;
  return (
    <p class="tools">
      {chosen.map(([name, value]) => {
        const kind = KINDS.find(([each]) => each === name);
        return (
          <a href={withChoice(here, { [name]: undefined })}>
            {kind ? `${kind[1]}：${kind[2](value)}` : `${words[name]}：${called.get(value) ?? value}`}{' '}
            <span aria-hidden="true">×</span>
            <span class="sr">取消</span>
          </a>
        );
      })}
    </p>
  );
}
