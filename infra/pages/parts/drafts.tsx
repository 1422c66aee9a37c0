/** 未提交的草稿: what the reader has begun and not sent, to be gone on with or thrown away. */
import type { OwnDraft } from '../../http/drafts.ts';
import { minute } from './format.ts';
import { Table } from './table.tsx';

/** The answer of `ListOwnDrafts`. */
export interface OwnDrafts {
  readonly items: readonly OwnDraft[];
}

/** `here` is where the reader is led back to. Nothing where there are none; `kept` is undefined while they cannot be read. */
export function UnsentDrafts({ kept, here }: { readonly kept: OwnDrafts | undefined; readonly here: string }) {
  if (!kept) return <p class="alert">草稿暂时读不到，没有丢失；稍后刷新本页再看。其余内容不受影响。</p>;
  const drafts = kept.items;
  if (drafts.length === 0) return null;
  return (
    <section>
      <h2>未提交的草稿（{drafts.length}）</h2>
      <Table
        caption="未提交的草稿"
        columns={[
          {
            head: '事项',
            cell: ({ title, about, address }) => (
              <>
                <a href={onward(address, here)}>{title}</a>
                {about !== '' && <small>{about}</small>}
              </>
            ),
          },
          { head: '保存', cell: ({ savedAt }) => minute(savedAt), isOneLine: true },
          { head: '保留至', cell: ({ keptUntil }) => minute(keptUntil).slice(0, 10), isOneLine: true },
          { head: '不再需要', cell: draft => <Discard draft={draft} here={here} />, isOneLine: true },
        ]}
        rows={drafts}
      />
    </section>
  );
}

const knownIn = (address: string) => [...new URL(address, 'http://page').searchParams];

function onward(address: string, to: string): string {
  const [path] = address.split('?');
  return `${path}?${new URLSearchParams([...knownIn(address), ['to', to]])}`;
}

function Discard({ draft: { address, title }, here }: { readonly draft: OwnDraft; readonly here: string }) {
  const known = knownIn(address);
  return (
    <form method="post" action={address.split('?')[0]} enctype="multipart/form-data">
      {known.map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <input type="hidden" name="_fixed" value={known.map(([name]) => name).join(' ')} />
      <input type="hidden" name="to" value={here} />
      <button type="submit" class="second" name="_do" value="discard:onward" aria-label={`丢弃草稿：${title}`}>
        丢弃草稿
      </button>
    </form>
  );
}
