import { describeWith } from '../support/servers.ts';
import { outagesOf } from './outages.ts';

describeWith('MONGODB_URL', mongodb => describeWith('REDIS_URL', redis => outagesOf('Redis', { mongodb, redis })));
