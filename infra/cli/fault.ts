/** What to tell of an error at the command line. */
import { z } from 'zod';
import { StoreUnavailable } from '../../services/ports.ts';
import { EngineRefused } from '../compose/engine-refused.ts';
import { BadConfiguration } from '../config.ts';
import { NotEmpty } from '../demo/load.ts';
import { WrongEvictionPolicy } from '../jobs/eviction-policy.ts';
import { MigrationRefused } from '../migration/refused.ts';
import { OutOfPatience, Stopped } from '../pace.ts';
import { AlreadyRunning } from '../sqlite.ts';

const EXPECTED = [
  BadConfiguration,
  AlreadyRunning,
  NotEmpty,
  MigrationRefused,
  OutOfPatience,
  RangeError,
  Stopped,
  WrongEvictionPolicy,
];

/** A sentence for a fault of the user's making; undefined for any other, which keeps its stack. */
export function faultSentence(error: unknown): string | undefined {
  if (error instanceof z.ZodError) return `输入有误 (not as it should be)：\n${z.prettifyError(error)}`;
  if (error instanceof EngineRefused) return error.message;
  if (error instanceof StoreUnavailable) return `存储此刻不能服务 (a store cannot serve now)：${withCause(error)}`;
  if (isAddressInUse(error)) return `地址已被占用 (the address is in use)：${error.message}`;
  return EXPECTED.some(kind => error instanceof kind) ? withCause(error as Error) : undefined;
}

/** What the server or the network said, unless the sentence says it already. */
function withCause({ message, cause }: Error): string {
  const said = cause instanceof Error ? cause.message : '';
  return message.includes(said) ? message : `${message}: ${said}`;
}

function isAddressInUse(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
