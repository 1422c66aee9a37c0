/**
 * A form for every command, at `/act/<command>`: filled in, checked, sent. It is sent through the same function as over the
 * API, so that nothing is decided, refused or allowed otherwise here; whoever may not send it is shown no form.
 */
import { isClerical } from '../../../events/rules/mandate.ts';
import type { BlobStore } from '../../../services/ports.ts';
import type { CommandRoute } from '../../../services/route.ts';
import type { Drafts } from '../../drafts/drafts.ts';
import type { Endpoint } from '../../http/endpoint.ts';
import type { SendingPorts } from '../../http/sending.ts';
import type { PagePorts } from '../endpoint.ts';
import { refusePage } from '../refusal.tsx';
import type { Form } from './handling.tsx';

export interface ActPorts extends SendingPorts, PagePorts {
  /** Forms that were begun; none are kept unless it is given. */
  readonly drafts?: Drafts;
  readonly blobs: Pick<BlobStore, 'put'>;
}

/** GET and POST of the form of each command. */
export function actPages(routes: readonly CommandRoute[], ports: ActPorts): readonly Endpoint[] {
  return routes.flatMap(route => formOf(route, ports));
}

/** A form is made when it is first asked for: all forms, and what lays them out, would delay the start. */
function formOf(route: CommandRoute, ports: ActPorts): readonly Endpoint[] {
  const { command } = route;
  let made: Promise<Form> | undefined;
  const form = () => {
    made ??= import('./handling.tsx').then(handling => new handling.Form(route, ports));
    return made;
  };
  const common = {
    kind: 'page',
    path: `/act/${command.name}`,
    title: command.title,
    summary: 'A page for people.',
    access: command.allow,
    admitsItself: true,
    operation: { responses: {} },
    refuse: refusePage,
    ...(isClerical(command.name) && { clerical: true as const }),
    ...(command.hidden && { hidden: true as const }),
  } as const;
  return [
    {
      ...common,
      method: 'GET',
      name: `Show${command.name}Form`,
      handle: async context => (await form()).show(context),
    },
    {
      ...common,
      method: 'POST',
      name: `Post${command.name}Form`,
      handle: async context => (await form()).take(context),
    },
  ];
}
