/** Outages, faults and refusals for lack of room, as the log tells them: once for each episode, not once a request. */
import type { Logger } from 'pino';
import { StoreUnavailable } from '../../services/ports.ts';
import { TooBusy } from '../bounded.ts';
import { type Episode, Episodes, kindOf } from '../observability/alarm.ts';
import { Problem, problemOf } from './problem.ts';

export type FaultLog = (error: unknown, correlationId: string) => void;

/** `quietMs` without another of its kind end an episode. */
export function createFaultLog(logger: Logger, quietMs?: number): FaultLog {
  const episodes = new Episodes(quietMs);
  return (error, correlationId) => {
    const kind = kindOfFault(error);
    const first = () => {
      if (isExpected(error)) logger.warn({ correlationId, code: kind, ...causeOf(error) }, 'request refused');
      else logger.error({ err: error, correlationId }, 'request failed');
    };
    const over = (episode: Episode) => {
      if (episode.times > 1) logger.warn({ code: kind, ...episode }, 'requests are refused no more');
    };
    episodes.seen(kind, first, over);
  };
}

/** Outages are known by their reason, other refusals by their code, faults by where they were thrown. */
function kindOfFault(error: unknown): string {
  if (error instanceof Problem || error instanceof TooBusy) return problemOf(error).code;
  if (error instanceof StoreUnavailable) return kindOf(`${problemOf(error).code}: ${error.message}`);
  const place = error instanceof Error ? /^ +at .*$/m.exec(error.stack ?? '')?.[0] : undefined;
  return place === undefined ? kindOf(String(error)) : `${(error as Error).name}${place}`;
}

function causeOf({ cause }: Error): { readonly cause?: string } {
  return cause === undefined ? {} : { cause: String(cause) };
}

/** A refusal is no fault of ours: where it was thrown says nothing. */
function isExpected(error: unknown): error is Problem | StoreUnavailable | TooBusy {
  return error instanceof Problem || error instanceof StoreUnavailable || error instanceof TooBusy;
}
