/** 我的账户: how somebody sees to what lets him in, and in which role he works. */
import type { Endpoint } from '../../http/endpoint.ts';
import type { PagePorts } from '../endpoint.ts';
import type { OwnPagePorts } from '../own-page.ts';
import { accountPages } from './account.tsx';
import { passwordPages } from './password.tsx';
import { rolePages } from './role.tsx';
import { secondFactorPages } from './second-factor.tsx';
import { webhookPages } from './webhook.tsx';

export function ownAccountPages(ports: OwnPagePorts & PagePorts): readonly Endpoint[] {
  const { webhooks } = ports;
  return [
    ...accountPages(ports),
    ...rolePages(ports),
    ...secondFactorPages(ports),
    ...passwordPages(ports),
    ...(webhooks ? webhookPages({ ...ports, webhooks }) : []),
  ];
}
