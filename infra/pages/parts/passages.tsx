/** What people wrote, under the heading of each part; nothing for what was left empty. */
import type { ComponentChildren } from 'preact';
import { Table } from './table.tsx';

type Passage = readonly [heading: string, text: ComponentChildren];

export function Passages({ passages }: { readonly passages: readonly Passage[] }) {
  return (
    <div class="passages">
      {passages
        .filter(([, text]) => text !== undefined && text !== '')
        .map(([heading, text]) => (
          <section>
            <h3>{heading}</h3>
            <p>{text}</p>
          </section>
        ))}
    </div>
  );
}

/** Those who took part in a work, and in which part of it. */
export function Participants({ of }: { readonly of: readonly { readonly name: string; readonly duty: string }[] }) {
  return (
    <>
      <h2>参与人员</h2>
      <Table
        caption="参与人员"
        columns={[
          { head: '姓名', cell: row => row.name, isOneLine: true },
          { head: '分工', cell: row => row.duty },
        ]}
        rows={of}
      />
    </>
  );
}
