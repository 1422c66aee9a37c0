/** 期限提醒: what was reminded of, when, and of whose duty. */
import { type ArticleId, articleLabel } from '../../../events/statute.ts';
import { ROLE_WORDS } from '../../../events/words.ts';
import { minute } from '../parts/format.ts';
import { ProjectLink, wordFor } from './links.tsx';
import { listOf, subjectPage } from './listing.tsx';

interface Reminder {
  readonly title: string;
  readonly duty: ArticleId;
  readonly stage: string;
  readonly dueOn: string;
  readonly owedBy: { readonly orgId: string; readonly role: keyof typeof ROLE_WORDS };
  readonly projectId?: string;
  readonly projectTitle?: string;
  readonly sentAt: string;
}

export const remindersPage = subjectPage({
  path: '/reminders',
  name: 'ShowRemindersPage',
  title: '期限提醒',
  lists: [
    listOf<Reminder>({
      key: 'reminders',
      label: '提醒',
      query: 'ListReminders',
      none: '没有提醒。',
      columns: () => [
        { head: '发出', cell: ({ sentAt }) => minute(sentAt), isOneLine: true },
        {
          head: '状态',
          cell: ({ stage }) => (
            <span class={stage === 'overdue' ? 'warn' : ''}>{wordFor('stage', stage, 'ListReminders')}</span>
          ),
        },
        { head: '事项', cell: ({ title }) => title },
        { head: '期限', cell: ({ dueOn }) => dueOn, isOneLine: true },
        { head: '责任', cell: ({ owedBy }) => ROLE_WORDS[owedBy.role] },
        {
          head: '项目',
          cell: ({ projectId, projectTitle }) =>
            projectId && <ProjectLink projectId={projectId} title={projectTitle} />,
        },
        { head: '依据', cell: ({ duty }) => articleLabel(duty), isOneLine: true },
      ],
    }),
  ],
});
