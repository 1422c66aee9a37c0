/** The parts of a year, each on a page of its own, and the way from one to the other. */
import type { Actor } from '../../../../events/envelope.ts';
import type { Asking } from '../../page.ts';
import { Tabs } from '../../parts/tabs.tsx';
import type { InAddress, Seen } from '../listing.tsx';

const everybody = () => true;

/** Each as its page admits readers. */
const PARTS: readonly (readonly [path: string, label: string, isFor: (actor: Actor | undefined) => boolean])[] = [
  ['', '年度安排', everybody],
  ['/review', '立项审核', isOverseer],
  ['/results', '成果报送', actor => actor?.role !== 'TPO'],
  ['/recognition', '认定和公布', isOverseer],
];

export function isOverseer(actor: Actor | undefined): boolean {
  return actor?.role === 'MSR' || actor?.role === 'SUP';
}

export function PartsOfYear({ seen: { actor, here, chosen } }: { readonly seen: Seen }) {
  return (
    <Tabs
      label="年度的各部分"
      tabs={PARTS.filter(([, , isFor]) => isFor(actor)).map(([path, label]) => ({
        href: `/programmes/${chosen.year}${path}`,
        label,
        isShown: here.pathname === `/programmes/${chosen.year}${path}`,
      }))}
    />
  );
}

/** The titles of what panels have proposed in the year, where lists name projects alone. */
export async function titlesOfProposed(
  { ask }: Asking,
  { year }: InAddress,
): Promise<readonly (readonly [projectId: string, title: string])[]> {
  const { items } = await ask<{ items: { projectId: string; title: string }[] }>('ListProjects', {
    year,
    step: 'proposed',
    limit: 500,
  });
  return items.map(({ projectId, title }) => [projectId, title]);
}
