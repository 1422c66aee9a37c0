#!/usr/bin/env bash
# Makes the passwords and certificates of this installation, once. Nobody has to know or choose one.
#   secrets.sh <directory>, which holds a folder for each reader: eventstoredb, mongodb, redis, gongguan
set -euo pipefail
cd "$1"

# Written last. Before it is there no store has started, so that everything can be made anew.
last=gongguan/redis-url
if [[ -e $last ]]; then exit 0; fi

password() { openssl rand -hex 24; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
printf '[req]\ndistinguished_name=name\n[name]\n' >"$scratch/config"

# Arguments: private key, certificate, subject, and what else `openssl req` takes.
certificate() {
  openssl genrsa -traditional -out "$1" 2048
  openssl req -x509 -config "$scratch/config" -sha256 -days 3650 -key "$1" -out "$2" -subj "$3" \
    -addext subjectKeyIdentifier=hash "${@:4}"
}

# An authority that signs one certificate and is forgotten.
mkdir -p eventstoredb/ca
certificate "$scratch/ca.key" eventstoredb/ca/ca.crt '/O=Gongguan/CN=EventStoreDB CA' \
  -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign
certificate eventstoredb/node.key eventstoredb/node.crt /CN=eventstoredb-node \
  -CA eventstoredb/ca/ca.crt -CAkey "$scratch/ca.key" -addext authorityKeyIdentifier=keyid \
  -addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature,keyEncipherment \
  -addext extendedKeyUsage=serverAuth,clientAuth -addext subjectAltName=DNS:eventstoredb,DNS:localhost,IP:127.0.0.1
cp eventstoredb/ca/ca.crt gongguan/ca.crt

eventstoredb=$(password)
mongodb=$(password)
redis=$(password)

printf %s "$eventstoredb" >eventstoredb/admin-password
password >eventstoredb/ops-password
printf %s "esdb://admin:$eventstoredb@eventstoredb:2113?tls=true&tlsCAFile=/secrets/ca.crt" >gongguan/eventstoredb-url

password >mongodb/root-password
printf %s "$mongodb" >mongodb/password
openssl rand -base64 756 >mongodb/keyfile
printf %s "mongodb://gongguan:$mongodb@mongodb:27017/gongguan?replicaSet=gongguan&authSource=admin" >gongguan/mongodb-url

printf %s "$redis" >redis/password
printf 'requirepass %s\n' "$redis" >redis/redis.conf

# Each folder is mounted into its reader alone, whose user differs from image to image. mongod refuses a key file
# that others may read; 999 is its user.
chmod -R a+rX eventstoredb mongodb redis gongguan
chmod 400 mongodb/keyfile
if ((EUID == 0)); then chown 999:999 mongodb/keyfile; fi

printf %s "redis://:$redis@redis:6379" >"$last"
chmod a+r "$last"
