import { opener } from './programme-year/open.ts';
import { programmeYear } from './programme-year/suite.ts';

programmeYear('嵌入式 SQLite', opener());
