/** Who has sat on each panel, and when it proposed its latest list (art-18, art-20). */
import { excellentListProposed } from '../../events/evaluation.ts';
import { sortablePosition } from '../../events/ids.ts';
import { expertReplaced, panelConstituted } from '../../events/panel.ts';
import { projection, when } from '../projection.ts';

interface PanelRow {
  readonly panelId: string;
  readonly year: number;
  /** All who have sat on it since it was constituted, the replaced among them. */
  readonly members: readonly string[];
  /** The list that stands. */
  readonly proposal?: { readonly at: string; readonly position: string };
}

const ownPanel = ({ data }: { readonly data: { readonly panelId: string } }) => data.panelId;

export const panelFigures = projection<PanelRow>({
  name: 'panel-figures',
  version: 1,
  question: '各技术评定组的成员和最近一次建议名单 (Who sat on each panel, and when did it propose last?)',
  material: { none: '只有成员和件数 (members and counts)' },
  indexes: [{ fields: ['year'] }],
  handlers: [
    when([panelConstituted], ownPanel, (row, { data: { panelId, year, members } }) => ({
      ...row,
      panelId,
      year,
      members,
    })),
    when(
      [expertReplaced],
      ownPanel,
      (row, { data: { replacement } }) => row && { ...row, members: [...new Set([...row.members, replacement])] },
    ),
    when([excellentListProposed], ownPanel, (row, { data: { panelId, year }, meta, position }) => ({
      panelId,
      year,
      members: row?.members ?? [],
      proposal: { at: meta.recordedAt, position: sortablePosition(position) },
    })),
  ],
});
