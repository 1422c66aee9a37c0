/** The publication of excellent results: beside the form stands what it adds to the list that was published, and takes off it. */
import { count } from '../../parts/format.ts';
import { wholeList } from '../choices/choice.ts';
import { formLayout } from '../layout.tsx';

interface Listed {
  readonly projectId: string;
  readonly title: string;
  readonly unitName: string;
}

interface Draft {
  readonly list: readonly Listed[];
  readonly listHash: string;
}

interface Publication {
  readonly draft: Draft;
  readonly isFirst: boolean;
  readonly added: readonly Listed[];
  /** Published at any time, and not on this list. */
  readonly removed: readonly (Listed & { readonly status: string })[];
  /** Whether it is still the list that the official has been shown. */
  readonly isSame: boolean;
}

export const publishExcellentResultsForm = formLayout<Publication>({
  command: 'PublishExcellentResults',
  async load(typed, { ask, askIfThere }) {
    const year = typed.get('year') ?? '';
    const draft = await askIfThere<Draft>('GetExcellentResultDraft', { year });
    if (!draft) return undefined;
    const published = await wholeList<Publication['removed'][number]>(ask, 'ListExcellentResults', { year });
    const [before, now] = [published, draft.list].map(list => new Set(list.map(({ projectId }) => projectId)));
    return {
      draft,
      isFirst: published.length === 0,
      added: draft.list.filter(({ projectId }) => !before?.has(projectId)),
      removed: published.filter(({ projectId }) => !now?.has(projectId)),
      isSame: (typed.get('listHash') ?? draft.listHash) === draft.listHash,
    };
  },
  view: ({ ask }) => (
    <>
      {ask('year')}
      {ask('position')}
      {ask('listHash')}
      {ask('url')}
    </>
  ),
  beside: publication => (
    <>
      <h2>公布后的变化</h2>
      <Difference of={publication} />
    </>
  ),
  check: publication => <Difference of={publication} />,
});

function Difference({ of: { draft, isFirst, added, removed, isSame } }: { readonly of: Publication }) {
  return (
    <>
      {!isSame && <p class="warn">名单在您打开表单之后已经变更，以下是现行的一份。请回到“认定和公布”重新办理。</p>}
      <p>
        {isFirst ? '首次公布' : '再次公布'}，名单共 {count(draft.list.length)} 项。
        {!isFirst && added.length + removed.length === 0 && '与已公布的名单相同。'}
      </p>
      <Changed title={isFirst ? '公布' : '增加'} items={added} />
      <Changed title="曾经公布、这次不在名单中" items={removed} />
    </>
  );
}

function Changed({
  title,
  items,
}: {
  readonly title: string;
  readonly items: readonly (Listed & { readonly status?: string })[];
}) {
  if (items.length === 0) return null;
  return (
    <>
      <h3>
        {title}（{count(items.length)}）
      </h3>
      <ul>
        {items.map(({ title: result, unitName, status }) => (
          <li>
            《{result}》（{unitName}）{status && `，${status}`}
          </li>
        ))}
      </ul>
    </>
  );
}
