/** For mongosh, at every start: the replica set of one and the account of the application, where they are missing. */
const { readFileSync } = require('node:fs');

const secret = name => readFileSync(`/secrets/${name}`, 'utf8').trim();

db = connect(
  `mongodb://root:${secret('root-password')}@mongodb:27017/admin?directConnection=true&serverSelectionTimeoutMS=60000`,
);

try {
  rs.initiate({ _id: 'gongguan', members: [{ _id: 0, host: 'mongodb:27017' }] });
} catch (error) {
  if (error.codeName !== 'AlreadyInitialized') throw error;
}

for (let seconds = 0; !db.hello().isWritablePrimary; seconds++) {
  if (seconds === 60) throw new Error('the replica set has no primary after a minute');
  sleep(1000);
}

if (db.getUser('gongguan') === null) {
  db.createUser({
    user: 'gongguan',
    pwd: secret('password'),
    roles: [{ role: 'readWrite', db: 'gongguan' }],
  });
}
