/** What people wrote, under the heading of each part; nothing for what was left empty. */
import type { ComponentChildren } from 'preact';

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
