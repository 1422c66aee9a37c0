/** Webhooks over the stores of an installation: what a holder does with them, and the process that sends. */
import { randomUUID } from 'node:crypto';
import type { Actor } from '../../events/envelope.ts';
import type { AccountId } from '../../events/ids.ts';
import { holdsRole } from '../../events/rules/grants.ts';
import { shanghaiDate } from '../../events/time.ts';
import { accountsOfPerson } from '../../projections/persons.ts';
import { endFailingWebhook } from '../../services/account/webhooks.ts';
import { SYSTEM } from '../../services/handle.ts';
import { digestOf } from '../../services/identifiers.ts';
import { accessRecorder, Openings } from '../compose/access.ts';
import type { System } from '../compose/system.ts';
import { type Config, isShared } from '../config.ts';
import { noteShown } from '../http/feed-shown.ts';
import { feedFor, seesByRole } from '../http/feed-sources.ts';
import { createGrantsReader } from '../identity/account-grants.ts';
import type { Alarm } from '../observability/alarm.ts';
import { TimeSlices } from '../time-slices.ts';
import { createDispatcher, type Dispatcher, type DispatcherPorts } from './dispatcher.ts';
import { type PostWebhook, postWebhook } from './post.ts';
import { createWebhooks, type Webhooks } from './webhooks.ts';

/** Of reading on for webhooks, in one turn of the event loop. */
const SLICE_MS = 10;

type Settings = Pick<Config, 'webhookNetworks' | 'publicAddress'>;

/** One process at a time has the files: what the one before it had taken, and ended with, is the next one's at once. */
const ONLY_PROCESS = 'the process that has the files';

/** For those who ask over HTTP. */
export function webhooksOf(system: System, config: Settings): Webhooks {
  return createWebhooks(portsOf(system, config));
}

/** Begins to send, and goes on until it is stopped. */
export function startWebhooks(system: System, config: Settings & Pick<Config, 'engines'>, alarm: Alarm): Dispatcher {
  const { handle, events } = system;
  const recordAccess = accessRecorder(handle);
  const dispatcher = createDispatcher({
    ...portsOf(system, config),
    alarm,
    onAppend: listener => events.onAppend(listener),
    owner: isShared(config) ? randomUUID() : ONLY_PROCESS,
    random: Math.random,
    pause: new TimeSlices({ budgetMs: SLICE_MS }).pause,
    async end(accountId, webhookId, cause, reason) {
      const input = { accountId, webhookId, cause, reason };
      const outcome = await handle(endFailingWebhook, input, {
        actor: SYSTEM,
        commandId: `end-webhook-${webhookId}`,
        requestDigest: digestOf(webhookId),
        correlationId: webhookId,
      });
      if (outcome.rejected) throw new Error(`the end of webhook ${webhookId} was refused: ${outcome.code}`);
    },
    async recordShown(actor, webhookId, event) {
      const openings = new Openings();
      noteShown([event], openings);
      const opened = openings.take();
      // Named by the event, so that sending it again is the same opening.
      const requestId = `webhook-${webhookId}-${event.event.id}`;
      if (opened.length > 0)
        await recordAccess({ actor, requestId, correlationId: webhookId }, 'DeliverWebhook', opened);
    },
  });
  dispatcher.start();
  return dispatcher;
}

function portsOf(
  { webhookStore: store, vault, clock, events, reader, projector }: System,
  { webhookNetworks, publicAddress: address }: Settings,
) {
  const post: PostWebhook = (address, headers, body) =>
    postWebhook(address, headers, body, { allowed: webhookNetworks });
  const feedPorts = {
    log: events,
    reader,
    reached: projector.reached.bind(projector),
    maySee: seesByRole,
    address,
    accountsOf: (accountId: string) => accountsOfPerson(reader, accountId),
  };
  const grantsOf = createGrantsReader(events);
  const registered: DispatcherPorts['registered'] = async (accountId: AccountId, id) => {
    const grants = await grantsOf(accountId);
    const webhook = grants.webhooks?.find(each => each.id === id);
    if (!webhook || webhook.ended) return undefined;
    const actor: Actor = { accountId, orgId: webhook.orgId, role: webhook.role };
    if (!holdsRole(grants, actor, shanghaiDate(clock.now()))) return undefined;
    return { url: webhook.url, ...(webhook.types && { types: webhook.types }), actor };
  };
  return { store, vault, clock, post, registered, feedOf: (actor: Actor) => feedFor(actor, feedPorts) };
}
