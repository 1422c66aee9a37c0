/** Who sees an event of each visibility. */
import type { Visibility } from '../envelope.ts';
import type { Word } from '../words.ts';

export const SEEN_BY: Readonly<Record<Visibility, Word>> = {
  public: { zh: '向社会公开', en: 'Everybody' },
  parties: {
    zh: '限当事单位、市市场监督管理部门和监督机构',
    en: 'The unit and the bodies of the case, the municipal authority and the supervisor',
  },
  internal: { zh: '限市市场监督管理部门和监督机构', en: 'The municipal authority and the supervisor' },
  restricted: {
    zh: '内容限监督机构；市市场监督管理部门知其发生',
    en: 'The supervisor; the municipal authority knows that it happened',
  },
  'case-only': { zh: '限监督机构，所涉本人除外', en: 'The supervisor, except the person it is about' },
};
