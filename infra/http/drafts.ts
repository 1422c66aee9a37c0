/** The drafts of the caller, told to him alone. */
import { z } from 'zod';
import { instantSchema } from '../../events/time.ts';
import type { CommandRoute } from '../../services/route.ts';
import { DRAFT_DAYS, type Drafts } from '../drafts/drafts.ts';
import { question } from './question.ts';
import { callerOf } from './request-context.ts';

const ownDraftSchema = z.object({
  command: z.string(),
  title: z.string(),
  about: z.string(),
  address: z.string(),
  savedAt: instantSchema,
  keptUntil: instantSchema,
});
export type OwnDraft = z.infer<typeof ownDraftSchema>;

const DAY_MS = 86_400_000;

export function draftsQuestion(drafts: Drafts, commands: readonly CommandRoute[]) {
  const titles = new Map(commands.map(({ command }) => [command.name, command.title]));
  return question({
    path: '/me/drafts',
    name: 'ListOwnDrafts',
    title: '本人未提交的草稿',
    summary: 'Forms that the caller has begun on the pages, in the role he acts in, and neither sent nor thrown away.',
    access: 'signed-in',
    input: z.strictObject({}),
    output: z.object({ items: z.array(ownDraftSchema) }),
    async answer(_input, context) {
      const kept = await drafts.of(callerOf(context).actor);
      const items = kept.flatMap(({ command, about, address, savedAt }): OwnDraft[] => {
        const title = titles.get(command);
        const keptUntil = new Date(Date.parse(savedAt) + DRAFT_DAYS * DAY_MS).toISOString();
        return title === undefined ? [] : [{ command, title, about, address, savedAt, keptUntil }];
      });
      return { items };
    },
  });
}
